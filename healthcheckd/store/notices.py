"""The store as the outbox sees it: messages lent out, and what became of them."""

import sqlite3
from collections.abc import Collection, Sequence
from datetime import datetime

from healthcheckd.domain.incidents import Ending, Scope
from healthcheckd.domain.notices import NoticeKind, plan_for
from healthcheckd.ports.store import Event, OwedNotice
from healthcheckd.store.blasts.telling import owe_mass_over
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.core import Core
from healthcheckd.store.digest import owe_digest
from healthcheckd.store.failing import channel_outcome
from healthcheckd.store.gateways import owe_gateway_up
from healthcheckd.store.outgoing import messages_due, speaks
from healthcheckd.store.owing import About, owe, owe_recovery
from healthcheckd.store.rows import instant_or_none, listed, written
from healthcheckd.store.terms import Terms


class Notices:
    """Fills `NoticeStore`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def due_messages(
        self, now: datetime, limit: int, jammed: Collection[str] = ()
    ) -> Sequence[Sequence[OwedNotice]]:
        return await self._core.run(lambda connection, terms: messages_due(connection, terms, now, limit, jammed))

    async def sent(self, notices: Sequence[OwedNotice], now: datetime, words: str) -> tuple[Event, ...]:
        return await self._core.run(lambda connection, _: record_sent(connection, notices, now, words))

    async def postponed(
        self, notices: Sequence[OwedNotice], until: datetime, error: str, *, unclear: bool = False
    ) -> None:
        await self._core.run(lambda connection, _: _postpone(connection, notices, until, error, unclear))

    async def dead(self, notices: Sequence[OwedNotice], now: datetime, error: str) -> tuple[Event, ...]:
        return await self._core.run(lambda connection, terms: _bury(connection, terms, notices, now, error))

    async def channel_outcome(self, channel: str, now: datetime, error: str) -> tuple[Event, ...]:
        return await self._core.run(lambda connection, terms: channel_outcome(connection, terms, channel, now, error))

    async def next_notice_at(self, jammed: Collection[str] = ()) -> datetime | None:
        return await self._core.run(lambda connection, _: next_due(connection, jammed))

    async def digest(self, now: datetime) -> tuple[Event, ...]:
        """Owe each operator the digest of the last day."""
        return await self._core.run(lambda connection, terms: owe_digest(connection, terms, now))

    async def retry(self, ids: Sequence[int], now: datetime) -> int:
        """Owed again and due now: those named, or all that were given up; returns how many."""
        return await self._core.run(lambda connection, _: _retry(connection, ids, now))


def record_sent(
    connection: sqlite3.Connection, notices: Sequence[OwedNotice], now: datetime, words: str
) -> tuple[Event, ...]:
    """Sent is sent, even if meanwhile it was superseded; who heard of an outage that is over by now hears that too."""
    connection.executemany(
        "UPDATE notices SET state = 'sent', sent_at = ?1, ended_at = ?1, words = ?2, last_error = '', tries = tries + 1"
        " WHERE id = ?3",
        [(written(now), words, notice.id) for notice in notices],
    )
    events = [_event(notice, now, "sent") for notice in notices]
    for incident in {notice.incident for notice in notices if notice.incident is not None}:
        events.extend(_late_recovery(connection, incident, now))
    return tuple(events)


def _late_recovery(connection: sqlite3.Connection, incident: int, now: datetime) -> list[Event]:
    row = connection.execute(
        "SELECT scope, subject, account, started_at FROM incidents WHERE id = ? AND how = ?",
        (incident, Ending.RECOVERED),
    ).fetchone()
    if row is None:
        return []
    scope, subject, account, started_at = row
    if scope == Scope.ACCOUNT:
        return owe_recovery(connection, About(incident, account), now)
    if scope == Scope.GATEWAY:
        return owe_gateway_up(connection, incident, subject, instant_or_none(started_at), now)
    return owe_mass_over(connection, incident, now) if scope == Scope.BLAST else []


def _postpone(
    connection: sqlite3.Connection, notices: Sequence[OwedNotice], until: datetime, error: str, unclear: bool
) -> None:
    """What was superseded meanwhile stays so; that it was not accepted is worth knowing of it too."""
    if not unclear:
        _refused(connection, notices)
    connection.executemany(
        "UPDATE notices SET not_before = ?, tries = tries + 1, last_error = ? WHERE id = ? AND state = 'owed'",
        [(written(until), error, notice.id) for notice in notices],
    )


def _refused(connection: sqlite3.Connection, notices: Sequence[OwedNotice]) -> None:
    """This try at least did not arrive."""
    connection.executemany(
        "UPDATE notices SET unclear = max(unclear - 1, 0) WHERE id = ?", [(notice.id,) for notice in notices]
    )


def _bury(
    connection: sqlite3.Connection, terms: Terms, notices: Sequence[OwedNotice], now: datetime, error: str
) -> tuple[Event, ...]:
    _refused(connection, notices)
    connection.executemany(
        "UPDATE notices SET state = 'dead', ended_at = ?, tries = tries + 1, last_error = ? WHERE id = ?",
        [(written(now), error, notice.id) for notice in notices],
    )
    events = [_event(notice, now, "dead") for notice in notices]
    for notice in notices:
        events.extend(_tell_operators(connection, terms, notice, now, error))
    return tuple(events)


def _tell_operators(
    connection: sqlite3.Connection, terms: Terms, notice: OwedNotice, now: datetime, error: str
) -> list[Event]:
    """An owner who cannot be reached is told of to the operators, where they can still do something about it."""
    if notice.incident is None or not notice.subjects or notice.kind == NoticeKind.RECOVERED:
        return []
    key = notice.subjects[0].account.key
    operators = audience_of(connection, terms.directory, key).operators
    others = [one for one in operators if one.way != (notice.channel, notice.recipient)]
    plans = plan_for(others, NoticeKind.ESCALATION, now, "undeliverable")
    payload = {"undelivered_to": notice.recipient, "error": error}
    return owe(connection, plans, About(notice.incident, key, payload=payload), now)


def next_due(connection: sqlite3.Connection, jammed: Collection[str] = ()) -> datetime | None:
    if not speaks(connection):
        return None
    row = connection.execute(
        "SELECT min(max(due_at, coalesce(not_before, due_at))) FROM notices"
        " WHERE state = 'owed' AND channel NOT IN (SELECT value FROM json_each(?))",
        (listed(list(jammed)),),
    ).fetchone()
    return instant_or_none(row[0])


def _retry(connection: sqlite3.Connection, ids: Sequence[int], now: datetime) -> int:
    wanted = "state = 'dead'" if not ids else "state IN ('dead', 'owed') AND id IN (SELECT value FROM json_each(?2))"
    return connection.execute(
        f"UPDATE notices SET state = 'owed', due_at = ?1, not_before = NULL, ended_at = NULL WHERE {wanted}",
        (written(now), listed(ids)) if ids else (written(now),),
    ).rowcount


def _event(notice: OwedNotice, now: datetime, state: str) -> Event:
    account = notice.subjects[0].account.id if len(notice.subjects) == 1 else None
    data = {
        "kind": notice.kind,
        "channel": notice.channel,
        "recipient": notice.recipient,
        "state": state,
        "incident": notice.incident,
        "message_id": notice.message_id,
    }
    return Event("notice", now, account, data)
