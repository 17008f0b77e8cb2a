"""Silences as rows: in force until their end."""

import json
import sqlite3
from datetime import datetime

from healthcheckd.domain.matching import from_lists
from healthcheckd.domain.silences import Silence
from healthcheckd.store.rows import Row, instant, written

COLUMNS = "id, reach, by, from_at, until_at, comment, ended_by"


def in_force(connection: sqlite3.Connection, now: datetime) -> tuple[Silence, ...]:
    """Those that end last come first."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM silences WHERE until_at > ? AND from_at <= ? ORDER BY until_at DESC, id",
        (written(now), written(now)),
    )
    return tuple(silence_of(row) for row in rows.fetchall())


def silence_of(row: Row) -> Silence:
    """From the columns of `COLUMNS`."""
    id_, reach, by, from_at, until_at, comment, ended_by = row
    lists = json.loads(reach)
    return Silence(id_, from_lists(lists), by, instant(from_at), instant(until_at), comment, ended_by)


def held_by(id_: int) -> str:
    """What a notice says of the silence that holds it back."""
    return f"silence {id_}"
