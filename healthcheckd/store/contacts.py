"""Who hears of which account: its own addresses, and the contacts of the configuration."""

import json
import sqlite3
from collections.abc import Iterable, Iterator
from functools import cache

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.routing import Directory, Place, in_tune, merged
from healthcheckd.store.rows import Row, span

_PLACE = "accounts.gateway, accounts.session, accounts.customer, accounts.tags, gateways.labels"
_PLACES = f"SELECT {_PLACE} FROM accounts JOIN gateways ON gateways.name = accounts.gateway"

_ACCOUNT = (
    f"SELECT {_PLACE}, accounts.language, accounts.time_zone, accounts.notify_after, contacts.address, contacts.name,"
    " contacts.channel, contacts.language, contacts.time_zone, account_contacts.after, account_contacts.kinds"
    " FROM accounts JOIN gateways ON gateways.name = accounts.gateway"
    " LEFT JOIN account_contacts ON account_contacts.account = accounts.key"
    " LEFT JOIN contacts ON contacts.id = account_contacts.contact"
    " WHERE accounts.key = ? ORDER BY contacts.id"
)
"""A row for each of its own contacts; one without any where it has none."""


def audience_of(connection: sqlite3.Connection, directory: Directory, key: int) -> Audience:
    """What a contact does not state of itself (language, zone, how soon) is as the account has it."""
    rows = connection.execute(_ACCOUNT, (key,)).fetchall()
    found = directory.audience(_place(rows[0]))
    language, zone, after = rows[0][5:8]
    account = Contact("", language=language, time_zone=zone, after=span(after))
    owners = (in_tune(one, account) for one in (*found.owners, *_own(rows)))
    return Audience(merged(owners, ()), found.operators)


def operators_of(connection: sqlite3.Connection, directory: Directory, gateway: str) -> tuple[Contact, ...]:
    """Those who hear of a gateway as a whole."""
    row = connection.execute("SELECT labels FROM gateways WHERE name = ?", (gateway,)).fetchone()
    places = cache(lambda: tuple(_places(connection, gateway)))
    return directory.of_gateway(gateway, json.loads(row[0]) if row else {}, places)


def _own(rows: Iterable[Row]) -> Iterator[Contact]:
    """Of the rows of `_ACCOUNT`."""
    for address, name, channel, language, zone, after, kinds in (row[8:] for row in rows if row[8] is not None):
        yield Contact(address, name, channel, language, zone, span(after), frozenset(json.loads(kinds)))


def _places(connection: sqlite3.Connection, gateway: str) -> Iterator[Place]:
    query = f"{_PLACES} WHERE accounts.gateway = ? AND accounts.removed_at IS NULL AND accounts.active = 1"
    return map(_place, connection.execute(query, (gateway,)).fetchall())


def _place(row: tuple[str, ...]) -> Place:
    gateway, session, customer, tags, labels = row[:5]
    return Place(AccountId(gateway, session), customer, tuple(json.loads(tags)), json.loads(labels))
