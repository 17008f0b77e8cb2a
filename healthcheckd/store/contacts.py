"""Who hears of which account."""

import json
import sqlite3
from collections.abc import Sequence

from healthcheckd.domain.notices import Contact
from healthcheckd.store.rows import span


def owners_of(connection: sqlite3.Connection, key: int, kind: str) -> Sequence[Contact]:
    """The account's own contacts, those that want this kind; an empty kind asks for all."""
    rows = connection.execute(
        "SELECT contacts.address, contacts.name, contacts.channel, coalesce(nullif(contacts.language, ''),"
        " accounts.language), coalesce(nullif(contacts.time_zone, ''), accounts.time_zone),"
        " coalesce(account_contacts.after, accounts.notify_after), account_contacts.kinds"
        " FROM account_contacts JOIN contacts ON contacts.id = account_contacts.contact"
        " JOIN accounts ON accounts.key = account_contacts.account"
        " WHERE account_contacts.account = ? ORDER BY contacts.id",
        (key,),
    ).fetchall()
    return [
        Contact(address, name, channel, language, time_zone, span(after))
        for address, name, channel, language, time_zone, after, kinds in rows
        if wants(kinds, kind)
    ]


def wants(kinds: str, kind: str) -> bool:
    """No stated kinds means all of them."""
    chosen = json.loads(kinds)
    return not kind or not chosen or kind in chosen
