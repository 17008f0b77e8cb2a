"""One account in a line, and everything there is to know of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, IncidentRow, UptimeRow


@dataclass(frozen=True, slots=True)
class AccountRow:
    """One account in a list. `since` is when the present trouble began; `title` is what people call it.
    `unproven` marks one that claims to be connected while the last look for evidence failed or none succeeded yet."""

    id: str
    title: str
    gateway: str
    session: str
    name: str = ""
    phone: str = ""
    customer: str = ""
    tags: tuple[str, ...] = ()
    connection: Connection = Connection.UNKNOWN
    health: Health = Health.UNKNOWN
    cause: Cause | None = None
    native: str = ""
    since: datetime | None = None
    down_seconds: float | None = None
    stale_since: datetime | None = None
    last_connected_at: datetime | None = None
    last_checked_at: datetime | None = None
    active: bool = True
    adopted: bool = True
    muted_until: datetime | None = None
    needs_person: bool = False
    unproven: bool = False
    silenced_until: datetime | None = None
    maintained_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class Claim:
    """What the gateway says, in its own word (`native`), and how old that is."""

    connection: Connection = Connection.UNKNOWN
    native: str = ""
    native_since: datetime | None = None
    self_healing: bool = False
    linked: bool = False
    read_at: datetime | None = None
    age_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class ProofReport:
    """Evidence that WhatsApp answered through the session. `failures` counts refutations in a row."""

    at: datetime | None = None
    age_seconds: float | None = None
    failures: int = 0


@dataclass(frozen=True, slots=True)
class VitalsReport:
    """The clocks of an account, as they stand."""

    first_bad_at: datetime | None = None
    offline_since: datetime | None = None
    stale_since: datetime | None = None
    connected_since: datetime | None = None
    last_connected_at: datetime | None = None
    last_disconnected_at: datetime | None = None
    last_checked_at: datetime | None = None
    recheck_at: datetime | None = None
    restricted_until: datetime | None = None
    restricted_why: str = ""
    falls: tuple[datetime, ...] = ()
    attempt_streak: int = 0
    missing: int = 0
    stopped_by: str = ""


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A person to tell of this account."""

    address: str
    channel: str = "email"
    name: str = ""
    language: str = ""
    time_zone: str = ""
    after_seconds: float | None = None


@dataclass(frozen=True, slots=True)
class Consequence:
    """One line of "if it drops": `kind` goes to `recipient` so long after the fall. `role` is `owner` or `operator`.
    `cause` is set where it comes only for that cause and its like. What will not come says why in `withheld`;
    what comes up in `quiet_hours` comes when they are over. `name` is that of a contact of the configuration."""

    after_seconds: float
    kind: str
    role: str
    recipient: str
    channel: str = "email"
    reminder: int = 0
    cause: Cause | None = None
    withheld: str = ""
    name: str = ""
    quiet_hours: str = ""


@dataclass(frozen=True, slots=True)
class DayCount:
    """An account's messages of one day (`YYYY-MM-DD` in the operator's zone)."""

    day: str
    sent: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True)
class AccountDetail:
    """Everything about one account. `stated` names the keys that a configuration file owns and where it says so."""

    account: AccountRow
    gateway_name: str = ""
    language: str = ""
    time_zone: str = ""
    disabled_at: datetime | None = None
    daily_limit: int | None = None
    today: DayCount | None = None
    claim: Claim = Claim()
    proof: ProofReport = ProofReport()
    vitals: VitalsReport = VitalsReport()
    incident: IncidentRow | None = None
    history: tuple[HistoryRow, ...] = ()
    attempts: tuple[AttemptRow, ...] = ()
    uptime: tuple[UptimeRow, ...] = ()
    incidents: tuple[IncidentRow, ...] = ()
    contacts: tuple[ContactRow, ...] = ()
    if_it_drops: tuple[Consequence, ...] = ()
    stated: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Change:
    """One planned change of one account: a key from what to what. `key` is `add`, `remove`, or the name of a field."""

    account: str
    key: str
    before: str = ""
    after: str = ""


@dataclass(frozen=True, slots=True)
class ChangeReport:
    """What a command on accounts changed, or with `applied` false would change."""

    changes: tuple[Change, ...] = ()
    applied: bool = True


@dataclass(frozen=True, slots=True)
class ExportRow:
    """What people said of one account: the columns of an export, as an import reads them."""

    id: str
    name: str = ""
    phone: str = ""
    owner_email: tuple[str, ...] = ()
    customer: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    time_zone: str = ""
    daily_limit: int | None = None
    notify_after: timedelta | None = None
    enabled: bool = True
