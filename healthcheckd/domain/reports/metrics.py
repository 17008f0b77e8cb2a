"""The installation in numbers, for programs that draw and alert."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from healthcheckd.domain.reports.operation import GatewayRow, JobStatus


@dataclass(frozen=True, slots=True)
class AccountGroup:
    """How many active accounts of a gateway stand so; an empty cause is none."""

    gateway: str
    health: str
    cause: str
    accounts: int


@dataclass(frozen=True, slots=True)
class MetricsReport:
    """`good_at` is when each job last ended without error; `owed` notices are due and not sent, the oldest of them
    since `oldest_owed_at`; `incidents` are those open, by scope; `database_bytes` includes what is not merged yet."""

    at: datetime
    accounts: tuple[AccountGroup, ...] = ()
    gateways: tuple[GatewayRow, ...] = ()
    jobs: tuple[JobStatus, ...] = ()
    good_at: Mapping[str, datetime] = field(default_factory=dict)
    incidents: Mapping[str, int] = field(default_factory=dict)
    owed: int = 0
    oldest_owed_at: datetime | None = None
    held: bool = False
    database_bytes: int = 0
