"""After the clock was set back: what seems to lie ahead of us has been already, or it would be waited for in vain.
After it was set forward, or we slept: what waits to be sent has not grown old meanwhile."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.ledger import Mark
from healthcheckd.domain.observations import Cause
from healthcheckd.store.ledger import write_marks
from healthcheckd.store.rows import instant, written

_LONGEST_PAUSE = timedelta(hours=1)
"""No message that is tried waits longer for its next try."""

_HAS_BEEN = {
    "accounts": (
        "first_bad_at",
        "first_good_at",
        "offline_since",
        "stale_since",
        "connected_since",
        "last_disconnected_at",
        "recheck_at",
        "incident_ended_at",
    ),
    "readings": ("last_checked_at", "last_connected_at", "proof_at", "native_since"),
    "gateways": ("first_look_at", "asked_at", "answered_at", "silent_since"),
    "incidents": ("started_at", "fell_at", "ended_at"),
    "blasts": ("opened_at", "stage_since"),
    "attempts": ("started_at", "ended_at"),
    "notices": ("created_at", "sent_at"),
    "deliveries": ("created_at", "owed_at", "not_before", "ended_at"),
    "job_runs": ("started_at", "ended_at"),
}
"""Columns that tell when something was, by table. A reading older than the last one is dropped, an attempt counts for
a day: left ahead of us, they would keep an account unread and untouched until the clock has caught up."""


def rewind(connection: sqlite3.Connection, now: datetime) -> None:
    """Bring every such instant back to `now`; what is owed keeps its distance from when it was owed, and what was due
    already stays due."""
    present = written(now)
    connection.execute(
        "UPDATE notices SET due_at = CASE WHEN message_id IS NOT NULL OR due_at <= (SELECT beat_at FROM daemon) THEN ?1"
        " ELSE strftime('%Y-%m-%dT%H:%M:%fZ', julianday(due_at) - julianday(created_at) + julianday(?1)) END"
        " WHERE state = 'owed' AND created_at > ?1",
        (present,),
    )
    # Whose tries end unclear time and again waits for the next one, or each start would send the same mail once more.
    connection.execute(
        "UPDATE notices SET not_before = ?1 WHERE not_before > ?1 AND (unclear <= 1 OR not_before > ?2)",
        (present, written(now + _LONGEST_PAUSE)),
    )
    for table, columns in _HAS_BEEN.items():
        for column in columns:
            connection.execute(f"UPDATE {table} SET {column} = ?1 WHERE {column} > ?1", (present,))
    connection.execute("UPDATE daemon SET maintained_at = ?1 WHERE maintained_at > ?1", (present,))
    _rewind_ledger(connection, now)


def skip(connection: sqlite3.Connection, jump: timedelta, now: datetime) -> None:
    """After a jump forward: what was due before is as old as it was, what became due meanwhile is due since now, and
    the reminders of what is still owed keep their distance from it."""
    rows = connection.execute(
        "SELECT id, reminder, due_at, created_at, incident, kind, channel, recipient, variant FROM notices"
        " WHERE state = 'owed' ORDER BY reminder"
    ).fetchall()
    moved: dict[tuple[object, ...], timedelta] = {}
    for id_, reminder, due_at, created_at, *whose in rows:
        due = instant(due_at)
        by = moved.get(tuple(whose)) if reminder else None
        if by is None and (due <= now - jump or (due <= now and not reminder)):
            by = min(jump, now - due)
        if by is not None:
            moved.setdefault(tuple(whose), by)
            connection.execute(
                "UPDATE notices SET due_at = ?, created_at = ? WHERE id = ?",
                (written(due + by), written(min(instant(created_at) + by, now)), id_),
            )
    # Events owed to webhooks are as old as they were, too.
    connection.execute(
        "UPDATE deliveries SET owed_at = min(?1, strftime('%Y-%m-%dT%H:%M:%fZ', julianday(owed_at) + ?2))"
        " WHERE state = 'owed'",
        (written(now), jump / timedelta(days=1)),
    )


def _rewind_ledger(connection: sqlite3.Connection, now: datetime) -> None:
    """Time that has not come yet is taken out, and the present kind goes on from now."""
    touched = connection.execute(
        "SELECT DISTINCT accounts.key, accounts.ledger, ledger_cause FROM ledger"
        " JOIN accounts ON accounts.key = ledger.account WHERE from_at > ?1 OR until_at > ?1",
        (written(now),),
    ).fetchall()
    for key, kind, cause in touched:
        write_marks(connection, key, (Mark(LedgerKind(kind), Cause(cause) if cause else None, now),))
