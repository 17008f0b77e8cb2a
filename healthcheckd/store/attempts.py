"""The store as the reconnector sees it: what is due and allowed, begun at most once, ended with a result."""

import math
import sqlite3
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from json import loads

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.durations import format_duration
from healthcheckd.domain.maintenance import Window
from healthcheckd.domain.notices import NoticeKind, plan_for
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.reconnection import FORCE_ONLY, attempted, exhausted, free_at
from healthcheckd.errors import Refused
from healthcheckd.ports.store import AttemptPace, Event, OwedAttempt
from healthcheckd.store.allowed import ALLOWED
from healthcheckd.store.blasts.standing import HELD_BACK
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.core import Core
from healthcheckd.store.holds import why_held
from healthcheckd.store.life import last_beat
from healthcheckd.store.lookup import Found, by_key, key_of, save
from healthcheckd.store.maintenance import over, present_windows
from healthcheckd.store.owing import About, owe
from healthcheckd.store.planning import OWED, planned_for, replan, starts
from healthcheckd.store.rows import Row, instant, written, written_or_none
from healthcheckd.store.terms import Terms

_COLUMNS = "attempts.id, accounts.gateway, accounts.session, slot, due_at, by, forced, customer, tags"
_DUE = f"{ALLOWED} AND (attempts.by <> '' OR NOT {HELD_BACK})"


class IsConnected(Refused):
    """There is nothing to mend."""


class Attempts:
    """Fills `AttemptStore`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def due_attempts(self, now: datetime, limit: int) -> Sequence[OwedAttempt]:
        return await self._core.run(lambda connection, terms: _due(connection, terms, now, limit))

    async def pace(self, now: datetime) -> AttemptPace:
        return await self._core.run(lambda connection, _: _pace(connection, now))

    async def begin_attempt(self, attempt: OwedAttempt, now: datetime) -> tuple[bool, tuple[Event, ...]]:
        return await self._core.run(lambda connection, terms: _begin(connection, terms, attempt, now))

    async def end_attempt(
        self, attempt: OwedAttempt, now: datetime, result: str, detail: str = ""
    ) -> tuple[Event, ...]:
        return await self._core.run(lambda connection, terms: _end(connection, terms, attempt, now, (result, detail)))

    async def interrupted_attempts(self, now: datetime) -> int:
        return await self._core.run(lambda connection, _: _interrupt(connection, now))

    async def next_attempt_at(self) -> datetime | None:
        return await self._core.run(_next)

    async def ask(self, account: AccountId, by: str, forced: bool, now: datetime) -> bool:
        """A person wants it reconnected now; False when they asked already. Raises `Refused` where it would do harm."""
        return await self._core.run(
            lambda connection, terms: ask_attempt(connection, terms, key_of(connection, account), (by, forced), now)
        )


def ask_attempt(connection: sqlite3.Connection, terms: Terms, key: int, asked: tuple[str, bool], now: datetime) -> bool:
    """`asked` is who, and whether they insist. The caps hold for everybody."""
    by, forced = asked
    found = by_key(connection, key)
    _refuse(connection, terms, found, forced, now)
    owed = connection.execute(f"SELECT id, by, forced FROM attempts WHERE account = ? AND {OWED}", (key,)).fetchone()
    if owed and owed[1] and owed[2] >= forced:
        return False
    if owed:
        connection.execute(
            "UPDATE attempts SET due_at = ?, by = ?, forced = ?, why = 'asked for' WHERE id = ?",
            (written(now), by, forced, owed[0]),
        )
        return True
    slot = f"{key}@{written(now)}"
    inserted = connection.execute(
        "INSERT INTO attempts (account, incident, slot, why, due_at, by, forced)"
        " VALUES (?, ?, ?, 'asked for', ?, ?, ?) ON CONFLICT (slot) DO NOTHING",
        (key, found.vitals.incident, slot, written(now), by, forced),
    )
    return inserted.rowcount == 1


def _refuse(connection: sqlite3.Connection, terms: Terms, found: Found, forced: bool, now: datetime) -> None:
    if not found.active:
        raise Refused(f"{found.id} is disabled", hint=f"healthcheck accounts enable {found.id}")
    if found.id.gateway in terms.alert_only:
        what = f"{found.id} cannot be restarted: its gateway has no way to do so"
        raise Refused(what, hint=f"healthcheck accounts show {found.id}")
    if held := why_held(connection, found.id.gateway, now):
        raise Refused(f"nothing is restarted now: {held}", hint="healthcheck status")
    if window := over(connection, terms, found.id, now):
        raise Refused(f"nothing is restarted now: maintenance {window.name}", hint="healthcheck status")
    if found.vitals.connection is Connection.CONNECTED and not forced:
        raise IsConnected(f"{found.id} is connected", hint=f"healthcheck reconnect {found.id} --force")
    if found.vitals.cause in FORCE_ONLY and not forced:
        what = f"{found.id} is down because of {found.vitals.cause}: a restart may make it worse"
        raise Refused(what, hint=f"healthcheck reconnect {found.id} --force")
    free = free_at(starts(connection, found.key, now), terms.policy.reconnect, now)
    if free > now:
        wait = format_duration(timedelta(minutes=math.ceil((free - now) / timedelta(minutes=1))))
        raise Refused(f"{found.id} was restarted too often", hint=f"try again in {wait}")


def _due(connection: sqlite3.Connection, terms: Terms, now: datetime, limit: int) -> list[OwedAttempt]:
    """What people asked for comes first."""
    windows = present_windows(terms, now)
    asked = _due_of(connection, "by <> ''", windows, now, limit)
    return asked + _due_of(connection, "by = ''", windows, now, limit - len(asked))


def _due_of(
    connection: sqlite3.Connection, whose: str, windows: Sequence[Window], now: datetime, limit: int
) -> list[OwedAttempt]:
    """None of an account in maintenance; however many these are, they leave room for the others."""
    rows = connection.execute(
        f"SELECT {_COLUMNS} {_DUE} AND {whose} AND due_at <= ? ORDER BY due_at LIMIT ?",
        (written(now), written(now), -1 if windows else limit),
    )
    return [_owed(row[:7]) for row in islice((row for row in rows if not _touched(row, windows)), limit)]


def _touched(row: Row, windows: Sequence[Window]) -> bool:
    return any(window.reach.covers(AccountId(row[1], row[2]), row[7], loads(row[8])) for window in windows)


def _owed(row: Row) -> OwedAttempt:
    id_, gateway, session, slot, due_at, by, forced = row
    return OwedAttempt(id_, AccountId(gateway, session), slot, instant(due_at), by, bool(forced))


def _next(connection: sqlite3.Connection, terms: Terms) -> datetime | None:
    """Holds and maintenance are measured by the last beat; the end of one is not foreseen, the next look at what is due
    will see."""
    beat = last_beat(connection)
    windows = present_windows(terms, beat)
    rows = connection.execute(f"SELECT {_COLUMNS} {_DUE} ORDER BY due_at", (written(beat),))
    return next((instant(row[4]) for row in rows if not _touched(row, windows)), None)


def _pace(connection: sqlite3.Connection, now: datetime) -> AttemptPace:
    rows = connection.execute(
        "SELECT accounts.gateway, count(*) FROM attempts JOIN accounts ON accounts.key = attempts.account"
        " WHERE started_at IS NOT NULL AND started_at > ? GROUP BY accounts.gateway",
        (written(now - timedelta(minutes=1)),),
    )
    by_gateway = Counter(dict(rows.fetchall()))
    return AttemptPace(by_gateway.total(), by_gateway)


def _begin(
    connection: sqlite3.Connection, terms: Terms, attempt: OwedAttempt, now: datetime
) -> tuple[bool, tuple[Event, ...]]:
    row = connection.execute(
        "SELECT account FROM attempts JOIN accounts ON accounts.key = attempts.account"
        f" WHERE id = ? AND {OWED} AND active = 1 AND (by <> '' OR NOT {HELD_BACK})",
        (attempt.id,),
    ).fetchone()
    held = why_held(connection, attempt.account.gateway, now) or over(connection, terms, attempt.account, now)
    if row is None or held:
        return False, ()
    found = by_key(connection, row[0])
    if not _still_called_for(connection, terms, attempt, found, now):
        return False, ()
    begun = attempted(found.vitals)
    connection.execute("UPDATE attempts SET started_at = ? WHERE id = ?", (written(now), attempt.id))
    save(connection, found.key, found.vitals, begun)
    return True, (_event(attempt, now, "started", number=begun.attempt_streak, most=terms.policy.reconnect.max_streak),)


def _still_called_for(
    connection: sqlite3.Connection, terms: Terms, attempt: OwedAttempt, found: Found, now: datetime
) -> bool:
    """By the state as just read, and the caps; else it is put off, or dropped."""
    if attempt.by:
        free = free_at(starts(connection, found.key, now), terms.policy.reconnect, now)
        harmful = found.vitals.connection is Connection.CONNECTED or found.vitals.cause in FORCE_ONLY
        due_at = None if harmful and not attempt.forced else free
        why = f"{found.vitals.connection}, {found.vitals.cause or 'no cause'}"
    else:
        planned = planned_for(connection, terms, found.key, found.vitals, now)
        due_at, why = planned.due_at, planned.why.value
    if due_at is None:
        connection.execute(
            "UPDATE attempts SET ended_at = ?, result = 'dropped', detail = ? WHERE id = ?",
            (written(now), why, attempt.id),
        )
    elif due_at > now:
        connection.execute("UPDATE attempts SET due_at = ? WHERE id = ?", (written(due_at), attempt.id))
    return due_at is not None and due_at <= now


def _end(
    connection: sqlite3.Connection, terms: Terms, attempt: OwedAttempt, now: datetime, outcome: tuple[str, str]
) -> tuple[Event, ...]:
    result, detail = outcome
    row = connection.execute(
        "UPDATE attempts SET ended_at = ?, result = ?, detail = ? WHERE id = ? AND ended_at IS NULL RETURNING account",
        (written(now), result, detail, attempt.id),
    ).fetchone()
    if row is None:
        return ()
    vitals = by_key(connection, row[0]).vitals
    event = _event(attempt, now, result, number=vitals.attempt_streak, most=terms.policy.reconnect.max_streak)
    if result == "connected":
        return (event,)
    planned = replan(connection, terms, row[0], vitals, now)
    event = replace(event, data={**event.data, "next_at": written_or_none(planned.due_at)})
    if not (exhausted(vitals, terms.policy.reconnect) and vitals.in_incident):
        return (event,)
    operators = audience_of(connection, terms.directory, row[0]).operators
    told = plan_for(operators, NoticeKind.ESCALATION, now, "exhausted")
    return (event, *owe(connection, told, About(vitals.incident, row[0]), now))


def _interrupt(connection: sqlite3.Connection, now: datetime) -> int:
    return connection.execute(
        "UPDATE attempts SET ended_at = ?, result = 'interrupted' WHERE started_at IS NOT NULL AND ended_at IS NULL",
        (written(now),),
    ).rowcount


def _event(attempt: OwedAttempt, now: datetime, state: str, **data: object) -> Event:
    return Event("attempt", now, attempt.account, {"slot": attempt.slot, "by": attempt.by, "state": state, **data})
