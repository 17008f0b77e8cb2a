"""What those who weigh notices have to know of blasts."""

import sqlite3
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from healthcheckd.domain.notices import NoticeKind
from healthcheckd.store.owing import HEARD
from healthcheckd.store.rows import instant, instant_or_none

Way = tuple[str, str]
"""A channel, and whom it reaches."""


@dataclass(frozen=True, slots=True)
class BlastSeen:
    """An open blast: which readers heard of it, and which are still to be told."""

    started_at: datetime
    gathers_until: datetime
    settled_at: datetime | None
    told: frozenset[Way]
    owed: frozenset[Way]
    gateways: frozenset[str]


@dataclass(frozen=True, slots=True)
class Together:
    """Open blasts by their incident; gateways that are silent, since when; who was told of which silent gateway."""

    blasts: Mapping[int, BlastSeen] = field(default_factory=dict)
    silent: Mapping[str, datetime] = field(default_factory=dict)
    told_silent: frozenset[tuple[str, Way]] = frozenset()

    def over(self, gateway: str) -> BlastSeen | None:
        """The latest blast that reaches over a gateway."""
        found = [blast for blast in self.blasts.values() if gateway in blast.gateways]
        return max(found, key=lambda blast: blast.started_at, default=None)


def together(connection: sqlite3.Connection, window: timedelta) -> Together:
    silent = connection.execute("SELECT name, silent_since FROM gateways WHERE silent_since IS NOT NULL").fetchall()
    told = connection.execute(
        "SELECT subject, channel, recipient FROM incidents JOIN notices ON notices.incident = incidents.id"
        f" WHERE scope = 'gateway' AND incidents.ended_at IS NULL AND kind = '{NoticeKind.GATEWAY_DOWN}' AND {HEARD}"
    ).fetchall()
    return Together(
        _open(connection, window),
        {name: instant(since) for name, since in silent},
        frozenset((gateway, (channel, recipient)) for gateway, channel, recipient in told),
    )


def _open(connection: sqlite3.Connection, window: timedelta) -> dict[int, BlastSeen]:
    heard, owed = _readers(connection, HEARD), _readers(connection, "state = 'owed'")
    rows = connection.execute(
        "SELECT blasts.incident, started_at, opened_at, settled_at,"
        " (SELECT group_concat(gateway) FROM blast_gateways WHERE blast = blasts.incident)"
        " FROM blasts JOIN incidents ON incidents.id = blasts.incident WHERE stage <> 'over'"
    )
    return {
        row[0]: BlastSeen(
            started_at=instant(row[1]),
            gathers_until=instant(row[2]) + window,
            settled_at=instant_or_none(row[3]),
            told=frozenset(heard[row[0]]),
            owed=frozenset(owed[row[0]]),
            gateways=frozenset((row[4] or "").split(",")),
        )
        for row in rows.fetchall()
    }


def _readers(connection: sqlite3.Connection, condition: str) -> Mapping[int, set[Way]]:
    """Of each open blast, those with a notice of it under `condition` (a fixed text of ours)."""
    readers = defaultdict(set)
    rows = connection.execute(
        "SELECT incident, channel, recipient FROM notices WHERE incident IN"
        f" (SELECT incident FROM blasts WHERE stage <> 'over') AND kind = '{NoticeKind.MASS_FALL}' AND {condition}"
    )
    for incident, channel, recipient in rows:
        readers[incident].add((channel, recipient))
    return readers
