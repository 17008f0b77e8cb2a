"""What we know of the world when notices are weighed, read once for all of them."""

import sqlite3
from dataclasses import dataclass
from datetime import datetime

from healthcheckd.store.rows import instant_or_none


@dataclass(frozen=True, slots=True)
class Outlook:
    """Since when we are awake; each gateway's first look, and when it was last asked."""

    awake_at: datetime | None
    gateways: dict[str, tuple[datetime | None, datetime | None]]


def outlook(connection: sqlite3.Connection) -> Outlook:
    awake_at = connection.execute("SELECT awake_at FROM daemon").fetchone()[0]
    rows = connection.execute("SELECT name, first_look_at, asked_at FROM gateways WHERE removed_at IS NULL")
    gateways = {name: (instant_or_none(looked), instant_or_none(asked)) for name, looked, asked in rows}
    return Outlook(instant_or_none(awake_at), gateways)
