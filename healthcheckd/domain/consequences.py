"""Who would be told what and when, if an account dropped now: the rules of notices, asked in advance."""

from datetime import datetime, timedelta

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.contacts import Audience
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.notices import NO_OWNER, NoticeKind, NoticePlan, plan_notices
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.policy import NoticePolicy
from healthcheckd.domain.reports.accounts import Consequence


def consequences(
    audience: Audience, policy: NoticePolicy, now: datetime, withheld: str = ""
) -> tuple[Consequence, ...]:
    """Of any outage, soonest first; and what comes on top when only a person can mend it, as after a logout."""
    plain = _plans(audience, policy, now, Cause.NETWORK)
    on_top = [
        plan for plan in _plans(audience, policy, now, Cause.LOGGED_OUT) if plan.kind is NoticeKind.ACTION_REQUIRED
    ]
    lines = [_line(plan, now, None, withheld) for plan in plain]
    lines += [_line(plan, now, Cause.LOGGED_OUT, withheld) for plan in on_top]
    return tuple(sorted(lines, key=lambda line: line.after_seconds))


def _plans(audience: Audience, policy: NoticePolicy, now: datetime, cause: Cause) -> tuple[NoticePlan, ...]:
    fallen = Vitals(Connection.DISCONNECTED, Health.WARNING, cause, linked=True, offline_since=now)
    return plan_notices(IncidentStep(Step.OPEN, now, cause), fallen, audience, policy, now)


def _line(plan: NoticePlan, now: datetime, cause: Cause | None, withheld: str) -> Consequence:
    to_operator = plan.kind is NoticeKind.ESCALATION or plan.variant == NO_OWNER
    return Consequence(
        after_seconds=(plan.due_at - now) / timedelta(seconds=1),
        kind=plan.kind.value,
        role="operator" if to_operator else "owner",
        recipient=plan.to.address,
        channel=plan.to.channel,
        reminder=plan.reminder,
        cause=cause,
        withheld=withheld,
        name=plan.to.name,
    )
