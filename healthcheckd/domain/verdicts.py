"""What judging one observation comes to, before anything follows from it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.observations import Connection


class Reason(StrEnum):
    """Why the state is what it is now; stored with each transition."""

    STEADY = "steady"
    OUT_OF_DATE = "out of date"
    FIRST_SEEN = "seen for the first time"
    SETTLING = "settling"
    BLIP_OVER = "a blip, over"
    FELL = "fell"
    FIRST_SEEN_DOWN = "down when first seen"
    STILL_DOWN = "still down"
    TURNED_CRITICAL = "offline too long"
    RELAPSED = "fell again while recovering"
    RECOVERING = "recovering"
    RECOVERED = "recovered"
    UNSTABLE = "connected, but falls again and again"
    CONNECTED = "connected"
    RETURNED = "visible again"
    UNPROVEN = "claims to be connected, unproven"
    ZOMBIE = "claims to be connected, proved dead"
    WENT_SILENT = "no usable answer"
    UNREACHABLE = "not visible for too long"
    NEVER_LINKED = "never linked"
    STOPPED_BY_US = "stopped by us"
    MISSED = "missing from the list"
    GONE = "gone"
    NUMBER_CHANGED = "another number is linked"
    RESTRICTED = "connected, restricted"
    UNRESTRICTED = "no longer restricted"


@dataclass(frozen=True, slots=True)
class Verdict:
    """`since` is the instant from which the new ledger kind holds; it may lie before the observation."""

    vitals: Vitals
    reason: Reason
    since: datetime
    incident: IncidentStep | None = None


def never_seen_down(vitals: Vitals) -> bool:
    """No bad reading counted yet: it is well, or merely silent for so long that it became Unreachable."""
    only_silent = vitals.connection is Connection.UNREACHABLE and vitals.offline_since == vitals.stale_since
    return vitals.offline_since is None or only_silent


def ended(previous: Vitals, verdict: Verdict, at: datetime, ending: Ending = Ending.WITHDRAWN) -> Verdict:
    """The verdict, with the incident that was open, if any, brought to its end. Only a recovery can be reopened."""
    if not previous.in_incident:
        return verdict
    recovered = ending is Ending.RECOVERED
    vitals = replace(
        verdict.vitals,
        incident=previous.incident if recovered else None,
        incident_ended_at=at if recovered else None,
    )
    return replace(
        verdict,
        vitals=vitals,
        incident=IncidentStep(Step.END, at, previous.cause, ending),
    )
