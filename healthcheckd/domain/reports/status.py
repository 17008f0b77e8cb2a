"""The report people look at most: which numbers are down, since when, why, and who has been told."""

from dataclasses import dataclass, field
from datetime import datetime

from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.blasts import BlastRow
from healthcheckd.domain.reports.incidents import MaintenanceRow, SilenceRow
from healthcheckd.domain.reports.operation import GatewayRow, JobStatus


@dataclass(frozen=True, slots=True)
class Info:
    """The daemon that answers, or that last wrote the database. `held` says why nothing is restarted now; empty when
    it may be. `alive` is what the caller found out, not what the row says. `up_since` is None after a clean stop."""

    name: str = ""
    version: str = ""
    pid: int | None = None
    alive: bool = False
    mode: str = "act"
    held: str = ""
    held_until: datetime | None = None
    up_since: datetime | None = None
    beat_at: datetime | None = None
    stopped_at: datetime | None = None
    database: str = ""


@dataclass(frozen=True, slots=True)
class HealthCounts:
    """Active accounts by health; `disabled` ones are not in `total`. `unproven` claim to be connected, without evidence
    that WhatsApp answers through them."""

    total: int = 0
    healthy: int = 0
    warning: int = 0
    critical: int = 0
    unknown: int = 0
    stale: int = 0
    disabled: int = 0
    unproven: int = 0


@dataclass(frozen=True, slots=True)
class GroupRow:
    """One line of `--by gateway|customer|tag`; the name is empty for accounts that have none."""

    name: str
    accounts: HealthCounts


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who was told: `role` is `owner` or `operator`."""

    role: str
    recipient: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class NeedsPerson:
    """One account that a person has to look at, worst first. `next` is a command where one helps, else `advice` says
    in a few words what to do. `acknowledged_by` is who said to know of it."""

    id: str
    title: str
    health: Health
    connection: Connection
    cause: Cause | None = None
    since: datetime | None = None
    down_seconds: float | None = None
    told: tuple[Told, ...] = ()
    next: str = ""
    advice: str = ""
    acknowledged_by: str = ""


@dataclass(frozen=True, slots=True)
class NoticesOwed:
    """The outbox in numbers: `owed` are due and not sent, `planned` fall due later, `dead` were given up within a week;
    `channels_failing` are those with an open incident."""

    owed: int = 0
    planned: int = 0
    dead: int = 0
    oldest_owed_at: datetime | None = None
    channels_failing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WouldHave:
    """What watch mode kept from being done since `since`."""

    since: datetime | None = None
    reconnections: int = 0
    notices: int = 0


@dataclass(frozen=True, slots=True)
class StatusReport:
    """`blasts` are accounts that fell together; `needs_person` holds the first few of `needs_person_total`, without
    these. `checked_at` is when the last sweep ended.
    `warnings` are sentences; `would_have` is set in watch mode only. `silences` are those in force;
    `maintenance` are the windows in force, then the next of each."""

    at: datetime
    daemon: Info = Info()
    accounts: HealthCounts = HealthCounts()
    checked_at: datetime | None = None
    gateways: tuple[GatewayRow, ...] = ()
    jobs: tuple[JobStatus, ...] = ()
    needs_person: tuple[NeedsPerson, ...] = ()
    needs_person_total: int = 0
    notices: NoticesOwed = NoticesOwed()
    groups: tuple[GroupRow, ...] = ()
    warnings: tuple[str, ...] = field(default=())
    would_have: WouldHave | None = None
    blasts: tuple[BlastRow, ...] = ()
    silences: tuple[SilenceRow, ...] = ()
    maintenance: tuple[MaintenanceRow, ...] = ()


@dataclass(frozen=True, slots=True)
class StatsRow:
    """One group of the statistics, named as on the wire."""

    healthStatus: Health
    connectionStatus: Connection
    _count: int

    @property
    def count(self) -> int:
        return self._count
