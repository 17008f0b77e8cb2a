"""Every report there is, from one connection and one point of view: the same for the daemon and for who reads alone."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ExportRow
from healthcheckd.domain.reports.channels import ChannelStanding
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, IncidentRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow
from healthcheckd.domain.reports.metrics import MetricsReport
from healthcheckd.domain.reports.operation import AuditRow, GatewayRow, JobStatus
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.reports.webhooks import Standing
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control import IncidentFilter, NoticeFilter, Span
from healthcheckd.store.views import (
    accounts,
    audit,
    calm,
    channels,
    detail,
    exporting,
    fleet,
    gateways,
    history,
    jobs,
    names,
    notices,
    webhooks,
)
from healthcheckd.store.views import incidents as outages
from healthcheckd.store.views import metrics as figures
from healthcheckd.store.views import status as overview
from healthcheckd.store.views import uptime as ledger
from healthcheckd.store.views.viewpoint import Viewpoint


class Reader:
    """One method for each report. Names that do not exist raise `UnknownName`."""

    def __init__(self, connection: sqlite3.Connection, view: Viewpoint) -> None:
        self._connection = connection
        self._view = view

    def status(self, by: str = "") -> StatusReport:
        return overview.status(self._connection, self._view, by)

    def info(self) -> Info:
        return overview.info(self._connection, self._view)

    def stats(self) -> tuple[StatsRow, ...]:
        return fleet.stats(self._connection)

    def jobs(self) -> tuple[JobStatus, ...]:
        return jobs.jobs(self._connection, self._view)

    def resolve(self, text: str) -> AccountId:
        return names.resolve_account(self._connection, text)

    def accounts(self, selection: Selection) -> tuple[AccountRow, ...]:
        return accounts.listed(self._connection, selection, self._view)

    def account(self, account: AccountId) -> AccountDetail:
        return detail.detail(self._connection, account, self._view)

    def export(self, selection: Selection, missing_owner: bool) -> tuple[ExportRow, ...]:
        return exporting.export(self._connection, selection, missing_owner, self._view.directory)

    def gateways(self) -> tuple[GatewayRow, ...]:
        return gateways.gateways(self._connection, self._view)

    def history(self, account: AccountId | None, span: Span) -> tuple[HistoryRow, ...]:
        return history.history(self._connection, self._key(account), span)

    def incidents(self, wanted: IncidentFilter, span: Span) -> tuple[IncidentRow, ...]:
        return outages.incidents(self._connection, wanted, span, self._view)

    def incident(self, incident: int) -> IncidentTrail:
        return outages.trail(self._connection, incident, self._view)

    def silences(self, everything: bool) -> tuple[SilenceRow, ...]:
        return calm.silences(self._connection, everything, self._view)

    def attempts(self, account: AccountId | None, span: Span) -> tuple[AttemptRow, ...]:
        return history.attempts(self._connection, self._key(account), span)

    def uptime(self, selection: Selection, span: Span, by: str = "account") -> tuple[UptimeRow, ...]:
        return ledger.uptime(self._connection, selection, span, by, self._view)

    def notices(self, wanted: NoticeFilter, span: Span) -> tuple[NoticeRow, ...]:
        return notices.notices(self._connection, wanted, span)

    def notice_stats(self, since: datetime) -> NoticeStats:
        return notices.notice_stats(self._connection, since, self._view)

    def metrics(self) -> MetricsReport:
        return figures.metrics(self._connection, self._view)

    def channel_standings(self) -> dict[str, ChannelStanding]:
        return channels.standings(self._connection, self._view)

    def webhook_standings(self) -> dict[str, Standing]:
        return webhooks.standings(self._connection, self._view)

    def audit(self, span: Span) -> tuple[AuditRow, ...]:
        return audit.audit(self._connection, span)

    def _key(self, account: AccountId | None) -> int | None:
        return None if account is None else names.account_key(self._connection, account)
