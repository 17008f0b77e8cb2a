"""What gateways tell, put to our accounts: messages counted, and those found whose state may have changed."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.ports.hooks import Heard, News, Told
from healthcheckd.ports.store import Event
from healthcheckd.store.core import Core
from healthcheckd.store.counters import add_messages
from healthcheckd.store.lookup import key_of
from healthcheckd.store.rows import listed, written
from healthcheckd.store.terms import Terms

AHEAD = timedelta(minutes=5)
"""So far a message's own clock may be before ours; what is further off is no evidence."""


class Hearings:
    """Fills `HookStore`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def hear(self, told: Sequence[Told], now: datetime) -> Heard:
        return await self._core.run(lambda connection, terms: hear(connection, terms, told, now))


def hear(connection: sqlite3.Connection, terms: Terms, told: Sequence[Told], now: datetime) -> Heard:
    changed: dict[str, set[str]] = defaultdict(set)
    events: list[Event] = []
    proved: dict[AccountId, datetime] = {}
    found: dict[tuple[str, tuple[str, ...], str], str | None] = {}
    for gateway, news in told:
        who = (gateway, news.names, news.phone)
        if who not in found:
            found[who] = _session(connection, *who)
        session = found[who]
        if session is None:
            continue
        if news.changed:
            changed[gateway].add(session)
        if news.message:
            events += _count(connection, terms, AccountId(gateway, session), news, now)
        if news.proved_at and news.proved_at <= now + AHEAD:
            account, at = AccountId(gateway, session), min(news.proved_at, now)
            proved[account] = max(at, proved.get(account, at))
    for account, at in proved.items():
        if _prove(connection, account, at):
            changed[account.gateway].add(account.session)
    return Heard({gateway: sorted(sessions) for gateway, sessions in changed.items()}, tuple(events))


def _prove(connection: sqlite3.Connection, account: AccountId, at: datetime) -> bool:
    """Keep when WhatsApp last answered, and nothing of the state. What was refuted before that is refuted no more:
    returns whether it was, so that the account is read. An older answer is no argument."""
    key, proved_at = key_of(connection, account), written(at)
    connection.execute(
        "UPDATE readings SET proof_at = ?1 WHERE account = ?2 AND ifnull(proof_at, '') < ?1", (proved_at, key)
    )
    return bool(
        connection.execute(
            "UPDATE accounts SET proof_failures = 0 WHERE key = ?2 AND proof_failures > 0 AND ?1 >"
            " (SELECT ifnull(last_checked_at, '') FROM readings WHERE account = ?2)",
            (proved_at, key),
        ).rowcount
    )


def _count(
    connection: sqlite3.Connection, terms: Terms, account: AccountId, news: News, now: datetime
) -> Sequence[Event]:
    """Ids are each account's own: two of ours that write to each other have the same message."""
    way = "sent" if news.sent else "received"
    key = f"hook {account} {way} {news.message}"
    return add_messages(connection, terms, account, DayCount("", news.sent, news.received), key, now)[1]


def _session(connection: sqlite3.Connection, gateway: str, names: Sequence[str], phone: str) -> str | None:
    """By the likeliest name, else by the number linked; nobody where two have that number."""
    rows = connection.execute(
        "SELECT session FROM accounts WHERE gateway = ? AND session IN (SELECT value FROM json_each(?))"
        " AND active = 1 AND removed_at IS NULL",
        (gateway, listed(list(names))),
    )
    ours = {row[0] for row in rows}
    if ours or not phone:
        return next((name for name in names if name in ours), None)
    linked = connection.execute(
        "SELECT session FROM accounts WHERE linked_phone = ? AND gateway = ? AND active = 1 AND removed_at IS NULL",
        (phone, gateway),
    ).fetchall()
    return linked[0][0] if len(linked) == 1 else None
