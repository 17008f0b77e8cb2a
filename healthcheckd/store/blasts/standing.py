"""Which blasts are open, who belongs to them, and who of those is still down."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from healthcheckd.domain.blast import Level, is_over, strays
from healthcheckd.domain.canary import Stage, Trial
from healthcheckd.store.rows import Row, instant, instant_or_none

DOWN = (
    "(accounts.active = 1 AND accounts.removed_at IS NULL"
    " AND (accounts.incident IS NOT NULL AND accounts.incident_ended_at IS NULL OR EXISTS ("
    "  SELECT 1 FROM gateways WHERE gateways.name = accounts.gateway AND gateways.silent_since IS NOT NULL)))"
)
"""A condition on a row of `accounts`: it is not back yet."""

HELD_BACK = (
    "EXISTS (SELECT 1 FROM blast_members CROSS JOIN blasts ON blasts.incident = blast_members.blast"
    f" WHERE blast_members.account = attempts.account AND wave = 0 AND stage NOT IN ('{Stage.REST}', '{Stage.OVER}'))"
)
"""A condition on a row of `attempts`: others of its blast have to come back first. Who was asked for by a person is not
held back."""


@dataclass(frozen=True, slots=True)
class Blast:
    """An open blast. `network` is `works` or `fails` once the probes were asked."""

    incident: int
    level: Level
    name: str
    total: int
    started_at: datetime
    opened_at: datetime
    settled_at: datetime | None
    network: str
    trial: Trial


def open_blasts(connection: sqlite3.Connection) -> list[Blast]:
    rows = connection.execute(
        "SELECT blasts.incident, level, name, total, started_at, opened_at, settled_at, network, stage, stage_since,"
        " stops FROM blasts JOIN incidents ON incidents.id = blasts.incident WHERE stage <> 'over'"
    )
    return [_as_blast(row) for row in rows.fetchall()]


def members(connection: sqlite3.Connection, blast: int) -> int:
    return int(connection.execute("SELECT count(*) FROM blast_members WHERE blast = ?", (blast,)).fetchone()[0])


def has_passed(connection: sqlite3.Connection, blast: int) -> bool:
    """No more are looked at than it takes to see that it has not."""
    number = members(connection, blast)
    row = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM blast_members CROSS JOIN accounts ON accounts.key = account"
        f" WHERE blast = ? AND {DOWN} LIMIT ?)",
        (blast, strays(number) + 1),
    ).fetchone()
    return is_over(number, row[0])


def keys(connection: sqlite3.Connection, blast: int, *, down: bool) -> list[int]:
    """Members that are still down, or that are back."""
    rows = connection.execute(
        "SELECT account FROM blast_members CROSS JOIN accounts ON accounts.key = account"
        f" WHERE blast = ? AND {DOWN} = ? ORDER BY account",
        (blast, down),
    )
    return [row[0] for row in rows]


def gateways_of(connection: sqlite3.Connection, blast: int) -> list[str]:
    rows = connection.execute("SELECT gateway FROM blast_gateways WHERE blast = ? ORDER BY gateway", (blast,))
    return [row[0] for row in rows]


def _as_blast(row: Row) -> Blast:
    incident, level, name, total, started_at, opened_at, settled_at, network, stage, since, stops = row
    return Blast(
        incident=incident,
        level=Level(level),
        name=name,
        total=total,
        started_at=instant(started_at),
        opened_at=instant(opened_at),
        settled_at=instant_or_none(settled_at),
        network=network,
        trial=Trial(Stage(stage), instant(since), stops),
    )
