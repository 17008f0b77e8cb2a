"""Accounts that fell together, as reports show them: one line for all of them."""

from dataclasses import dataclass
from datetime import datetime

from healthcheckd.domain.blast import Level
from healthcheckd.domain.canary import Stage
from healthcheckd.domain.observations import Cause


@dataclass(frozen=True, slots=True)
class ToldOf:
    """Somebody who was told of it."""

    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True)
class BlastRow:
    """`down` of `accounts` that fell are not back yet; `shared` is what they share, empty for everything. `stage` tells
    how far bringing them back is, `next` is a command, `acknowledged_by` who said to know of it."""

    incident: int
    level: Level
    shared: str
    accounts: int
    down: int
    cause: Cause | None
    since: datetime
    down_seconds: float | None
    stage: Stage
    detail: str = ""
    told: tuple[ToldOf, ...] = ()
    next: str = ""
    acknowledged_by: str = ""
