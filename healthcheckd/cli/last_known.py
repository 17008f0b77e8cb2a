"""Reading: from the daemon, and where none runs from what it left behind, saying so."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Protocol, TypeVar

from healthcheckd.cli.invocation import Invocation
from healthcheckd.domain.cron import next_fire
from healthcheckd.domain.reports.operation import Planned
from healthcheckd.errors import DaemonUnreachable, NoAccess, StoreError
from healthcheckd.store.reading import read as read_file
from healthcheckd.store.views.viewpoint import Viewpoint

if TYPE_CHECKING:
    from healthcheckd.domain.accounts import AccountId
    from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ExportRow
    from healthcheckd.domain.reports.history import HistoryRow, IncidentRow, NoticeRow, NoticeStats, UptimeRow
    from healthcheckd.domain.reports.incidents import IncidentTrail, SilenceRow
    from healthcheckd.domain.reports.operation import AuditRow, GatewayRow
    from healthcheckd.domain.reports.status import Info, StatsRow
    from healthcheckd.domain.selection import Selection
    from healthcheckd.ports.control import IncidentFilter, NoticeFilter, Span

_T = TypeVar("_T")


class Reports(Protocol):
    """What both the daemon and its file can tell."""

    def info(self) -> "Info": ...

    def stats(self) -> "Sequence[StatsRow]": ...

    def resolve(self, text: str) -> "AccountId": ...

    def accounts(self, selection: "Selection") -> "Sequence[AccountRow]": ...

    def account(self, account: "AccountId") -> "AccountDetail": ...

    def export(self, selection: "Selection", missing_owner: bool) -> "Sequence[ExportRow]": ...

    def gateways(self) -> "Sequence[GatewayRow]": ...

    def history(self, account: "AccountId | None", span: "Span") -> "Sequence[HistoryRow]": ...

    def uptime(self, selection: "Selection", span: "Span", by: str = "account") -> "Sequence[UptimeRow]": ...

    def notices(self, wanted: "NoticeFilter", span: "Span") -> "Sequence[NoticeRow]": ...

    def notice_stats(self, since: datetime) -> "NoticeStats": ...

    def incidents(self, wanted: "IncidentFilter", span: "Span") -> "Sequence[IncidentRow]": ...

    def incident(self, incident: int) -> "IncidentTrail": ...

    def silences(self, everything: bool) -> "Sequence[SilenceRow]": ...

    def audit(self, span: "Span") -> "Sequence[AuditRow]": ...


def read(call: Invocation, ask: Callable[[Reports], _T]) -> _T:
    """What `ask` asks for; read from the file it comes with a word of how old it is."""
    try:
        return ask(call.daemon)
    except DaemonUnreachable as away:
        return _left_behind(call, ask, away)


def viewpoint(call: Invocation, alive: bool) -> Viewpoint:
    now = call.now()
    planned = {
        job: Planned(str(cadence), next_fire(cadence, now, call.zone) if alive else None)
        for job, cadence in call.paths.cadences.items()
    }
    return Viewpoint(now, alive, str(call.paths.database), planned, call.zone)


def nothing_known(away: DaemonUnreachable, unreadable: StoreError) -> DaemonUnreachable:
    """Neither of the two ways leads anywhere: both reasons, and what cures the first."""
    return type(away)(f"{away}; and nothing is known without it: {unreadable}", hint=away.hint)


def _left_behind(call: Invocation, ask: Callable[[Reports], _T], away: DaemonUnreachable) -> _T:
    from healthcheckd.store.views.reader import Reader

    def both(reader: Reader) -> "tuple[_T, Info]":
        return ask(reader), reader.info()

    view = viewpoint(call, alive=False)
    try:
        found, info = read_file(call.paths.database, lambda connection: both(Reader(connection, view)))
    except StoreError as unreadable:
        raise nothing_known(away, unreadable) from unreadable
    last = info.stopped_at or info.beat_at
    call.warn(f"{away.what}. This is as last known at {call.stamp(last)}, {call.ago(last)}.")
    call.err.say(away.hint if isinstance(away, NoAccess) else f"Start it: {call.client.start_command()}")
    return found
