"""Reconnections owed: planned anew whenever the state moved, at most one to an account."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.reconnection import Plan, Why, plan
from healthcheckd.store.rows import Row, instant, written
from healthcheckd.store.terms import Terms

OWED = "attempts.started_at IS NULL AND attempts.ended_at IS NULL"


def starts(connection: sqlite3.Connection, key: int, now: datetime) -> tuple[datetime, ...]:
    """When the attempts of the last 24 hours began, oldest first."""
    rows = connection.execute(
        "SELECT started_at FROM attempts WHERE account = ? AND started_at > ? ORDER BY started_at",
        (key, written(now - timedelta(days=1))),
    )
    return tuple(instant(row[0]) for row in rows)


def planned_for(connection: sqlite3.Connection, terms: Terms, key: int, vitals: Vitals, now: datetime) -> Plan:
    """What the state calls for; nothing where the gateway can be told to do nothing."""
    if _alert_only(connection, terms, key):
        return Plan(None, Why.NO_WAY)
    return plan(key, vitals, starts(connection, key, now), terms.policy.reconnect, now)


def replan(connection: sqlite3.Connection, terms: Terms, key: int, vitals: Vitals, now: datetime) -> Plan:
    """Owe the attempt that the state calls for, or none. One that a person asked for is left alone."""
    planned = planned_for(connection, terms, key, vitals, now)
    if planned.due_at is None:
        drop(connection, key, planned.why, now)
        return planned
    owed, under_way = _open(connection, key)
    if owed is None and not under_way:
        _owe(connection, key, vitals, planned, planned.due_at)
    elif owed and not owed[2] and not instant(owed[1]) <= planned.due_at <= now:
        connection.execute(
            "UPDATE attempts SET due_at = ?, why = ? WHERE id = ?", (written(planned.due_at), planned.why, owed[0])
        )
    return planned


def drop(connection: sqlite3.Connection, key: int, why: str, now: datetime, *, asked: bool = False) -> None:
    """Nothing is owed any more; with `asked`, not even what a person asked for."""
    spared = "" if asked else " AND by = ''"
    connection.execute(
        f"UPDATE attempts SET ended_at = ?, result = 'dropped', detail = ? WHERE account = ? AND {OWED}{spared}",
        (written(now), why, key),
    )


def _alert_only(connection: sqlite3.Connection, terms: Terms, key: int) -> bool:
    if not terms.alert_only:
        return False
    row = connection.execute("SELECT gateway FROM accounts WHERE key = ?", (key,)).fetchone()
    return row is not None and row[0] in terms.alert_only


def _open(connection: sqlite3.Connection, key: int) -> tuple[Row | None, bool]:
    """The attempt that is owed (its id, when it is due, and for whom), and whether one is under way: that one plans
    the next itself, when it ends."""
    rows = connection.execute(
        "SELECT id, due_at, by, started_at FROM attempts WHERE account = ? AND ended_at IS NULL", (key,)
    ).fetchall()
    owed = next((row[:3] for row in rows if row[3] is None), None)
    return owed, any(row[3] is not None for row in rows)


def _owe(connection: sqlite3.Connection, key: int, vitals: Vitals, planned: Plan, due_at: datetime) -> None:
    """A slot is an account and an instant: whatever is planned twice for one is attempted once."""
    due = written(due_at)
    connection.execute(
        "INSERT INTO attempts (account, incident, slot, why, due_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (slot) DO NOTHING",
        (key, vitals.incident, f"{key}@{due}", planned.why, due),
    )
