"""Whether it is still true of the account that a notice is about."""

from datetime import datetime

from healthcheckd.domain.notices import SEND, NoticeKind, Ruling, Verdict, rule
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.age import due_since
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms


def no_longer_true(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    if due.account is None:
        return None
    subject = due.notice.subjects[0]
    kind = NoticeKind(due.notice.kind)
    if kind is NoticeKind.RECOVERED and due.notice.channel in terms.directory.pagers:
        return _alert_goes_on(due)
    ruling = rule(kind, due_since(due, seen, terms), subject.account, subject.vitals, terms.policy.notices, now)
    return None if ruling == SEND else ruling


def _alert_goes_on(due: Due) -> Ruling | None:
    """The alert of an outage that is over has to end, though another one began since."""
    return None if due.over else Ruling(Verdict.SUPERSEDED, "it fell again")
