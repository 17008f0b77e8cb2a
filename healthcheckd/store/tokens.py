"""Tokens in use that end soon."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.expiring import AHEAD
from healthcheckd.store.core import Core
from healthcheckd.store.rows import written


class ExpiringTokens:
    """For the door of the API. No token is kept, only whose it is."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def ends(self, subject: str, expires_at: datetime, now: datetime) -> None:
        await self._core.run(lambda connection, _: _ends(connection, subject, expires_at, now))

    async def renewed(self, subject: str) -> None:
        await self._core.run(lambda connection, _: _renewed(connection, subject))


def _ends(connection: sqlite3.Connection, subject: str, expires_at: datetime, now: datetime) -> None:
    connection.execute("DELETE FROM expiring_tokens WHERE expires_at <= ?", (written(now - AHEAD),))
    connection.execute("INSERT OR REPLACE INTO expiring_tokens VALUES (?, ?)", (subject, written(expires_at)))


def _renewed(connection: sqlite3.Connection, subject: str) -> None:
    connection.execute("DELETE FROM expiring_tokens WHERE subject = ?", (subject,))
