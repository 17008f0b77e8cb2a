"""Silences as rows: in force until their end."""

import json
import sqlite3
from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.matching import as_lists, from_lists
from healthcheckd.domain.silences import Silence
from healthcheckd.store.rows import Row, instant, mapped, written

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


def rename_gateway(connection: sqlite3.Connection, old: str, new: str) -> None:
    """What is silenced under the gateway's old name goes on being silent under its new one."""
    for id_, text in connection.execute("SELECT id, reach FROM silences").fetchall():
        reach = from_lists(json.loads(text))
        gateways = tuple(new if name == old else name for name in reach.gateways)
        accounts = tuple(
            f"{new}/{one.partition('/')[2]}" if one.startswith(f"{old}/") else one for one in reach.accounts
        )
        renamed = replace(reach, gateways=gateways, accounts=accounts)
        if renamed != reach:
            connection.execute("UPDATE silences SET reach = ? WHERE id = ?", (mapped(as_lists(renamed)), id_))


def held_by(id_: int) -> str:
    """What a notice says of the silence that holds it back."""
    return f"silence {id_}"
