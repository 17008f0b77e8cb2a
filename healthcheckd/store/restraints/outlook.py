"""What we know of the world when notices are weighed, read once for all of them."""

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from healthcheckd.domain.maintenance import Window
from healthcheckd.domain.silences import Silence
from healthcheckd.store.blasts.outlook import Together, together
from healthcheckd.store.carriers import barred
from healthcheckd.store.maintenance import present_windows
from healthcheckd.store.rows import instant_or_none
from healthcheckd.store.silences import in_force
from healthcheckd.store.terms import Terms


@dataclass(frozen=True, slots=True)
class Outlook:
    """Since when we are awake; each gateway's first look, and when it was last asked; the silences and the maintenance
    windows in force; the channels that cannot be used now, and why; what fell together, and on which
    gateways it did."""

    awake_at: datetime | None
    gateways: dict[str, tuple[datetime | None, datetime | None]]
    silences: tuple[Silence, ...] = ()
    windows: tuple[Window, ...] = ()
    barred: Mapping[str, str] = field(default_factory=dict)
    together: Together = field(default_factory=Together)
    spread: Mapping[int, tuple[str, ...]] = field(default_factory=dict)


def outlook(connection: sqlite3.Connection, terms: Terms, now: datetime) -> Outlook:
    awake_at = connection.execute("SELECT awake_at FROM daemon").fetchone()[0]
    rows = connection.execute("SELECT name, first_look_at, asked_at FROM gateways WHERE removed_at IS NULL")
    gateways = {name: (instant_or_none(looked), instant_or_none(asked)) for name, looked, asked in rows}
    return Outlook(
        instant_or_none(awake_at),
        gateways,
        in_force(connection, now),
        present_windows(terms, now),
        barred(connection, terms.directory.carriers),
        together(connection, terms.policy.blast.window),
        _spread(connection),
    )


def _spread(connection: sqlite3.Connection) -> dict[int, tuple[str, ...]]:
    """The gateways of every mass fall that is still to be told."""
    rows = connection.execute(
        "SELECT blast, json_group_array(gateway) FROM blast_gateways WHERE blast IN"
        " (SELECT incident FROM notices WHERE state = 'owed' AND kind = 'mass_fall') GROUP BY blast"
    )
    return {blast: tuple(json.loads(gateways)) for blast, gateways in rows}
