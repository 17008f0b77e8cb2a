"""Everything that can be read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ExportRow
from healthcheckd.domain.reports.forecast import ForecastReport
from healthcheckd.domain.reports.history import HistoryRow, IncidentRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow
from healthcheckd.domain.reports.metrics import MetricsReport
from healthcheckd.domain.reports.operation import AuditRow, GatewayRow
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control.calling import Span
from healthcheckd.ports.control.calm import IncidentFilter


@dataclass(frozen=True, slots=True)
class NoticeFilter:
    """Notices for which everything stated holds."""

    states: tuple[str, ...] = ()
    account: AccountId | None = None


class Views(Protocol):
    """Everything that can be read, one method for each report."""

    async def status(self, by: str = "") -> StatusReport:
        """`by` is `gateway`, `customer`, `tag`, or empty for no groups."""

    async def info(self) -> Info: ...

    async def stats(self) -> Sequence[StatsRow]: ...

    async def resolve(self, text: str) -> AccountId:
        """What a person typed: a full id, or a session, name or phone where only one account has it."""

    async def accounts(self, selection: Selection) -> Sequence[AccountRow]: ...

    async def account(self, account: AccountId) -> AccountDetail: ...

    async def export(self, selection: Selection, missing_owner: bool) -> Sequence[ExportRow]:
        """Rows that an import reads back to the same."""

    async def gateways(self) -> Sequence[GatewayRow]: ...

    async def history(self, account: AccountId | None, span: Span) -> Sequence[HistoryRow]: ...

    async def uptime(self, selection: Selection, span: Span, by: str = "account") -> Sequence[UptimeRow]:
        """`by` is `account` or `customer`."""

    async def notices(self, wanted: NoticeFilter, span: Span) -> Sequence[NoticeRow]: ...

    async def notice_stats(self, since: datetime) -> NoticeStats: ...

    async def forecast(self, since: datetime) -> ForecastReport:
        """What happened since then, under the present settings."""

    async def metrics(self) -> MetricsReport: ...

    async def audit(self, span: Span) -> Sequence[AuditRow]: ...

    async def incidents(self, wanted: IncidentFilter, span: Span) -> Sequence[IncidentRow]: ...

    async def incident(self, incident: int) -> IncidentTrail: ...

    async def silences(self, everything: bool) -> Sequence[SilenceRow]:
        """Those in force, or with `everything` those that were, too."""
