"""An outage that never was: what the rules would make of one account's fall, and whom they would tell. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import LedgerKind, Vitals
from healthcheckd.domain.assessment import Transition, assess
from healthcheckd.domain.contacts import Audience, Role
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.notices import NoticeKind, NoticePlan, plan_for, plan_notices
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.policy import Policy

KINDS = ("offline", "action_required", "recovered")
"""What can be rehearsed: an outage that lasts, one that only the owner can mend, and its end."""

_TOLD = {
    "offline": frozenset({NoticeKind.OFFLINE, NoticeKind.ESCALATION}),
    "action_required": frozenset({NoticeKind.ACTION_REQUIRED, NoticeKind.ESCALATION}),
    "recovered": frozenset({NoticeKind.RECOVERED}),
}
_NUMBER = 0
"""Of an incident that is none."""


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """How the account went from well to where it stands now, and what is told of that, soonest first; each plan is due
    as long after `fallen_at` as it would be."""

    vitals: Vitals
    transitions: tuple[Transition, ...]
    plans: tuple[NoticePlan, ...]
    fallen_at: datetime


def rehearse(session: str, audience: Audience, policy: Policy, kind: str, now: datetime) -> Rehearsal:
    """As if it had been well until so long ago that all of this has come about by now."""
    back, cause = kind == "recovered", Cause.LOGGED_OUT if kind == "action_required" else Cause.NETWORK
    until = now - policy.health.settle if back else now
    fallen_at = until - policy.health.critical_after
    vitals, transitions = _well(fallen_at, policy), list[Transition]()
    for seen in _readings(session, cause, (fallen_at, until, now), policy, back):
        assessment = assess(vitals, seen, policy.health)
        opened = assessment.incident is not None and assessment.incident.step is Step.OPEN
        vitals = replace(assessment.vitals, incident=_NUMBER) if opened else assessment.vitals
        transitions += [assessment.transition] if assessment.transition else []
    plans = _recoveries(audience, now) if back else _plans(audience, policy, cause, fallen_at)
    told = (plan for plan in plans if plan.kind in _TOLD[kind] and not plan.reminder)
    return Rehearsal(vitals, tuple(transitions), tuple(sorted(told, key=lambda plan: plan.due_at)), fallen_at)


def _readings(
    session: str, cause: Cause, times: tuple[datetime, datetime, datetime], policy: Policy, back: bool
) -> Iterator[Observation]:
    fallen_at, until, now = times
    state = Connection.LOGGED_OUT if cause is Cause.LOGGED_OUT else Connection.DISCONNECTED
    for at in sorted({fallen_at, min(fallen_at + policy.health.settle, until), until}):
        yield Observation(session, at, state, native=state.value, cause=cause, linked=True)
    # Without a gap: a recovery that nobody watched is none.
    for number in range((now - until) // policy.health.cadence + 1) if back else ():
        yield _good(session, until + number * policy.health.cadence)
    if back:
        yield _good(session, now)


def _good(session: str, at: datetime) -> Observation:
    return Observation(session, at, Connection.CONNECTED, native="Connected", linked=True)


def _well(until: datetime, policy: Policy) -> Vitals:
    """Healthy for a day; nothing of how it really is goes into it."""
    last = until - policy.health.cadence
    return Vitals(
        Connection.CONNECTED,
        Health.HEALTHY,
        linked=True,
        connected_since=until - timedelta(days=1),
        last_connected_at=last,
        last_checked_at=last,
        ledger=LedgerKind.UP,
    )


def _plans(audience: Audience, policy: Policy, cause: Cause, since: datetime) -> tuple[NoticePlan, ...]:
    fallen = Vitals(Connection.DISCONNECTED, Health.WARNING, cause, linked=True, offline_since=since)
    return plan_notices(IncidentStep(Step.OPEN, since, cause), fallen, audience, policy.notices, since)


def _recoveries(audience: Audience, now: datetime) -> tuple[NoticePlan, ...]:
    """To all who would have been told."""
    owners = plan_for(audience.owners, NoticeKind.RECOVERED, now, Role.OWNER)
    return owners + plan_for(audience.operators, NoticeKind.RECOVERED, now, Role.OPERATOR)
