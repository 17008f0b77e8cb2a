"""What gateways tell, put to our accounts: messages counted, and those found whose state may have changed."""

import sqlite3
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.ports.hooks import Heard, News, Told
from healthcheckd.ports.store import Event
from healthcheckd.store.core import Core
from healthcheckd.store.counters import add_messages
from healthcheckd.store.rows import listed
from healthcheckd.store.terms import Terms


class Hearings:
    """Fills `HookStore`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def hear(self, told: Sequence[Told], now: datetime) -> Heard:
        return await self._core.run(lambda connection, terms: hear(connection, terms, told, now))


def hear(connection: sqlite3.Connection, terms: Terms, told: Sequence[Told], now: datetime) -> Heard:
    changed: dict[str, set[str]] = defaultdict(set)
    events: list[Event] = []
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
    return Heard({gateway: sorted(sessions) for gateway, sessions in changed.items()}, tuple(events))


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
