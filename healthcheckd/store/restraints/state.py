"""Whether it is still true of the account that a notice is about."""

from datetime import datetime

from healthcheckd.domain.notices import SEND, NoticeKind, Ruling, rule
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.age import due_since
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms


def no_longer_true(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    if due.account is None:
        return None
    subject = due.notice.subjects[0]
    kind = NoticeKind(due.notice.kind)
    ruling = rule(kind, due_since(due, seen, terms), subject.account, subject.vitals, terms.policy.notices, now)
    return None if ruling == SEND else ruling
