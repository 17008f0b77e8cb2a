"""Whether a due notice is still true and wanted, by the state as it stands now."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime, timedelta

from healthcheckd.domain.notices import ABOUT_AN_OUTAGE, SEND, NoticeKind, Ruling, Verdict, rule
from healthcheckd.store.grouping import Due
from healthcheckd.store.rows import instant_or_none
from healthcheckd.store.terms import Terms

_ABOUT_HEALTH = ABOUT_AN_OUTAGE | {NoticeKind.RECOVERED}
_DURING = frozenset({NoticeKind.GATEWAY_DOWN, NoticeKind.JOB_FAILED, NoticeKind.CHANNEL_FAILED})
_LOOK_AGAIN = timedelta(minutes=1)
_SOON = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Outlook:
    """What we know of the world since we woke up: each gateway's first look, and when it was last asked."""

    awake_at: datetime | None
    gateways: dict[str, tuple[datetime | None, datetime | None]]


def outlook(connection: sqlite3.Connection) -> Outlook:
    awake_at = connection.execute("SELECT awake_at FROM daemon").fetchone()[0]
    rows = connection.execute("SELECT name, first_look_at, asked_at FROM gateways WHERE removed_at IS NULL")
    gateways = {name: (instant_or_none(looked), instant_or_none(asked)) for name, looked, asked in rows}
    return Outlook(instant_or_none(awake_at), gateways)


def rule_on(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling:
    policy = terms.policy.notices
    kind = NoticeKind(due.notice.kind)
    if now - due.due_at > policy.max_age:
        return Ruling(Verdict.SUPERSEDED, "too old")
    if due.account is None:
        return _rule_common(kind, due, seen, terms, now)
    subject = due.notice.subjects[0]
    gateway = subject.account.id.gateway
    if kind in _ABOUT_HEALTH and _unseen(gateway, subject.vitals.last_checked_at, seen, terms, now):
        return Ruling(Verdict.WAIT, "not read again yet", now + _patience(gateway, seen))
    return rule(kind, due.due_at, subject.account, subject.vitals, policy, now)


def _rule_common(kind: NoticeKind, due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling:
    """What concerns a gateway, a job or a channel as a whole."""
    if kind in _DURING and due.over:
        return Ruling(Verdict.SUPERSEDED, "it works again")
    if due.gateway:
        looked_at, asked_at = seen.gateways.get(due.gateway, (None, None))
        if kind is NoticeKind.GATEWAY_DOWN and looked_at and _unseen(due.gateway, asked_at, seen, terms, now):
            return Ruling(Verdict.WAIT, "not asked again yet", now + _LOOK_AGAIN)
    return SEND


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
