"""Notices that people hold back: owed anew from the end of that on, or from now on when it ends early."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from healthcheckd.domain.notices import Ruling
from healthcheckd.store.grouping import Due
from healthcheckd.store.rows import instant, written

_LATEST = datetime(9999, 1, 1, tzinfo=UTC)
"""What is muted for good has an end too, and reminders after it."""


def withhold(connection: sqlite3.Connection, due: Due, ruling: Ruling, reminders: Sequence[timedelta]) -> None:
    """Until its end. What was tried in vain is then a new message, for the company it had may have gone without it."""
    if ruling.until is None:
        raise ValueError(f"{ruling.held_by} has no end")
    owed_at = min(ruling.until, _LATEST) + _afterwards(connection, due, reminders)
    connection.execute(
        "UPDATE notices SET due_at = ?, not_before = NULL, held_by = ?, held_until = ?,"
        " message_id = iif(unclear > 0, message_id, NULL) WHERE id = ?",
        (written(owed_at), ruling.held_by, written(min(ruling.until, _LATEST)), due.notice.id),
    )


def release(connection: sqlite3.Connection, held_by: str, now: datetime, account: int | None = None) -> int:
    """What is held back by this (a pattern, as `LIKE` has them) is owed as if that ended now; returns how many."""
    rows = connection.execute(
        "SELECT id, due_at, held_until FROM notices WHERE state = 'owed' AND held_by LIKE ?1 AND held_until > ?2"
        " AND due_at >= held_until AND account IS coalesce(?3, account)",
        (held_by, written(now), account),
    ).fetchall()
    for id_, due_at, held_until in rows:
        owed_at = now + (instant(due_at) - instant(held_until))
        connection.execute(
            "UPDATE notices SET due_at = ?, held_until = ? WHERE id = ?", (written(owed_at), written(now), id_)
        )
    return len(rows)


def _afterwards(connection: sqlite3.Connection, due: Due, reminders: Sequence[timedelta]) -> timedelta:
    """A reminder follows the first word about the outage, and that goes out when the silence ends; or, where it went
    before, the first reminder does."""
    number = min(due.notice.reminder, len(reminders))
    if not number:
        return timedelta(0)
    notice = due.notice
    told = connection.execute(
        "SELECT 1 FROM notices WHERE incident = ? AND kind = ? AND channel = ? AND recipient = ?"
        " AND reminder < ? AND (state = 'sent' OR unclear > 0)",
        (notice.incident, notice.kind, notice.channel, notice.recipient, notice.reminder),
    ).fetchone()
    return reminders[number - 1] - (reminders[0] if told else timedelta(0))
