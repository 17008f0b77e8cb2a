"""The store as the courier sees it: events lent out one at a time, in order, and what became of them."""

import sqlite3
from collections.abc import Collection
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.ports.control import Again
from healthcheckd.ports.store import Event
from healthcheckd.ports.webhooks import OwedDelivery, Parcel
from healthcheckd.store.core import Core
from healthcheckd.store.failing import channel_outcome
from healthcheckd.store.lookup import key_of
from healthcheckd.store.outgoing import speaks
from healthcheckd.store.rows import Row, instant_or_none, listed, written
from healthcheckd.store.terms import Terms

TOO_OLD = "not taken for as long as it was worth telling (notify.max_age)"

_FIRST = (
    "state = 'owed' AND webhook = :webhook AND NOT EXISTS (SELECT 1 FROM deliveries AS older WHERE older.state = 'owed'"
    " AND older.webhook = deliveries.webhook AND older.account = deliveries.account AND older.id < deliveries.id)"
)
"""What has nothing before it in its account's queue."""


def channel_of(webhook: str) -> str:
    """What a webhook is called among the channels."""
    return f"webhook:{webhook}"


class Deliveries:
    """Fills `DeliveryStore`. What is lent out is known here alone, and outlives a reload: after a crash it is simply
    owed, and goes out again under its key."""

    def __init__(self, core: Core) -> None:
        self._core = core
        self._lent: set[int] = set()

    async def take(self, webhook: str, now: datetime) -> OwedDelivery | None:
        return await self._core.run(lambda connection, terms: self._take(connection, terms, webhook, now))

    async def give_back(self, delivery: OwedDelivery) -> None:
        self._lent.discard(delivery.id)

    async def delivered(self, delivery: OwedDelivery, now: datetime, parcel: Parcel, words: str) -> None:
        await self._ended(delivery, (written(now), "sent", parcel.delivery, words, ""))

    async def dead(self, delivery: OwedDelivery, now: datetime, parcel: Parcel, error: str) -> None:
        await self._ended(delivery, (written(now), "dead", parcel.delivery, "", error))

    async def postponed(self, delivery: OwedDelivery, until: datetime, parcel: Parcel, error: str) -> None:
        values = (written(until), parcel.delivery, error, delivery.id)
        await self._core.run(lambda connection, _: _postpone(connection, values))
        self._lent.discard(delivery.id)

    async def outcome(self, webhook: str, now: datetime, error: str) -> tuple[Event, ...]:
        name = channel_of(webhook)
        return await self._core.run(lambda connection, terms: channel_outcome(connection, terms, name, now, error))

    async def next_delivery_at(self, webhook: str) -> datetime | None:
        return await self._core.run(lambda connection, _: _next(connection, webhook, self._lent))

    async def replay(self, webhook: str, wanted: Again, now: datetime) -> int:
        """Owed again and due now, under their keys; returns how many."""
        return await self._core.run(lambda connection, _: _replay(connection, webhook, wanted, now))

    def _take(self, connection: sqlite3.Connection, terms: Terms, webhook: str, now: datetime) -> OwedDelivery | None:
        if not speaks(connection):
            return None
        _give_up_old(connection, terms, webhook, now)
        row = _first(connection, webhook, now, self._lent)
        if row is None:
            return None
        self._lent.add(row[0])
        id_, lane, gateway, session, key, event, body, tries, replays = row
        return OwedDelivery(id_, webhook, lane, AccountId(gateway, session), key, event, body, tries, replays > 0)

    async def _ended(self, delivery: OwedDelivery, values: Row) -> None:
        await self._core.run(lambda connection, _: _end(connection, (*values, delivery.id)))
        self._lent.discard(delivery.id)


def _first(connection: sqlite3.Connection, webhook: str, now: datetime, lent: Collection[int]) -> Row | None:
    row: Row | None = connection.execute(
        "SELECT id, deliveries.account, gateway, session, deliveries.key, event, payload, tries, replays"
        " FROM deliveries JOIN accounts ON accounts.key = deliveries.account"
        f" WHERE {_FIRST} AND (not_before IS NULL OR not_before <= :now)"
        " AND id NOT IN (SELECT value FROM json_each(:lent)) ORDER BY owed_at, id LIMIT 1",
        {"webhook": webhook, "now": written(now), "lent": listed(list(lent))},
    ).fetchone()
    return row


def _give_up_old(connection: sqlite3.Connection, terms: Terms, webhook: str, now: datetime) -> None:
    connection.execute(
        "UPDATE deliveries SET state = 'dead', ended_at = :now,"
        " last_error = last_error || iif(last_error = '', '', '; ') || :why"
        " WHERE state = 'owed' AND webhook = :webhook AND owed_at < :limit",
        {"now": written(now), "why": TOO_OLD, "webhook": webhook, "limit": written(now - terms.notify.max_age)},
    )


def _postpone(connection: sqlite3.Connection, values: Row) -> None:
    connection.execute(
        "UPDATE deliveries SET not_before = ?, delivery = ?, last_error = ?, tries = tries + 1"
        " WHERE id = ? AND state = 'owed'",
        values,
    )


def _end(connection: sqlite3.Connection, values: Row) -> None:
    connection.execute(
        "UPDATE deliveries SET ended_at = ?, state = ?, delivery = ?, words = ?, last_error = ?, tries = tries + 1"
        " WHERE id = ?",
        values,
    )


def _next(connection: sqlite3.Connection, webhook: str, lent: Collection[int]) -> datetime | None:
    if not speaks(connection):
        return None
    row = connection.execute(
        f"SELECT min(coalesce(not_before, owed_at)) FROM deliveries WHERE {_FIRST}"
        " AND id NOT IN (SELECT value FROM json_each(:lent))",
        {"webhook": webhook, "lent": listed(list(lent))},
    ).fetchone()
    return instant_or_none(row[0])


def _replay(connection: sqlite3.Connection, webhook: str, wanted: Again, now: datetime) -> int:
    """What was trimmed to its bare row has nothing left to say."""
    return connection.execute(
        "UPDATE deliveries SET state = 'owed', owed_at = :now, not_before = NULL, ended_at = NULL, tries = 0,"
        " replays = replays + 1 WHERE webhook = :webhook AND state <> 'owed' AND payload <> '{}'"
        " AND (:since IS NULL OR created_at >= :since) AND (:account IS NULL OR account = :account)"
        " AND (state = 'dead' OR NOT :dead)",
        {
            "now": written(now),
            "webhook": webhook,
            "since": wanted.since and written(wanted.since),
            "account": wanted.account and key_of(connection, wanted.account),
            "dead": wanted.dead,
        },
    ).rowcount


def drop_others(connection: sqlite3.Connection, present: Collection[str], now: datetime) -> None:
    """What webhooks are owed that left the configuration is cancelled."""
    connection.execute(
        "UPDATE deliveries SET state = 'cancelled', last_error = ?, ended_at = ? WHERE state = 'owed'"
        " AND webhook NOT IN (SELECT value FROM json_each(?))",
        ("the webhook left the configuration", written(now), listed(list(present))),
    )
