"""Who is owed which message, when, and whether it is still true when it is about to go."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from healthcheckd.domain.accounts import Account, Vitals
from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.domain.policy import NoticePolicy


class NoticeKind(StrEnum):
    OFFLINE = "offline"
    ACTION_REQUIRED = "action_required"
    RECOVERED = "recovered"
    ESCALATION = "escalation"
    GATEWAY_DOWN = "gateway_down"
    GATEWAY_UP = "gateway_up"
    MASS = "mass"
    MASS_FALL = "mass_fall"
    MASS_OVER = "mass_over"
    JOB_FAILED = "job_failed"
    JOB_RECOVERED = "job_recovered"
    CHANNEL_FAILED = "channel_failed"
    CHANNEL_RECOVERED = "channel_recovered"
    QUOTA = "quota"
    CLEANUP = "cleanup"
    DIGEST = "digest"
    TEST = "test"


MENDED_BY_OWNER = frozenset({Cause.LOGGED_OUT, Cause.NEEDS_PAIRING, Cause.REPLACED, Cause.BANNED})
"""Causes that only the owner, phone in hand, can mend."""

TOLD_AT_ONCE = frozenset({Cause.BANNED, Cause.REPLACED, Cause.OUTDATED_CLIENT, Cause.FLAPPING, Cause.NUMBER_CHANGED})
"""Causes of which the operator hears without delay."""

OWNER_KINDS = frozenset({NoticeKind.OFFLINE, NoticeKind.ACTION_REQUIRED, NoticeKind.RECOVERED, NoticeKind.QUOTA})
"""What an owner can be told."""

OPERATOR_KINDS = frozenset(NoticeKind) - {NoticeKind.ACTION_REQUIRED, NoticeKind.TEST}
"""What an operator can be told, in the stead of owners too."""

GOOD_NEWS = frozenset(
    {
        NoticeKind.RECOVERED,
        NoticeKind.GATEWAY_UP,
        NoticeKind.MASS_OVER,
        NoticeKind.JOB_RECOVERED,
        NoticeKind.CHANNEL_RECOVERED,
    }
)
"""What ends something that was told."""

NO_OWNER = "no_owner"
"""The variant of what an operator is told in the stead of an owner whom nobody named."""

ABOUT_AN_OUTAGE = frozenset({NoticeKind.OFFLINE, NoticeKind.ACTION_REQUIRED, NoticeKind.ESCALATION})

BAD_NEWS = ABOUT_AN_OUTAGE | {NoticeKind.GATEWAY_DOWN, NoticeKind.MASS, NoticeKind.MASS_FALL}
"""What tells of an outage of accounts or gateways."""


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """A message to be owed. `variant` tells messages of one kind, incident and recipient apart."""

    kind: NoticeKind
    to: Contact
    due_at: datetime
    reminder: int = 0
    variant: str = ""

    @property
    def role(self) -> str:
        """As whom its reader is told."""
        if self.kind is NoticeKind.RECOVERED:
            return self.variant
        return "owner" if self.kind in OWNER_KINDS and self.variant != NO_OWNER else "operator"

    def key(self, incident: int, round_: int) -> str:
        """The same message always has the same key, so that it is owed once."""
        parts = (incident, round_, self.kind, self.to.channel, self.to.address, self.reminder, self.variant)
        return ":".join(str(part) for part in parts)


def plan_notices(
    step: IncidentStep, vitals: Vitals, audience: Audience, policy: NoticePolicy, now: datetime
) -> tuple[NoticePlan, ...]:
    """What an outage of an account will have to be told, unless it ends before."""
    if step.step is Step.END or not vitals.adopted:
        return ()
    if vitals.cause is Cause.NUMBER_CHANGED:
        return wanted(_escalations(audience.operators, vitals, now, policy, now))
    since = vitals.offline_since or step.at
    plans = wanted(
        (
            *_to_owners(audience, since, policy, now),
            *_actions(audience.owners, vitals.cause, now, policy),
            *_escalations(audience.operators, vitals, since, policy, now),
        )
    )
    return plans if audience.owners else _told_once(plans)


def plan_for(
    contacts: Iterable[Contact], kind: NoticeKind, due_at: datetime, variant: str = ""
) -> tuple[NoticePlan, ...]:
    """The same for each of them who wants it."""
    return wanted(NoticePlan(kind, to, due_at, variant=variant) for to in contacts)


def wanted(plans: Iterable[NoticePlan]) -> tuple[NoticePlan, ...]:
    """Without what its reader does not want to hear of."""
    return tuple(plan for plan in plans if plan.to.wants(plan.kind))


class Verdict(StrEnum):
    SEND = "send"
    SUPERSEDED = "superseded"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do with a due notice; `until` is set where it waits, `why` is for the record. `held_by` names what people
    hold it back with: it is then owed anew from `until` on, however long that is."""

    verdict: Verdict
    why: str = ""
    until: datetime | None = None
    held_by: str = ""


SEND = Ruling(Verdict.SEND)

MUTE = "mute"
"""What holds back the notices of a muted account."""


def rule(
    kind: NoticeKind, due_at: datetime, account: Account, vitals: Vitals, policy: NoticePolicy, now: datetime
) -> Ruling:
    """Whether a notice about one account, due since `due_at`, is still true and wanted."""
    if now - due_at > policy.max_age:
        return Ruling(Verdict.SUPERSEDED, "too old")
    if not account.active:
        return Ruling(Verdict.SUPERSEDED, "the account is no longer watched")
    if account.muted_until is not None and account.muted_until > now:
        return Ruling(Verdict.WAIT, "muted", account.muted_until, held_by=MUTE)
    if kind in ABOUT_AN_OUTAGE:
        return _rule_outage(kind, vitals, now)
    if kind is NoticeKind.RECOVERED and vitals.in_incident:
        return Ruling(Verdict.SUPERSEDED, "it fell again")
    return SEND


def _rule_outage(kind: NoticeKind, vitals: Vitals, now: datetime) -> Ruling:
    if not vitals.in_incident:
        return Ruling(Verdict.SUPERSEDED, "it has recovered")
    if not vitals.adopted:
        return Ruling(Verdict.SUPERSEDED, "found down at the first look")
    if kind is NoticeKind.ACTION_REQUIRED and vitals.cause not in MENDED_BY_OWNER:
        return Ruling(Verdict.SUPERSEDED, "no person is needed any more")
    if kind is NoticeKind.OFFLINE and (vitals.offline_since is None or vitals.cause is Cause.NUMBER_CHANGED):
        return Ruling(Verdict.SUPERSEDED, "it is not offline")
    if vitals.connection is Connection.CONNECTED and vitals.offline_since is not None:
        return Ruling(Verdict.WAIT, "it may be recovering", max(vitals.recheck_at or now, now + timedelta(minutes=1)))
    return SEND


def _to_owners(audience: Audience, since: datetime, policy: NoticePolicy, now: datetime) -> list[NoticePlan]:
    """Once per outage, then reminders. Where nobody owns the account the operator hears in the owner's stead, and when
    an owner would have."""
    plans = []
    for to in audience.owners or [replace(one, after=None) for one in audience.operators]:
        due = max(since + (policy.critical_after if to.after is None else to.after), now)
        variant = "" if audience.owners else NO_OWNER
        plans.append(NoticePlan(NoticeKind.OFFLINE, to, due, 0, variant))
        for number, later in enumerate(policy.reminders, start=1):
            plans.append(NoticePlan(NoticeKind.OFFLINE, to, due + later, number, variant))
    return plans


def _told_once(plans: Iterable[NoticePlan]) -> tuple[NoticePlan, ...]:
    """An operator who hears of an outage as such, and would in an owner's stead too, hears of it by what comes first;
    reminders stay."""
    every = tuple(plans)
    words = [plan for plan in every if plan.kind is NoticeKind.ESCALATION or not plan.reminder]
    first: dict[tuple[str, str], NoticePlan] = {}
    for plan in sorted(words, key=lambda one: (one.due_at, one.kind is not NoticeKind.ESCALATION)):
        first.setdefault(plan.to.way, plan)
    return tuple(plan for plan in every if plan not in words or first[plan.to.way] is plan)


def _actions(contacts: Sequence[Contact], cause: Cause | None, now: datetime, policy: NoticePolicy) -> list[NoticePlan]:
    if cause not in MENDED_BY_OWNER:
        return []
    due = now + policy.action_required_after
    return [NoticePlan(NoticeKind.ACTION_REQUIRED, to, due, variant=str(cause)) for to in contacts]


def _escalations(
    operators: Sequence[Contact], vitals: Vitals, since: datetime, policy: NoticePolicy, now: datetime
) -> tuple[NoticePlan, ...]:
    """An account behind a silent gateway is not told one by one: the gateway's own incident speaks for it."""
    if vitals.cause is Cause.GATEWAY_DOWN:
        return ()
    urgent = vitals.cause in TOLD_AT_ONCE
    variant = str(vitals.cause) if urgent else ""
    return tuple(
        NoticePlan(NoticeKind.ESCALATION, to, now if urgent else _due_at(to, since, policy, now), variant=variant)
        for to in operators
    )


def _due_at(operator: Contact, since: datetime, policy: NoticePolicy, now: datetime) -> datetime:
    return max(since + (policy.operator_after if operator.after is None else operator.after), now)
