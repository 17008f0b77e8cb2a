"""Writing honest time: the stored intervals follow what the pure rule makes of them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.ledger import Interval, Mark, record
from healthcheckd.domain.observations import Cause
from healthcheckd.store.rows import Row, instant, instant_or_none, whole, written, written_or_none


def write_marks(connection: sqlite3.Connection, key: int, marks: Sequence[Mark]) -> None:
    """Apply `marks` in their order. Only the intervals they reach are read."""
    if not marks:
        return
    cut = [replace(mark, from_at=whole(mark.from_at)) for mark in marks]
    rows = _reached(connection, key, min(written(mark.from_at) for mark in cut))
    before = [interval_of(row[1:]) for row in rows]
    after = before
    for mark in cut:
        after = record(after, mark)
    _store(connection, key, [row[0] for row in rows], before, after)


def interval_of(row: Row) -> Interval:
    """From `kind, cause, from_at, until_at`."""
    kind, cause, from_at, until_at = row
    return Interval(LedgerKind(kind), cause and Cause(cause), instant(from_at), instant_or_none(until_at))


def _reached(connection: sqlite3.Connection, key: int, from_at: str) -> list[Row]:
    """Intervals that end at or after the instant: those a mark may change, or join."""
    return connection.execute(
        "SELECT id, kind, cause, from_at, until_at FROM ledger"
        " WHERE account = ? AND (until_at IS NULL OR until_at >= ?) ORDER BY from_at",
        (key, from_at),
    ).fetchall()


def _store(
    connection: sqlite3.Connection, key: int, ids: Sequence[int], before: Sequence[Interval], after: Sequence[Interval]
) -> None:
    # Surplus rows go first: an account has one open interval, and one interval to an instant.
    connection.executemany("DELETE FROM ledger WHERE id = ?", [(surplus,) for surplus in ids[len(after) :]])
    for number, interval in enumerate(after):
        values = (interval.kind, interval.cause, written(interval.from_at), written_or_none(interval.until_at))
        if number >= len(ids):
            connection.execute(
                "INSERT INTO ledger (kind, cause, from_at, until_at, account) VALUES (?, ?, ?, ?, ?)", (*values, key)
            )
        elif interval != before[number]:
            connection.execute(
                "UPDATE ledger SET kind = ?, cause = ?, from_at = ?, until_at = ? WHERE id = ?", (*values, ids[number])
            )
