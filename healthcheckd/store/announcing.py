"""Changes become deliveries owed to webhooks, in the transaction that made them."""

import secrets
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from healthcheckd.domain.accounts import Account, display_phone
from healthcheckd.domain.webhooks import Occurrence, Subscription, as_json, body_of
from healthcheckd.store.rows import IDENTITY, account_of, listed, written
from healthcheckd.store.terms import Terms

_Row = tuple[str, int, str, str, str, str, str]


class Announced(NamedTuple):
    """Something happened to the account of this key."""

    account: int
    occurrence: Occurrence


def announce(connection: sqlite3.Connection, terms: Terms, happened: Sequence[Announced], now: datetime) -> None:
    """One row for each event and each webhook that wants it; nothing is even looked up where none does."""
    if not happened or not terms.subscriptions:
        return
    accounts = _accounts(connection, {account for account, _ in happened})
    connection.executemany(
        "INSERT INTO deliveries (webhook, account, key, event, payload, created_at, owed_at)"
        " VALUES (?, ?, ?, ?, ?, ?, ?)",
        [row for key, occurrence in happened for row in _rows(accounts[key], occurrence, terms, written(now))],
    )


def _accounts(connection: sqlite3.Connection, keys: set[int]) -> Mapping[int, Account]:
    rows = connection.execute(
        f"SELECT {IDENTITY} FROM accounts WHERE key IN (SELECT value FROM json_each(?))", (listed(list(keys)),)
    )
    return {row[0]: account_of(row) for row in rows}


def _rows(account: Account, occurrence: Occurrence, terms: Terms, now: str) -> Iterator[_Row]:
    """The same event has the same key with every webhook. It is random: one made of row numbers would come again for
    another event after an older database was restored."""
    concerned = [one for one in terms.subscriptions if one.concerns(occurrence.account, account.tags)]
    for change in occurrence.changes() if concerned else ():
        key = secrets.token_hex(16)
        for subscription in concerned:
            if subscription.wants(change.event):
                about = personal(account, subscription)
                body = as_json(body_of(occurrence, change, about, written(occurrence.at)))
                yield subscription.webhook, account.key, key, change.event, body, now, now


def personal(account: Account, subscription: Subscription) -> Mapping[str, object]:
    """What of the account goes along, because it was asked for."""
    known = {
        "name": account.name or account.gateway_name,
        "phone": display_phone(account.phone),
        "customer": account.customer,
        "tags": account.tags,
    }
    return {field: known[field] for field in subscription.include}
