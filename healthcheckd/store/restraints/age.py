"""What nobody needs to hear any more: too old, or of trouble that is over."""

from datetime import datetime

from healthcheckd.domain.notices import NoticeKind, Ruling, Verdict
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.restraints.readers import route_of
from healthcheckd.store.terms import Terms

_DURING = frozenset({NoticeKind.GATEWAY_DOWN, NoticeKind.JOB_FAILED, NoticeKind.CHANNEL_FAILED})


def too_old(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    if now - due_since(due, seen, terms) > terms.policy.notices.max_age:
        return Ruling(Verdict.SUPERSEDED, "too old")
    return None


def due_since(due: Due, seen: Outlook, terms: Terms) -> datetime:
    """From when on it could have gone: it does not age in its reader's quiet hours, nor while we were away."""
    route = route_of(due, terms)
    could = (route.quiet_until(due.due_at) if route else None) or due.due_at
    return could if seen.awake_at is None else max(could, seen.awake_at)


def works_again(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """Of a gateway, a job or a channel as a whole."""
    if due.account is None and due.over and due.notice.kind in _DURING:
        return Ruling(Verdict.SUPERSEDED, "it works again")
    return None
