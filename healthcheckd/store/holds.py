"""Why nothing may be restarted or cleaned up now: holds by people, watch mode, a restored database."""

import sqlite3
from datetime import datetime

from healthcheckd.store.rows import written, written_or_none

RESTORED = "restored"

NOT_HELD = (
    "NOT EXISTS (SELECT 1 FROM holds WHERE holds.gateway IN ('', accounts.gateway)"
    " AND (holds.until_at IS NULL OR holds.until_at > ?))"
    " AND EXISTS (SELECT 1 FROM daemon WHERE mode = 'act' AND held = '')"
)
"""A condition on a row of `accounts`; takes the present instant."""


def why_held(connection: sqlite3.Connection, gateway: str, now: datetime) -> str:
    """In words for people; empty when nothing is in the way."""
    mode, held = connection.execute("SELECT mode, held FROM daemon").fetchone()
    if held == RESTORED:
        return "the database was restored from a backup; nothing is sent either"
    if mode == "watch":
        return "watch mode"
    row = connection.execute(
        "SELECT gateway, comment, by FROM holds WHERE gateway IN ('', ?)"
        " AND (until_at IS NULL OR until_at > ?) ORDER BY gateway LIMIT 1",
        (gateway, written(now)),
    ).fetchone()
    return "" if row is None else _hold_in_words(*row)


def set_hold(
    connection: sqlite3.Connection, gateway: str, until: datetime | None, comment: str, by: str, now: datetime
) -> bool:
    """An empty gateway is all of them. False when exactly this hold was in force already."""
    wanted = (written_or_none(until), comment)
    row = connection.execute(
        "SELECT until_at, comment FROM holds WHERE gateway = ? AND (until_at IS NULL OR until_at > ?)",
        (gateway, written(now)),
    ).fetchone()
    if row == wanted:
        return False
    connection.execute(
        "INSERT INTO holds (gateway, from_at, until_at, comment, by) VALUES (?, ?, ?, ?, ?) ON CONFLICT (gateway)"
        " DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at,"
        " comment = excluded.comment, by = excluded.by",
        (gateway, written(now), *wanted, by),
    )
    return True


def lift_hold(connection: sqlite3.Connection, gateway: str, now: datetime) -> bool:
    """An empty gateway lifts the general hold, and the one that a restored database starts under. False when nothing
    was held."""
    lifted = connection.execute(
        "DELETE FROM holds WHERE gateway = ? RETURNING until_at IS NULL OR until_at > ?", (gateway, written(now))
    ).fetchall()
    in_force = any(row[0] for row in lifted)
    if not gateway:
        in_force |= connection.execute("UPDATE daemon SET held = '' WHERE held <> ''").rowcount > 0
    return in_force


def _hold_in_words(gateway: str, comment: str, by: str) -> str:
    """Until when stands beside it, for each reader in the reader's own time."""
    words = f"held on {gateway}" if gateway else "held"
    words += f" by {by}" if by else ""
    return f"{words}: {comment}" if comment else words
