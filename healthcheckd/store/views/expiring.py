"""Tokens in use that end soon."""

import sqlite3
from collections.abc import Iterator
from datetime import datetime

from healthcheckd.domain.expiring import AHEAD, expiry_sentence
from healthcheckd.store.rows import instant, written


def expiring(connection: sqlite3.Connection, now: datetime) -> Iterator[str]:
    """A sentence of each; of one that was not replaced for a week, none."""
    rows = connection.execute(
        "SELECT subject, expires_at FROM expiring_tokens WHERE expires_at > ? ORDER BY expires_at, subject",
        (written(now - AHEAD),),
    )
    return (expiry_sentence(subject, instant(expires_at), now) for subject, expires_at in rows.fetchall())
