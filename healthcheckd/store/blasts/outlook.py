"""What those who weigh notices have to know of blasts."""

import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.store.owing import HEARD
from healthcheckd.store.rows import instant, instant_or_none


@dataclass(frozen=True, slots=True)
class BlastSeen:
    """An open blast. `told` is when the operator heard of it, `owed` that it is still to be told."""

    started_at: datetime
    gathers_until: datetime
    settled_at: datetime | None
    told: bool
    owed: bool
    gateways: frozenset[str]


@dataclass(frozen=True, slots=True)
class Together:
    """Open blasts by their incident; gateways that are silent, since when; those of which the operator was told."""

    blasts: Mapping[int, BlastSeen] = field(default_factory=dict)
    silent: Mapping[str, datetime] = field(default_factory=dict)
    told_silent: frozenset[str] = frozenset()

    def over(self, gateway: str) -> BlastSeen | None:
        """The latest blast that reaches over a gateway."""
        found = [blast for blast in self.blasts.values() if gateway in blast.gateways]
        return max(found, key=lambda blast: blast.started_at, default=None)


def together(connection: sqlite3.Connection, window: timedelta) -> Together:
    silent = connection.execute("SELECT name, silent_since FROM gateways WHERE silent_since IS NOT NULL").fetchall()
    told = connection.execute(
        "SELECT subject FROM incidents WHERE scope = 'gateway' AND ended_at IS NULL AND EXISTS ("
        " SELECT 1 FROM notices WHERE notices.incident = incidents.id"
        f" AND kind = '{NoticeKind.GATEWAY_DOWN}' AND {HEARD})"
    ).fetchall()
    return Together(
        _open(connection, window),
        {name: instant(since) for name, since in silent},
        frozenset(row[0] for row in told),
    )


def _open(connection: sqlite3.Connection, window: timedelta) -> dict[int, BlastSeen]:
    mine = f"FROM notices WHERE notices.incident = blasts.incident AND kind = '{NoticeKind.MASS_FALL}'"
    rows = connection.execute(
        "SELECT blasts.incident, started_at, opened_at, settled_at,"
        f" EXISTS (SELECT 1 {mine} AND {HEARD}), EXISTS (SELECT 1 {mine} AND state = 'owed'),"
        " (SELECT group_concat(gateway) FROM blast_gateways WHERE blast = blasts.incident)"
        " FROM blasts JOIN incidents ON incidents.id = blasts.incident WHERE stage <> 'over'"
    )
    return {
        row[0]: BlastSeen(
            started_at=instant(row[1]),
            gathers_until=instant(row[2]) + window,
            settled_at=instant_or_none(row[3]),
            told=bool(row[4]),
            owed=bool(row[5]),
            gateways=frozenset((row[6] or "").split(",")),
        )
        for row in rows.fetchall()
    }
