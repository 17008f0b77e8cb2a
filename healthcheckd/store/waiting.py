"""Notices that may go, and have not gone."""

import sqlite3
from datetime import datetime

from healthcheckd.store.rows import instant_or_none, written


def waiting(connection: sqlite3.Connection, now: datetime) -> tuple[int, datetime | None]:
    """How many, and since when the oldest; what is put off on purpose, by quiet hours or a limit, does not wait."""
    count, since = connection.execute(
        "SELECT count(*), min(max(due_at, coalesce(not_before, due_at))) FROM notices"
        " WHERE state = 'owed' AND due_at <= ?1 AND coalesce(not_before, due_at) <= ?1",
        (written(now),),
    ).fetchone()
    return count, instant_or_none(since)
