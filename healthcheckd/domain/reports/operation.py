"""What runs and what happened to it: gateways, jobs, runs, the audit trail, events."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True)
class GatewayRow:
    """A gateway as last known. `stale` counts accounts without a reading since it fell silent."""

    name: str
    kind: str = ""
    version: str = ""
    accounts: int = 0
    stale: int = 0
    silent_since: datetime | None = None
    silent_seconds: float | None = None
    in_incident: bool = False
    last_error: str = ""
    hint: str = ""
    last_answer_at: datetime | None = None
    held: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    held_until: datetime | None = None


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job: `running` means switched on, `executing` that it is at work now. `result` are the counts of the last run
    that ended; `error` is empty after success. `next_at` is None while switched off, and where no cadence is known."""

    name: str
    running: bool = True
    executing: bool = False
    cadence: str = ""
    last_started_at: datetime | None = None
    last_ended_at: datetime | None = None
    last_seconds: float | None = None
    last_by: str = ""
    result: Mapping[str, int] = field(default_factory=dict)
    error: str = ""
    next_at: datetime | None = None
    switched_at: datetime | None = None
    switched_by: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A job's cadence as written, and when it fires next."""

    cadence: str
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class RunReport:
    """The counts of one sweep, as the health check's trigger answers them."""

    total: int = 0
    healthy: int = 0
    warning: int = 0
    critical: int = 0
    unknown: int = 0
    attempted: int = 0
    reconnected: int = 0
    notified: int = 0


@dataclass(frozen=True, slots=True)
class AuditRow:
    """One act: `how` is `socket`, `token` or `signal`."""

    at: datetime
    who: str
    how: str
    what: str
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class EventRow:
    """Something that was committed: `kind` is `transition`, `attempt`, `notice`, `incident`, `job` or `gateway`."""

    at: datetime
    kind: str
    account: str = ""
    data: Mapping[str, object] = field(default_factory=dict)
