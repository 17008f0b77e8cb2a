"""Writing honest time: the stored intervals follow what the pure rule makes of them."""

import sqlite3
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.ledger import Exclusion, Interval, Mark, Stretch, maintained, record, without_maintenance
from healthcheckd.domain.observations import Cause
from healthcheckd.store.rows import Row, instant, instant_or_none, whole, written, written_or_none


def write_marks(
    connection: sqlite3.Connection, key: int, marks: Sequence[Mark], maintenance: Sequence[Stretch] = ()
) -> None:
    """Apply `marks` in their order, then cut out the times of maintenance. Only the intervals they reach are read."""
    if not marks:
        return
    cut = [replace(mark, from_at=whole(mark.from_at)) for mark in marks]
    before = _reached(connection, key, min(mark.from_at for mark in cut))
    after = before
    for mark in cut:
        after = record(after, mark)
    if stretches := [*maintenance, *maintained(before)]:
        after = without_maintenance(after, stretches, cut[-1])
    _store(connection, key, before, after)


def write_maintenance(connection: sqlite3.Connection, key: int, stretches: Sequence[Stretch], present: Mark) -> None:
    """Cut them out of what is written already; `present` is what the account's time counts as otherwise."""
    before = _reached(connection, key, min(stretch.from_at for stretch in stretches))
    _store(connection, key, before, without_maintenance(before, stretches, present))


def interval_of(row: Row) -> Interval:
    """From `kind, cause, from_at, until_at`."""
    kind, cause, from_at, until_at = row
    return Interval(LedgerKind(kind), ledger_cause(cause), instant(from_at), instant_or_none(until_at))


def ledger_cause(text: str | None) -> Cause | Exclusion | None:
    if text == Exclusion.MAINTENANCE:
        return Exclusion.MAINTENANCE
    return None if text is None else Cause(text)


def _reached(connection: sqlite3.Connection, key: int, from_at: datetime) -> list[Interval]:
    """Intervals that end at or after the instant: those a mark may change, or join."""
    rows = connection.execute(
        "SELECT kind, cause, from_at, until_at FROM ledger"
        " WHERE account = ? AND (until_at IS NULL OR until_at >= ?) ORDER BY from_at",
        (key, written(from_at)),
    )
    return [interval_of(row) for row in rows]


def _store(connection: sqlite3.Connection, key: int, before: Sequence[Interval], after: Sequence[Interval]) -> None:
    """What differs, in order of time. Surplus rows go first: an account has one open interval."""
    starts = {one.from_at for one in after}
    gone = [(key, written(one.from_at)) for one in before if one.from_at not in starts]
    connection.executemany("DELETE FROM ledger WHERE account = ? AND from_at = ?", gone)
    connection.executemany(
        "INSERT INTO ledger (account, kind, cause, from_at, until_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (account, from_at) DO UPDATE SET kind = excluded.kind, cause = excluded.cause,"
        " until_at = excluded.until_at",
        [
            (key, one.kind, one.cause, written(one.from_at), written_or_none(one.until_at))
            for one in after
            if one not in before
        ],
    )
