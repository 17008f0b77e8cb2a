"""Silences as rows: made by people, in force until their end or until somebody ends them."""

import json
import sqlite3
from datetime import datetime

from healthcheckd.domain.matching import Reach, as_lists, from_lists
from healthcheckd.domain.silences import Silence
from healthcheckd.errors import UnknownName
from healthcheckd.store.core import Core
from healthcheckd.store.rows import Row, instant, mapped, written
from healthcheckd.store.withholding import release

COLUMNS = "id, reach, by, from_at, until_at, comment, ended_by"


class Silences:
    """For the commands on silences."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def add(self, reach: Reach, until: datetime, comment: str, by: str, now: datetime) -> Silence:
        return await self._core.run(lambda connection, _: _add(connection, Silence(0, reach, by, now, until, comment)))

    async def end(self, id_: int, by: str, now: datetime) -> bool:
        """False when it was over already. Raises `UnknownName`."""
        return await self._core.run(lambda connection, _: _end(connection, id_, by, now))


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


def _add(connection: sqlite3.Connection, said: Silence) -> Silence:
    row = connection.execute(
        f"INSERT INTO silences (reach, by, from_at, until_at, comment) VALUES (?, ?, ?, ?, ?) RETURNING {COLUMNS}",
        (mapped(as_lists(said.reach)), said.by, written(said.from_at), written(said.until_at), said.comment),
    ).fetchone()
    return silence_of(row)


def _end(connection: sqlite3.Connection, id_: int, by: str, now: datetime) -> bool:
    """What it held back is due from now on."""
    if connection.execute("SELECT 1 FROM silences WHERE id = ?", (id_,)).fetchone() is None:
        raise UnknownName(f"there is no silence {id_}", hint="healthcheck silence list --all")
    ended = connection.execute(
        "UPDATE silences SET until_at = max(?1, from_at), ended_by = ?2 WHERE id = ?3 AND until_at > ?1",
        (written(now), by, id_),
    )
    release(connection, held_by(id_), now)
    return ended.rowcount == 1
