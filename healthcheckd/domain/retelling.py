"""An account's outages told again, step by step, from what was written down of them. Pure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.assessment import Transition
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.observations import Connection, Health
from healthcheckd.domain.verdicts import Reason

_DOWN = frozenset(
    {
        Reason.FELL,
        Reason.FIRST_SEEN_DOWN,
        Reason.STILL_DOWN,
        Reason.TURNED_CRITICAL,
        Reason.RELAPSED,
        Reason.ZOMBIE,
        Reason.UNREACHABLE,
        Reason.NUMBER_CHANGED,
    }
)
_OUT_OF_SIGHT = frozenset({Reason.GONE, Reason.STOPPED_BY_US, Reason.NEVER_LINKED})
_WELL = Vitals(Connection.CONNECTED, Health.HEALTHY, linked=True)


@dataclass(frozen=True, slots=True)
class Outage:
    """An incident of an account, as it was written down when it was over, or as it is now."""

    incident: int
    started_at: datetime
    ended_at: datetime | None = None
    how: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """How the account stood from `at` on, and what befell the incident then."""

    at: datetime
    incident: int
    vitals: Vitals
    step: IncidentStep | None = None


def retell(outages: Sequence[Outage], transitions: Iterable[Transition]) -> tuple[Moment, ...]:
    """`outages` of one account, and its changes, each in their order. While it may be recovering, the account is
    looked at again when the next thing happens."""
    moments = list(_moments(outages, transitions))
    later = [moment.at for moment in moments[1:]]
    looks = [*later, None] if moments else []
    return tuple(
        replace(moment, vitals=replace(moment.vitals, recheck_at=look))
        for moment, look in zip(moments, looks, strict=True)
    )


def _moments(outages: Sequence[Outage], transitions: Iterable[Transition]) -> Iterator[Moment]:
    now: Outage | None = None
    vitals = _WELL
    for change in transitions:
        begun = next((one for one in reversed(outages) if one.started_at <= change.at), None)
        if begun is None or (not vitals.in_incident and change.reason not in _DOWN):
            continue
        vitals, step = _changed(vitals, begun, change)
        now = begun
        yield Moment(change.at, begun.incident, vitals, step)
    if now is not None and vitals.in_incident and now.ended_at is not None:
        ending = IncidentStep(Step.END, now.ended_at, vitals.cause, Ending(now.how))
        yield Moment(now.ended_at, now.incident, _over(vitals, now.ended_at), ending)


def _changed(before: Vitals, outage: Outage, change: Transition) -> tuple[Vitals, IncidentStep | None]:
    seen = replace(before, connection=change.connection_to, health=change.health_to)
    if change.reason in _DOWN:
        return _down(before, seen, outage, change)
    if change.reason is Reason.RECOVERED:
        return _over(seen, change.at), IncidentStep(Step.END, change.at, before.cause, Ending.RECOVERED)
    if change.reason in _OUT_OF_SIGHT:
        return _over(seen, change.at), IncidentStep(Step.END, change.at, before.cause, Ending.WITHDRAWN)
    return (replace(seen, offline_since=None) if change.reason is Reason.UNSTABLE else seen), None


def _down(before: Vitals, seen: Vitals, outage: Outage, change: Transition) -> tuple[Vitals, IncidentStep | None]:
    step = _step(before, outage, change)
    since = before.offline_since if step is None or step.step is Step.RECAUSE else step.at
    offline_since = None if change.reason is Reason.NUMBER_CHANGED else since
    vitals = replace(
        seen, cause=change.cause, offline_since=offline_since, incident=outage.incident, incident_ended_at=None
    )
    return vitals, step


def _step(before: Vitals, outage: Outage, change: Transition) -> IncidentStep | None:
    """It falls anew where it was over, or stayed open on a Connected account."""
    if before.incident != outage.incident:
        return IncidentStep(Step.OPEN, outage.started_at, change.cause)
    if before.offline_since is None and change.reason is not Reason.NUMBER_CHANGED:
        return IncidentStep(Step.REOPEN, change.at, change.cause)
    return None if change.cause is before.cause else IncidentStep(Step.RECAUSE, change.at, change.cause)


def _over(vitals: Vitals, at: datetime) -> Vitals:
    return replace(vitals, cause=None, offline_since=None, incident_ended_at=at)
