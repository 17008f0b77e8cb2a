"""What may go out now: due, still true, within the limits, and each message with its one Message-ID."""

import json
import sqlite3
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from healthcheckd.domain.notices import NoticeKind, Ruling, Verdict
from healthcheckd.domain.observations import Cause
from healthcheckd.ports.store import NoticeSubject, OwedNotice
from healthcheckd.store.grouping import Due, complete_at, grouped
from healthcheckd.store.owing import heard_of, message_id
from healthcheckd.store.restraints.age import due_since
from healthcheckd.store.restraints.once import SAID_TOO
from healthcheckd.store.restraints.outlook import outlook
from healthcheckd.store.rows import (
    IDENTITY,
    IDENTITY_WIDTH,
    STATE,
    Row,
    account_of,
    instant,
    instant_or_none,
    listed,
    vitals_of,
    written,
)
from healthcheckd.store.ruling import rule_on
from healthcheckd.store.terms import Terms
from healthcheckd.store.withholding import withhold

Message = list[OwedNotice]
_Budget = tuple[str, str, str, bool]
"""Role, channel and recipient; and whether no single account is concerned."""

NEVER_TOLD = Ruling(Verdict.SUPERSEDED, "its recipient was not told of the outage")
_HOUR = timedelta(hours=1)
_AT_ONCE = 5000
"""So many due notices are weighed at one time."""

_MANY = 1000
"""So many accounts at most are listed in one message about a gateway."""


_BLAST = "(SELECT max(blast) FROM blast_members WHERE blast_members.incident = notices.incident)"
"""Of a row of `notices`: the blast that its account's outage is part of."""


_OTHERS_DOWN = (
    f"(role = 'operator' AND kind = '{NoticeKind.RECOVERED}' AND EXISTS ("
    " SELECT 1 FROM accounts CROSS JOIN notices AS told ON told.incident = accounts.incident"
    " WHERE accounts.incident IS NOT NULL AND accounts.incident_ended_at IS NULL"
    " AND told.channel = notices.channel AND told.recipient = notices.recipient"
    " AND (told.state = 'sent' OR told.unclear > 0)))"
)
"""Of a row of `notices`: good news, for an operator who knows of other accounts that are still down."""


def messages_due(
    connection: sqlite3.Connection, terms: Terms, now: datetime, limit: int, jammed: Collection[str]
) -> list[Message]:
    """Operators first, and to them what concerns no single account; then the newest outage first."""
    if not speaks(connection):
        return []
    ready = []
    for group in grouped(_still_true(connection, terms, now, jammed)):
        complete = complete_at(group, terms.notify.collect)
        if complete > now:
            _put_off(connection, group, complete)
        else:
            ready.append(group)
    return [_fix(connection, terms, group, now) for group in _within_limits(connection, terms, ready, now)[:limit]]


def speaks(connection: sqlite3.Connection) -> bool:
    """Not in watch mode, nor with a restored database that nobody released yet."""
    return bool(connection.execute("SELECT mode = 'act' AND held = '' FROM daemon").fetchone()[0])


def _still_true(connection: sqlite3.Connection, terms: Terms, now: datetime, jammed: Collection[str]) -> list[Due]:
    seen = outlook(connection, terms, now)
    standing = []
    for due in _due(connection, now, jammed):
        ruling = rule_on(due, seen, terms, now) if _wanted(connection, due) else NEVER_TOLD
        if ruling.verdict is Verdict.SEND:
            notice = replace(due.notice, owed_since=due_since(due, seen, terms))
            standing.append(replace(due, notice=notice, single=notice.channel in terms.directory.pagers))
        elif ruling.held_by:
            withhold(connection, due, ruling, terms.policy.notices.reminders)
        elif ruling.verdict is Verdict.WAIT:
            _put_off(connection, [due], ruling.until or now + timedelta(minutes=1))
        else:
            connection.execute(
                "UPDATE notices SET state = 'superseded', last_error = ?, ended_at = ? WHERE id = ?",
                (ruling.why, written(now), due.notice.id),
            )
    return standing


def _wanted(connection: sqlite3.Connection, due: Due) -> bool:
    """The good news only for those whom the bad news reached, or may have."""
    return due.notice.kind != NoticeKind.RECOVERED or heard_of(connection, due.notice)


def _due(connection: sqlite3.Connection, now: datetime, jammed: Collection[str]) -> list[Due]:
    """What is put off waits until `not_before`, except what may go along with others that need not wait."""
    rows = connection.execute(
        "SELECT notices.id, key, kind, channel, recipient, language, time_zone, coalesce(message_id, ''), incident,"
        " incidents.started_at, incidents.ended_at, reminder, tries, created_at, payload,"
        f" role, due_at, variant, cause, notices.account, coalesce(gateway, ''), {_BLAST}, fell_at,"
        f" {SAID_TOO}, {_OTHERS_DOWN}"
        " FROM notices LEFT JOIN incidents ON incidents.id = notices.incident"
        " WHERE state = 'owed' AND due_at <= ?1 AND (not_before IS NULL OR not_before <= ?1"
        f"  OR (message_id IS NULL AND (role = 'operator' OR cause = ?2 OR {_BLAST} IS NOT NULL)))"
        " AND channel NOT IN (SELECT value FROM json_each(?4))"
        " ORDER BY role = 'owner', notices.account IS NOT NULL, incidents.started_at DESC, notices.id LIMIT ?3",
        (written(now), Cause.GATEWAY_DOWN, _AT_ONCE, listed(list(jammed))),
    ).fetchall()
    subjects = _subjects(connection, {row[19] for row in rows if row[19] is not None})
    return [_as_due(row, subjects.get(row[19])) for row in rows]


def _as_due(row: Row, subject: NoticeSubject | None) -> Due:
    began, over, reminder, tries, created_at, payload, role, due_at, variant, cause, account, gateway = row[9:21]
    blast, fell_at, said_too, others_down = row[21:]
    id_, key, kind, channel, recipient, language, time_zone, message, incident = row[:9]
    notice = OwedNotice(
        id=id_,
        key=key,
        kind=kind,
        channel=channel,
        recipient=recipient,
        language=language,
        time_zone=time_zone,
        message_id=message,
        incident=incident,
        started_at=instant_or_none(began),
        ended_at=instant_or_none(over),
        reminder=reminder,
        tries=tries,
        created_at=instant(created_at),
        subjects=() if subject is None else (subject,),
        payload={**json.loads(payload), "role": role, "variant": variant, "gateway": gateway},
    )
    return Due(
        notice,
        role,
        instant(due_at),
        variant,
        cause,
        over=over is not None,
        account=account,
        gateway=gateway,
        blast=blast,
        fell_at=instant_or_none(fell_at),
        said_too=bool(said_too),
        others_down=bool(others_down),
    )


def _subjects(connection: sqlite3.Connection, keys: Iterable[int]) -> dict[int, NoticeSubject]:
    rows = connection.execute(
        f"SELECT {IDENTITY}, {STATE} FROM account_states WHERE key IN (SELECT value FROM json_each(?))",
        (listed(list(keys)),),
    )
    return {row[0]: NoticeSubject(account_of(row[:IDENTITY_WIDTH]), vitals_of(row[IDENTITY_WIDTH:])) for row in rows}


def _within_limits(
    connection: sqlite3.Connection, terms: Terms, groups: Sequence[list[Due]], now: datetime
) -> list[list[Due]]:
    """At most so many new messages an hour to one mailbox; a message that was tried before is no new one. Outages of
    single accounts are counted by themselves: many of them must not keep back that a whole gateway is down."""
    allowed = []
    taken: Counter[_Budget] = Counter()
    for group in groups:
        first = group[0]
        most = terms.notify.operator_per_hour if first.role == "operator" else terms.notify.owner_per_hour
        if not first.fixed:
            budget = (first.role, first.notice.channel, first.notice.recipient, first.account is None)
            spent, oldest = _spent(connection, budget, now)
            if spent + taken[budget] >= most:
                _put_off(connection, group, (oldest or now) + _HOUR)
                continue
            taken[budget] += 1
        allowed.append(group)
    return allowed


def _spent(connection: sqlite3.Connection, budget: _Budget, now: datetime) -> tuple[int, datetime | None]:
    """Messages sent within the hour or being sent, and when the oldest of them went."""
    row = connection.execute(
        "SELECT count(DISTINCT message_id), min(sent_at) FROM notices WHERE role = ? AND channel = ? AND recipient = ?"
        " AND (account IS NULL) = ? AND message_id IS NOT NULL AND (sent_at > ? OR state = 'owed')",
        (*budget, written(now - _HOUR)),
    ).fetchone()
    return row[0], instant_or_none(row[1])


def _fix(connection: sqlite3.Connection, terms: Terms, group: Sequence[Due], now: datetime) -> Message:
    """The Message-ID is written before anybody sees it, and the group is lent out: until the lease ends nobody else
    gets it. What becomes of this try is unclear until it is recorded."""
    name = group[0].notice.message_id or message_id(connection, [due.notice.key for due in group])
    connection.executemany(
        "UPDATE notices SET message_id = ?, not_before = ?, unclear = unclear + 1 WHERE id = ?",
        [(name, written(now + terms.notify.lease), due.notice.id) for due in group],
    )
    return [
        replace(due.notice, message_id=name, subjects=due.notice.subjects or _behind(connection, due)) for due in group
    ]


def _behind(connection: sqlite3.Connection, due: Due) -> tuple[NoticeSubject, ...]:
    """The accounts that a notice about no single one speaks of: those it names, else all of its gateway."""
    named = due.notice.payload.get("about", due.notice.payload.get("accounts"))
    rows = connection.execute(
        "SELECT key FROM accounts WHERE gateway = ? AND active = 1 AND removed_at IS NULL ORDER BY key LIMIT ?",
        (due.gateway, _MANY),
    )
    keys = named[:_MANY] if isinstance(named, list) else [row[0] for row in rows]
    return tuple(_subjects(connection, keys).values())


def _put_off(connection: sqlite3.Connection, dues: Iterable[Due], until: datetime) -> None:
    connection.executemany(
        "UPDATE notices SET not_before = ? WHERE id = ?", [(written(until), due.notice.id) for due in dues]
    )
