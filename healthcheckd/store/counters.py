"""Messages sent and received, by account and day; a program's repeated post counts once."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.counters import quota_reached
from healthcheckd.domain.notices import NoticeKind, plan_for
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.ports.store import Event
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.core import Core
from healthcheckd.store.lookup import key_of
from healthcheckd.store.owing import About, owe
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms


class Messages:
    """For programs that send and receive."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def add(
        self, account: AccountId, counts: DayCount, key: str, now: datetime
    ) -> tuple[DayCount, tuple[Event, ...]]:
        """Add to the day that `counts` names, or to the present one; the same key (where there is one) counts once.
        Raises `UnknownName`."""
        return await self._core.run(
            lambda connection, terms: add_messages(connection, terms, account, counts, key, now)
        )


def add_messages(
    connection: sqlite3.Connection, terms: Terms, account: AccountId, counts: DayCount, key: str, now: datetime
) -> tuple[DayCount, tuple[Event, ...]]:
    owner = key_of(connection, account)
    day = counts.day or terms.today(now)
    if key and not _first_time(connection, owner, counts, key, now):
        return _count(connection, owner, day), ()
    row = connection.execute(
        "INSERT INTO message_counts (account, day, sent, received) VALUES (?, ?, ?, ?) ON CONFLICT (account, day)"
        " DO UPDATE SET sent = sent + excluded.sent, received = received + excluded.received"
        " RETURNING day, sent, received",
        (owner, day, counts.sent, counts.received),
    ).fetchone()
    total = DayCount(*row)
    return total, tuple(_quota(connection, terms, owner, total, counts.sent, now))


def close_day(connection: sqlite3.Connection, day: str, now: datetime) -> int:
    """Every day up to and including `day`; the next message begins the new one at zero. Returns how many accounts."""
    accounts = connection.execute(
        "SELECT count(DISTINCT account) FROM message_counts WHERE closed_at IS NULL AND day <= ?", (day,)
    ).fetchone()
    connection.execute(
        "UPDATE message_counts SET closed_at = ? WHERE closed_at IS NULL AND day <= ?", (written(now), day)
    )
    return int(accounts[0])


def _first_time(connection: sqlite3.Connection, owner: int, counts: DayCount, key: str, now: datetime) -> bool:
    posted = connection.execute(
        "INSERT INTO message_posts (key, account, at, sent, received) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        (key, owner, written(now), counts.sent, counts.received),
    )
    return posted.rowcount == 1


def _count(connection: sqlite3.Connection, owner: int, day: str) -> DayCount:
    row = connection.execute(
        "SELECT day, sent, received FROM message_counts WHERE account = ? AND day = ?", (owner, day)
    ).fetchone()
    return DayCount(*row) if row else DayCount(day)


def _quota(
    connection: sqlite3.Connection, terms: Terms, owner: int, total: DayCount, added: int, now: datetime
) -> list[Event]:
    row = connection.execute("SELECT daily_limit FROM accounts WHERE key = ?", (owner,)).fetchone()
    percent = quota_reached(total.sent - added, total.sent, row[0])
    if percent is None:
        return []
    audience = audience_of(connection, terms.directory, owner)
    plans = plan_for(audience.owners or audience.operators, NoticeKind.QUOTA, now, f"{total.day}:{percent}")
    payload = {"day": total.day, "sent": total.sent, "limit": row[0], "percent": percent}
    return owe(connection, plans, About(account=owner, payload=payload), now)
