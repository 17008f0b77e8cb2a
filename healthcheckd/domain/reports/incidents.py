"""Outages told from their beginning to their end, and what people said about being told."""

from dataclasses import dataclass
from datetime import datetime

from healthcheckd.domain.reports.blasts import BlastRow
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, IncidentRow, NoticeRow
from healthcheckd.domain.reports.webhooks import DeliveryRow


@dataclass(frozen=True, slots=True)
class SilenceRow:
    """One silence: `what` says in words whom it reaches, `reached` how many accounts these are now. `ended_by` is set
    where somebody ended it before its time."""

    id: int
    what: str
    by: str
    from_at: datetime
    until_at: datetime
    in_force: bool = False
    comment: str = ""
    ended_by: str = ""
    reached: int = 0
    accounts: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MaintenanceRow:
    """A maintenance window of the configuration: the one in force, else the next."""

    name: str
    what: str
    cadence: str
    from_at: datetime
    until_at: datetime
    in_force: bool = False
    comment: str = ""


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One thing that happened in the course of an outage, or is still to come. `kind` is `reading`, `attempt`,
    `notice`, `webhook`, `silence`, `maintenance`, `acknowledged` or `run`; one of the rows below belongs to it.
    `until_at`, `by` and `comment` are those of a silence, a maintenance or an acknowledgement; `error` is a run's.
    """

    at: datetime
    kind: str
    reading: HistoryRow | None = None
    attempt: AttemptRow | None = None
    notice: NoticeRow | None = None
    delivery: DeliveryRow | None = None
    until_at: datetime | None = None
    by: str = ""
    comment: str = ""
    error: str = ""


@dataclass(frozen=True, slots=True)
class IncidentTrail:
    """One outage, in order of time. `behind` are the accounts that an outage of a gateway or a channel, or of many at
    once, concerns: the first thousand of `behind_total`. `together` tells how far bringing many back is."""

    incident: IncidentRow
    steps: tuple[TrailStep, ...] = ()
    behind: tuple[str, ...] = ()
    behind_total: int = 0
    together: BlastRow | None = None
