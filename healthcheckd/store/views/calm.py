"""Silences and maintenance as they stand."""

import json
import sqlite3
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.matching import Reach, as_lists, from_lists
from healthcheckd.domain.reports.accounts import AccountRow
from healthcheckd.domain.reports.incidents import MaintenanceRow, SilenceRow
from healthcheckd.domain.silences import Silence
from healthcheckd.store.rows import instant, written
from healthcheckd.store.silences import COLUMNS, silence_of
from healthcheckd.store.views.clauses import WATCHED
from healthcheckd.store.views.viewpoint import Viewpoint, ask

_PLANNED = "SELECT * FROM maintenance WHERE until_at > ? ORDER BY from_at, name"


@dataclass(frozen=True, slots=True)
class Calm:
    """Whom nobody is told of now, and until when."""

    silences: tuple[tuple[Reach, datetime], ...] = ()
    windows: tuple[tuple[Reach, datetime], ...] = ()

    def told(self, row: AccountRow) -> AccountRow:
        """The row with what is in force for its account."""
        if not (self.silences or self.windows):
            return row
        who = (AccountId(row.gateway, row.session), row.customer, row.tags)
        return replace(row, silenced_until=_last(self.silences, *who), maintained_until=_last(self.windows, *who))


def calm(connection: sqlite3.Connection, view: Viewpoint) -> Calm:
    present = [one for one in _silences(connection, view) if one.holds(view.now)]
    windows = [row for row in ask(connection, _PLANNED, (written(view.now),)) if instant(row["from_at"]) <= view.now]
    return Calm(
        tuple((one.reach, one.until_at) for one in present),
        tuple((from_lists(json.loads(row["reach"])), instant(row["until_at"])) for row in windows),
    )


def silences(connection: sqlite3.Connection, everything: bool, view: Viewpoint) -> tuple[SilenceRow, ...]:
    """Those in force, the next to end first; with `everything` those that are over too, the newest first."""
    found = _silences(connection, view, everything)
    return tuple(silence_row(connection, one, view.now) for one in found)


def silence_row(connection: sqlite3.Connection, one: Silence, now: datetime) -> SilenceRow:
    lists = {kind: tuple(values) for kind, values in as_lists(one.reach).items()}
    return SilenceRow(
        id=one.id,
        what=str(one.reach),
        by=one.by,
        from_at=one.from_at,
        until_at=one.until_at,
        in_force=one.holds(now),
        comment=one.comment,
        ended_by=one.ended_by,
        reached=_reached(connection, one.reach),
        **lists,
    )


def maintenance(connection: sqlite3.Connection, view: Viewpoint) -> tuple[MaintenanceRow, ...]:
    """As last planned: the windows in force, then the next of each, the soonest first."""
    rows = [_window(row, view.now) for row in ask(connection, _PLANNED, (written(view.now),))]
    return tuple(sorted(rows, key=lambda row: (not row.in_force, row.from_at, row.name)))


def _window(row: sqlite3.Row, now: datetime) -> MaintenanceRow:
    from_at = instant(row["from_at"])
    return MaintenanceRow(
        name=row["name"],
        what=str(from_lists(json.loads(row["reach"]))),
        cadence=row["cadence"],
        from_at=from_at,
        until_at=instant(row["until_at"]),
        in_force=from_at <= now,
        comment=row["comment"],
    )


def _silences(connection: sqlite3.Connection, view: Viewpoint, everything: bool = False) -> list[Silence]:
    condition, order = ("1", "from_at DESC") if everything else (f"until_at > '{written(view.now)}'", "until_at")
    rows = ask(connection, f"SELECT {COLUMNS} FROM silences WHERE {condition} ORDER BY {order}, id")
    return [silence_of(tuple(row)) for row in rows]


def _reached(connection: sqlite3.Connection, reach: Reach) -> int:
    rows = ask(connection, f"SELECT gateway, session, customer, tags FROM accounts WHERE {WATCHED}")
    return sum(reach.covers(AccountId(row[0], row[1]), row[2], json.loads(row[3])) for row in rows)


def _last(
    found: Collection[tuple[Reach, datetime]], account: AccountId, customer: str, tags: Collection[str]
) -> datetime | None:
    return max((until for reach, until in found if reach.covers(account, customer, tags)), default=None)
