"""Outages: when one begins, continues, changes its cause, and ends; of accounts and of whole gateways."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from healthcheckd.domain.observations import Cause


class Scope(StrEnum):
    """What an incident is an outage of."""

    ACCOUNT = "account"
    GATEWAY = "gateway"
    JOB = "job"
    CHANNEL = "channel"
    BLAST = "blast"


class Step(StrEnum):
    """What befalls an incident. It reopens when the account falls again: soon after it ended, or, where it stayed open
    on a Connected account (flapping, another number), from that fall on; what it makes owed is then planned anew."""

    OPEN = "open"
    REOPEN = "reopen"
    RECAUSE = "recause"
    END = "end"


class Ending(StrEnum):
    """How an incident ended. A withdrawn one was not mended: the account left our sight, and nobody is told."""

    RECOVERED = "recovered"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class IncidentStep:
    """What happens to an account's incident: `at` is when the outage began or ended, not when we noticed. `number` is
    the one that is linked now, where that is what happened."""

    step: Step
    at: datetime
    cause: Cause | None = None
    ending: Ending | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Streak:
    """Failures in a row of a gateway, a job or a channel, since the first of them."""

    failures: int = 0
    since: datetime | None = None
    in_incident: bool = False


INCIDENT_AFTER = 2
"""Failures in a row that make an incident of a gateway, a job or a channel: one may be chance."""


def after_failure(streak: Streak, at: datetime) -> tuple[Streak, Step | None]:
    """One more failure; the second in a row opens the incident."""
    failures = streak.failures + 1
    opens = failures >= INCIDENT_AFTER and not streak.in_incident
    return Streak(failures, streak.since or at, streak.in_incident or opens), Step.OPEN if opens else None


def after_success(streak: Streak) -> tuple[Streak, Step | None]:
    """One success ends it."""
    return Streak(), Step.END if streak.in_incident else None
