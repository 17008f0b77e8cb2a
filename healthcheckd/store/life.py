"""The daemon's own row: when it started, woke, last beat and stopped; and what a start has to clear up."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.store.core import Core
from healthcheckd.store.rewind import rewind, skip
from healthcheckd.store.rows import instant, written


class Life:
    """For the daemon itself."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def started(self, pid: int, version: str, now: datetime) -> int:
        """Also closes runs that a crash left open; returns how many."""
        return await self._core.run(lambda connection, _: _start(connection, pid, version, now))

    async def woke(self, at: datetime, jump: timedelta = timedelta(0)) -> None:
        """After a jump of the clock by so much, or a sleep: until it was read again, nothing is said or done of an
        account."""
        await self._core.run(lambda connection, _: _wake(connection, at, jump))

    async def stopped(self, now: datetime) -> None:
        await self._core.run(lambda connection, _: _stop(connection, now))


def beat(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("UPDATE daemon SET beat_at = ?", (written(now),))


def last_beat(connection: sqlite3.Connection) -> datetime:
    row = connection.execute("SELECT coalesce(beat_at, started_at, created_at) FROM daemon").fetchone()
    return instant(row[0])


def _start(connection: sqlite3.Connection, pid: int, version: str, now: datetime) -> int:
    rewind(connection, now)
    connection.execute(
        "UPDATE daemon SET pid = ?2, version = ?3, started_at = ?1, awake_at = ?1, beat_at = ?1, stopped_at = NULL",
        (written(now), pid, version),
    )
    # What was lent out to be sent was not heard of again: it is owed at once, under the Message-ID it has. Only once,
    # though: whoever dies of each try, or cannot record it, must not send the same mail with every start.
    connection.execute("UPDATE notices SET not_before = NULL WHERE state = 'owed' AND unclear <= 1")
    return interrupt_runs(connection, now)


def interrupt_runs(connection: sqlite3.Connection, now: datetime, run: int | None = None) -> int:
    """Close every open run, or the one given; returns how many."""
    return connection.execute(
        "UPDATE job_runs SET ended_at = ?1, error = 'interrupted' WHERE ended_at IS NULL AND id = coalesce(?2, id)",
        (written(now), run),
    ).rowcount


def _wake(connection: sqlite3.Connection, at: datetime, jump: timedelta) -> None:
    rewind(connection, at)
    if jump > timedelta(0):
        skip(connection, jump, at)
    connection.execute("UPDATE daemon SET awake_at = ?", (written(at),))


def _stop(connection: sqlite3.Connection, now: datetime) -> None:
    connection.execute("UPDATE daemon SET stopped_at = ?1, beat_at = ?1, pid = NULL", (written(now),))
