"""Who is owed which message, when, and whether it is still true when it is about to go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from healthcheckd.domain.accounts import Account, Vitals
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

ABOUT_AN_OUTAGE = frozenset({NoticeKind.OFFLINE, NoticeKind.ACTION_REQUIRED, NoticeKind.ESCALATION})


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to tell. `after` is how long an outage lasts before this contact hears of it; None is the default."""

    address: str
    name: str = ""
    channel: str = "email"
    language: str = ""
    time_zone: str = ""
    after: timedelta | None = None


@dataclass(frozen=True, slots=True)
class NoticePlan:
    """A message to be owed. `variant` tells messages of one kind, incident and recipient apart."""

    kind: NoticeKind
    to: Contact
    due_at: datetime
    reminder: int = 0
    variant: str = ""

    def key(self, incident: int, round_: int) -> str:
        """The same message always has the same key, so that it is owed once."""
        parts = (incident, round_, self.kind, self.to.channel, self.to.address, self.reminder, self.variant)
        return ":".join(str(part) for part in parts)


def plan_notices(
    step: IncidentStep, vitals: Vitals, owners: Sequence[Contact], policy: NoticePolicy, now: datetime
) -> tuple[NoticePlan, ...]:
    """What an outage of an account will have to be told, unless it ends before."""
    if step.step is Step.END or not vitals.adopted:
        return ()
    operators = [Contact(address) for address in policy.operator]
    if vitals.cause is Cause.NUMBER_CHANGED:
        return _escalations(operators, vitals, now, policy, now)
    since = vitals.offline_since or step.at
    return (
        *_to_owners(owners, operators, since, policy, now),
        *_actions(owners, vitals.cause, now, policy),
        *_escalations(operators, vitals, since, policy, now),
    )


def exhaustion_notices(policy: NoticePolicy, now: datetime) -> tuple[NoticePlan, ...]:
    """The operator hears at once when attempts are used up."""
    return tuple(
        NoticePlan(NoticeKind.ESCALATION, Contact(address), now, variant="exhausted") for address in policy.operator
    )


class Verdict(StrEnum):
    SEND = "send"
    SUPERSEDED = "superseded"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Ruling:
    """What to do with a due notice; `until` is set where it waits, `why` is for the record."""

    verdict: Verdict
    why: str = ""
    until: datetime | None = None


SEND = Ruling(Verdict.SEND)


def rule(
    kind: NoticeKind, due_at: datetime, account: Account, vitals: Vitals, policy: NoticePolicy, now: datetime
) -> Ruling:
    """Whether a notice about one account, due since `due_at`, is still true and wanted."""
    if now - due_at > policy.max_age:
        return Ruling(Verdict.SUPERSEDED, "too old")
    if not account.active:
        return Ruling(Verdict.SUPERSEDED, "the account is no longer watched")
    if account.muted_until is not None and account.muted_until > now:
        return Ruling(Verdict.WAIT, "muted", account.muted_until)
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


def _to_owners(
    owners: Sequence[Contact], operators: Sequence[Contact], since: datetime, policy: NoticePolicy, now: datetime
) -> list[NoticePlan]:
    """Once per outage, then reminders. Where nobody owns the account the operator hears in the owner's stead."""
    plans = []
    for to in owners or operators:
        due = max(since + (policy.critical_after if to.after is None else to.after), now)
        variant = "" if owners else "no_owner"
        plans.append(NoticePlan(NoticeKind.OFFLINE, to, due, 0, variant))
        for number, later in enumerate(policy.reminders, start=1):
            plans.append(NoticePlan(NoticeKind.OFFLINE, to, due + later, number, variant))
    return plans


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
    due = now if urgent else max(since + policy.operator_after, now)
    variant = str(vitals.cause) if urgent else ""
    return tuple(NoticePlan(NoticeKind.ESCALATION, to, due, variant=variant) for to in operators)
