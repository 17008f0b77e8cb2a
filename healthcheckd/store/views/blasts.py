"""Open blasts, for reports."""

import sqlite3

from healthcheckd.domain.blast import Level
from healthcheckd.domain.canary import Stage
from healthcheckd.domain.notices import NoticeKind
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.reports.blasts import BlastRow, ToldOf
from healthcheckd.store.blasts.standing import DOWN
from healthcheckd.store.rows import instant
from healthcheckd.store.views.viewpoint import Viewpoint, ask

ALONE = (
    "NOT EXISTS (SELECT 1 FROM blast_members JOIN blasts ON blasts.incident = blast_members.blast"
    " WHERE blast_members.account = accounts.key AND stage <> 'over')"
)
"""A condition on a row of `accounts`: it is not one of many that are told of together."""


_BLASTS = (
    "SELECT blasts.incident, level, name, cause, started_at, stage, detail, acknowledged_by,"
    " (SELECT count(*) FROM blast_members WHERE blast = blasts.incident) AS accounts,"
    " (SELECT count(*) FROM blast_members CROSS JOIN accounts ON accounts.key = account"
    f"  WHERE blast = blasts.incident AND {DOWN}) AS down"
    " FROM blasts JOIN incidents ON incidents.id = blasts.incident WHERE stage <> 'over'"
)


def blasts(connection: sqlite3.Connection, view: Viewpoint) -> tuple[BlastRow, ...]:
    """The largest first."""
    rows = ask(connection, f"{_BLASTS} ORDER BY accounts DESC")
    return tuple(_row(connection, row, view) for row in rows)


def blast(connection: sqlite3.Connection, incident: int, view: Viewpoint) -> BlastRow | None:
    """How far one is; None for what is over, or is none."""
    rows = ask(connection, f"{_BLASTS} AND blasts.incident = ?", (incident,))
    return _row(connection, rows[0], view) if rows else None


def _row(connection: sqlite3.Connection, row: sqlite3.Row, view: Viewpoint) -> BlastRow:
    since = instant(row["started_at"])
    return BlastRow(
        incident=row["incident"],
        level=Level(row["level"]),
        shared=row["name"],
        accounts=row["accounts"],
        down=row["down"],
        cause=row["cause"] and Cause(row["cause"]),
        since=since,
        down_seconds=view.age(since),
        stage=Stage(row["stage"]),
        detail=row["detail"],
        told=_told(connection, row["incident"]),
        next=f"healthcheck incidents show {row['incident']}",
        acknowledged_by=row["acknowledged_by"] or "",
    )


def _told(connection: sqlite3.Connection, incident: int) -> tuple[ToldOf, ...]:
    rows = ask(
        connection,
        "SELECT recipient, max(sent_at) AS at FROM notices WHERE incident = ? AND kind = ? AND state = 'sent'"
        " GROUP BY recipient ORDER BY at DESC",
        (incident, NoticeKind.MASS_FALL),
    )
    return tuple(ToldOf(row["recipient"], instant(row["at"])) for row in rows)
