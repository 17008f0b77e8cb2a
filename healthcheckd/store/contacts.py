"""Who hears of which account: its own addresses, and the contacts of the configuration."""

import json
import sqlite3
from collections.abc import Iterator
from functools import cache

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.routing import Directory, Place, in_tune, merged
from healthcheckd.store.rows import span

_PLACES = (
    "SELECT accounts.gateway, accounts.session, accounts.customer, accounts.tags, gateways.labels,"
    " accounts.language, accounts.time_zone, accounts.notify_after"
    " FROM accounts JOIN gateways ON gateways.name = accounts.gateway"
)


def audience_of(connection: sqlite3.Connection, directory: Directory, key: int) -> Audience:
    """What a contact does not state of itself (language, zone, how soon) is as the account has it."""
    row = connection.execute(f"{_PLACES} WHERE accounts.key = ?", (key,)).fetchone()
    found = directory.audience(_place(row))
    language, zone, after = row[5:]
    account = Contact("", language=language, time_zone=zone, after=span(after))
    owners = merged((in_tune(one, account) for one in found.owners), _own(connection, key))
    return Audience(owners, found.operators)


def operators_of(connection: sqlite3.Connection, directory: Directory, gateway: str) -> tuple[Contact, ...]:
    """Those who hear of a gateway as a whole."""
    row = connection.execute("SELECT labels FROM gateways WHERE name = ?", (gateway,)).fetchone()
    places = cache(lambda: tuple(_places(connection, gateway)))
    return directory.of_gateway(gateway, json.loads(row[0]) if row else {}, places)


def _own(connection: sqlite3.Connection, key: int) -> Iterator[Contact]:
    rows = connection.execute(
        "SELECT contacts.address, contacts.name, contacts.channel, coalesce(nullif(contacts.language, ''),"
        " accounts.language), coalesce(nullif(contacts.time_zone, ''), accounts.time_zone),"
        " coalesce(account_contacts.after, accounts.notify_after), account_contacts.kinds"
        " FROM account_contacts JOIN contacts ON contacts.id = account_contacts.contact"
        " JOIN accounts ON accounts.key = account_contacts.account"
        " WHERE account_contacts.account = ? ORDER BY contacts.id",
        (key,),
    )
    for address, name, channel, language, zone, after, kinds in rows.fetchall():
        yield Contact(address, name, channel, language, zone, span(after), frozenset(json.loads(kinds)))


def _places(connection: sqlite3.Connection, gateway: str) -> Iterator[Place]:
    query = f"{_PLACES} WHERE accounts.gateway = ? AND accounts.removed_at IS NULL AND accounts.active = 1"
    return map(_place, connection.execute(query, (gateway,)).fetchall())


def _place(row: tuple[str, ...]) -> Place:
    gateway, session, customer, tags, labels = row[:5]
    return Place(AccountId(gateway, session), customer, tuple(json.loads(tags)), json.loads(labels))
