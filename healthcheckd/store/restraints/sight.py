"""After a start nothing is said about what was not looked at again."""

from datetime import datetime, timedelta

from healthcheckd.domain.notices import ABOUT_AN_OUTAGE, NoticeKind, Ruling, Verdict
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms

_ABOUT_HEALTH = ABOUT_AN_OUTAGE | {NoticeKind.RECOVERED}
_LOOK_AGAIN = timedelta(minutes=1)
_SOON = timedelta(seconds=2)


def not_read_again(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    if due.account is None or due.notice.kind not in _ABOUT_HEALTH:
        return None
    subject = due.notice.subjects[0]
    gateway = subject.account.id.gateway
    if _unseen(gateway, subject.vitals.last_checked_at, seen, terms, now):
        return Ruling(Verdict.WAIT, "not read again yet", now + _patience(gateway, seen))
    return None


def not_asked_again(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    if due.account is not None or due.notice.kind != NoticeKind.GATEWAY_DOWN:
        return None
    looked_at, asked_at = seen.gateways.get(due.gateway, (None, None))
    if looked_at and _unseen(due.gateway, asked_at, seen, terms, now):
        return Ruling(Verdict.WAIT, "not asked again yet", now + _LOOK_AGAIN)
    return None


def _patience(gateway: str, seen: Outlook) -> timedelta:
    """The first round after we woke up is over within seconds; what it did not read takes longer."""
    _, asked_at = seen.gateways.get(gateway, (None, None))
    asked = asked_at is not None and seen.awake_at is not None and asked_at >= seen.awake_at
    return _LOOK_AGAIN if asked else _SOON


def _unseen(gateway: str, read_at: datetime | None, seen: Outlook, terms: Terms, now: datetime) -> bool:
    """Since we woke up nothing fresh was read, and it is too early to speak without; or the first look is not over."""
    looked_at, _ = seen.gateways.get(gateway, (None, None))
    if looked_at is None and gateway in seen.gateways:
        return True
    if seen.awake_at is None or (read_at is not None and read_at >= seen.awake_at):
        return False
    return now < seen.awake_at + terms.patience
