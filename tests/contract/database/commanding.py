"""A desk to give commands at, and what is owed after them."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlite_utils import Database

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.policy import NoticePolicy, Policy
from healthcheckd.domain.routing import Directory, plain_operators
from healthcheckd.store.desk import Desk
from healthcheckd.store.owner import transaction
from healthcheckd.store.terms import Terms
from tests.contract.database.conftest import NOW

TERMS = Terms(Policy(notices=NoticePolicy(reminders=())), directory=Directory(plain_operators(["ops@example.com"])))
SHOP = AccountId("eu", "shop")


@contextmanager
def desk(database: Database) -> Iterator[Desk]:
    with transaction(database) as connection:
        yield Desk(connection, TERMS, NOW, "ana")


def one(connection: sqlite3.Connection, query: str) -> object:
    return connection.execute(query).fetchone()[0]


def owed(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Kind, recipient and due time of what is owed."""
    query = "SELECT kind, recipient, due_at FROM notices WHERE state = 'owed' ORDER BY kind, recipient"
    return [tuple(row) for row in connection.execute(query)]
