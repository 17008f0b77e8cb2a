"""What a drill needs to know of an account; reading it changes nothing."""

import sqlite3

from healthcheckd.domain.accounts import Account, AccountId
from healthcheckd.domain.contacts import Audience
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.core import Core
from healthcheckd.store.lookup import key_of
from healthcheckd.store.outgoing import speaks
from healthcheckd.store.rows import IDENTITY, account_of
from healthcheckd.store.terms import Terms

Drilled = tuple[Account, Audience, bool]
"""The account, who hears of it, and whether anything may be sent at all."""


async def drilled(core: Core, account: AccountId) -> Drilled:
    """Raises `UnknownName`."""
    return await core.run(lambda connection, terms: _drilled(connection, terms, account))


def _drilled(connection: sqlite3.Connection, terms: Terms, account: AccountId) -> Drilled:
    key = key_of(connection, account)
    row = connection.execute(f"SELECT {IDENTITY} FROM accounts WHERE key = ?", (key,)).fetchone()
    return account_of(row), audience_of(connection, terms.directory, key), speaks(connection)
