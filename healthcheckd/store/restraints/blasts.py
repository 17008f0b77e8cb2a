"""Where many fell together one message stands for all of them."""

from datetime import datetime, timedelta

from healthcheckd.domain.notices import TOLD_AT_ONCE, NoticeKind, Ruling, Verdict
from healthcheckd.domain.observations import Cause
from healthcheckd.store.blasts.outlook import BlastSeen
from healthcheckd.store.blasts.telling import TOLD_WITH_IT
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms

OWNERS_WAIT = timedelta(hours=1)
"""So long a blast may last before owners are asked to do something: mostly it is no fault of theirs."""

_SOON = timedelta(minutes=1)


def back_again(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """Also while their gateways were not asked again since we woke up, nobody knows whether they are still down."""
    if due.notice.kind != NoticeKind.MASS_FALL:
        return None
    if due.over:
        return Ruling(Verdict.SUPERSEDED, "they are back")
    blast = seen.together.blasts.get(due.notice.incident or 0)
    if blast is None or seen.awake_at is None or now >= seen.awake_at + terms.patience:
        return None
    asked = [seen.gateways.get(gateway, (None, None))[1] for gateway in blast.gateways]
    unasked = any(at is None or at < seen.awake_at for at in asked)
    return Ruling(Verdict.WAIT, "not asked again yet", now + _SOON) if unasked else None


def told_together(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """Of a single account among many; the operator hears of them all at once."""
    blast = seen.together.blasts.get(due.blast or 0)
    if blast is None:
        return _told_with_its_gateway(due, seen)
    if due.notice.kind == NoticeKind.ACTION_REQUIRED:
        until = blast.started_at + OWNERS_WAIT
        return Ruling(Verdict.WAIT, "many fell together", until) if now < until else None
    return _with_the_others(blast, due, now) if _is_the_operators(due) and not _of_its_own(due, blast) else None


def silent_together(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """Gateways that fall silent at the same time may turn out to be one outage of something wider."""
    began = due.notice.started_at
    if due.notice.kind != NoticeKind.GATEWAY_DOWN or began is None:
        return None
    blast = seen.together.over(due.gateway)
    if blast is not None and (blast.settled_at is None or began <= blast.settled_at):
        return _with_the_others(blast, due, now)
    until = began + terms.policy.blast.window
    others = (since for name, since in seen.together.silent.items() if name != due.gateway)
    alone = not any(abs(since - began) <= terms.policy.blast.window for since in others)
    return None if alone or now >= until else Ruling(Verdict.WAIT, "others fell silent too", until)


def _with_the_others(blast: BlastSeen, due: Due, now: datetime) -> Ruling | None:
    """Until it is known that this very reader heard, nothing is thrown away."""
    if blast.settled_at is None:
        return Ruling(Verdict.WAIT, "many fell together", max(blast.gathers_until, now + _SOON))
    if due.way in blast.told:
        return Ruling(Verdict.SUPERSEDED, TOLD_WITH_IT)
    return Ruling(Verdict.WAIT, "many fell together", now + _SOON) if due.way in blast.owed else None


def _is_the_operators(due: Due) -> bool:
    """Also in an owner's stead; but that an owner cannot be reached is no news of the outage."""
    if due.notice.kind == NoticeKind.ESCALATION:
        return due.variant != "undeliverable"
    return due.notice.kind == NoticeKind.OFFLINE and due.role == "operator"


def _of_its_own(due: Due, blast: BlastSeen) -> bool:
    """What fell after the others were told of, and for a cause that is told at once, is news."""
    late = blast.settled_at is not None and due.fell_at is not None and due.fell_at > blast.settled_at
    return late and due.cause in TOLD_AT_ONCE


def _told_with_its_gateway(due: Due, seen: Outlook) -> Ruling | None:
    """Of the gateway's outage this operator was told, who need not hear it again in the stead of owners."""
    if due.account is None or not _is_the_operators(due) or due.cause != Cause.GATEWAY_DOWN:
        return None
    gateway = due.notice.subjects[0].account.id.gateway
    blast = seen.together.over(gateway)
    told = (gateway, due.way) in seen.together.told_silent or (blast is not None and due.way in blast.told)
    return Ruling(Verdict.SUPERSEDED, "told with its gateway") if told else None
