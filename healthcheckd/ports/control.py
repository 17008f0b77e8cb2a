"""What the faces (API, later the dashboard) ask of the daemon, split by who asks.

Every name that a person gives may be unknown (`UnknownName`); what is understood and not done is `Refused`.
A command says who asked, and leaves one row in the audit trail, whatever became of it.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.profile import Value
from healthcheckd.domain.reports.accounts import AccountDetail, AccountRow, ChangeReport, DayCount, ExportRow
from healthcheckd.domain.reports.history import HistoryRow, NoticeRow, NoticeStats, UptimeRow
from healthcheckd.domain.reports.operation import AuditRow, EventRow, GatewayRow, JobStatus
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import Refused
from healthcheckd.ports.gateway import GatewayCheck


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `who` is a name for people, `how` the way it came."""

    who: str
    how: Literal["socket", "token", "signal"] = "socket"
    may_read: bool = False
    may_manage: bool = False


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `total` is 0 while it is not known."""

    phase: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Triggered:
    """A run that was asked for. `joined` means that it was under way already; `finished` is False for one that
    nobody waits for, which has no counts yet. `would` names the accounts that a rehearsal would have touched."""

    job: str
    counts: Mapping[str, int] = field(default_factory=dict)
    joined: bool = False
    finished: bool = True
    seconds: float | None = None
    would: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """How a job is to be run: `dry_run` says what would be done, and does nothing."""

    wait: bool = True
    dry_run: bool = False


class JobControl(Protocol):
    """For `trigger`, `start`, `stop`. A stopped job may be triggered by hand."""

    async def statuses(self) -> Sequence[JobStatus]: ...

    async def trigger(
        self, job: str, order: Order, caller: Caller, progress: Callable[[Progress], None] | None = None
    ) -> Triggered:
        """Run it now, or join the run in progress. A failed run raises. Cancelling the awaiter stops no run."""

    async def switch(self, job: str, on: bool, caller: Caller) -> bool:
        """False when it already was so."""


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a long list: from, until, and at most so many, newest first; 0 is no limit."""

    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100


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

    async def audit(self, span: Span) -> Sequence[AuditRow]: ...


Profile = Mapping[str, Value]
"""What a person states of an account: the fields of `domain.profile`, and no others than those stated."""


@dataclass(frozen=True, slots=True)
class PairingReport:
    """How to link the session now, and where it stands. `phone` is the number linked, `expected_phone` the one that
    belongs there. Once `connection` is Connected there is nothing left to scan."""

    account: str
    connection: Connection
    phone: str = ""
    expected_phone: str = ""
    qr_text: str = ""
    qr_png: bytes = b""
    code: str = ""
    lives_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Verb:
    """One of the words that can be said of several accounts at once; `until` belongs to `mute`, None is for good;
    `force` to `reconnect`."""

    name: Literal["enable", "disable", "adopt", "mute", "unmute", "reconnect", "remove"]
    until: datetime | None = None
    force: bool = False


class AccountCommands(Protocol):
    """For the commands on accounts. All of a call is done, or nothing of it."""

    async def add(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport: ...

    async def change(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport:
        """Raises `Refused` naming file and line for a key that a configuration file owns."""

    async def move(self, account: AccountId, to: AccountId, caller: Caller) -> ChangeReport:
        """The account goes on, with all its history, at another address."""

    async def act(self, verb: Verb, accounts: Selection | AccountId, caller: Caller) -> ChangeReport:
        """An account for which there was nothing to do is not among the changes."""

    async def load(self, rows: Sequence[ImportRow], apply: bool, caller: Caller) -> ChangeReport:
        """An import: with `apply` False what it would change, else all of it or nothing."""

    async def pairing(self, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
        """`begin` brings the session to where it can be linked; with `phone`, a code for that number."""


class HoldControl(Protocol):
    """For `hold` and `release`: watching and telling go on, nothing is restarted or cleaned up."""

    async def hold(self, gateway: str, until: datetime | None, comment: str, caller: Caller) -> bool:
        """An empty gateway is all of them. False when it already was so."""

    async def release(self, gateway: str, caller: Caller) -> bool:
        """Also ends the watch mode that a restored database starts in. False when nothing was held."""


@dataclass(frozen=True, slots=True)
class HookReport:
    """What to set in a gateway so that it posts to us: `values` by their names there. `lacks` is what our own
    configuration is still without; `heard_at` when it last posted, since the daemon runs."""

    gateway: str
    kind: str
    on: bool
    url: str
    values: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    heard_at: datetime | None = None


class GatewayCommands(Protocol):
    """For `gateways check`, `gateways hook` and `gateways rename`."""

    async def check(self, gateway: str, caller: Caller) -> GatewayCheck: ...

    async def hook(self, gateway: str, show_secret: bool, caller: Caller) -> HookReport:
        """With secrets masked, unless they are asked for."""

    async def rename(self, gateway: str, to: str, caller: Caller) -> "Reloaded":
        """Its accounts go on under another name, which the configuration gives it already; that is read anew."""


class MessageCounters(Protocol):
    """For programs that send and receive."""

    async def add(self, account: AccountId, counts: DayCount, key: str, caller: Caller) -> DayCount:
        """Add to the account's present day (that of `counts` where it names one); the same key counts once."""


class MailControl(Protocol):
    """For `email verify`, `email test` and `notices retry`."""

    async def verify(self, caller: Caller) -> str:
        """Log in without sending; the server's own words."""

    async def test(self, address: str, caller: Caller) -> str: ...

    async def retry(self, notices: Sequence[int], caller: Caller) -> int:
        """Owed again and due now: those named, or all that were given up; returns how many."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a new configuration changed, in sentences; empty when nothing."""

    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A copy that was made and verified."""

    path: str
    bytes: int
    seconds: float


class Upkeep(Protocol):
    """For `reload`, `backup`, and those who ask whether the daemon is ready."""

    async def reload(self, caller: Caller) -> Reloaded:
        """The configuration is checked whole and applied; or raises `ConfigurationError`, and the old one is kept."""

    async def backup(self, path: str, caller: Caller) -> BackedUp: ...

    async def not_ready(self) -> str:
        """Why the daemon cannot do its work now, in a few words; empty when it can."""


class TooSlow(Refused):
    """The reader of a stream fell so far behind that it was let go."""

    code = "too_slow"


class EventStream(Protocol):
    """What was committed, as it happens."""

    def follow(self) -> AbstractContextManager[AsyncIterator[EventRow]]:
        """Events from now on. The iterator raises `TooSlow` once more wait than are kept, and ends with the daemon."""


@dataclass(frozen=True, slots=True)
class Control:
    """All of it, as the faces get it."""

    jobs: JobControl
    views: Views
    accounts: AccountCommands
    holds: HoldControl
    gateways: GatewayCommands
    messages: MessageCounters
    mail: MailControl
    upkeep: Upkeep
    events: EventStream
