"""An account without its person: the intervals stay, under a pseudonym; who it was is gone from every table."""

import secrets
import sqlite3
from collections.abc import Iterator

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.reports.accounts import Change, ChangeReport
from healthcheckd.errors import Refused, UnknownName
from healthcheckd.store.desk import Desk, refuse_listed
from healthcheckd.store.lookup import by_key, discovers
from healthcheckd.store.personal.person import Person, own_contacts, person_behind
from healthcheckd.store.rows import written
from healthcheckd.store.withdrawals import withdraw

_SPARED = frozenset({("daemon", "installation")})
"""Texts that name nobody and must not change."""


def forget(desk: Desk, account: AccountId) -> ChangeReport:
    """Also one that was removed before. Raises `UnknownName`, and `Refused` while it would be found again."""
    connection = desk.connection
    key = _known(connection, account)
    _refuse_present(desk, key, account)
    alias = f"forgotten-{secrets.token_hex(4)}"
    person = person_behind(connection, key, account, alias)
    withdraw(connection, [key], "the account was forgotten", desk.now)
    _empty(connection, key, person, written(desk.now))
    _rewrite(connection, person)
    return ChangeReport((Change(f"{account.gateway}/{alias}", "forget"),))


def _known(connection: sqlite3.Connection, account: AccountId) -> int:
    row = connection.execute("SELECT key FROM accounts WHERE gateway = ? AND session = ?", account).fetchone()
    if row is None:
        raise UnknownName(f"there is and was no account {account}", hint="healthcheck accounts list")
    return int(row[0])


def _refuse_present(desk: Desk, key: int, account: AccountId) -> None:
    """A session that its gateway still has would be an account again with the next check."""
    refuse_listed(desk, key, "forgotten")
    found = by_key(desk.connection, key)
    removed = desk.connection.execute("SELECT removed_at FROM accounts WHERE key = ?", (key,)).fetchone()[0]
    seen = found.vitals.last_checked_at is not None and found.vitals.cause is not Cause.GONE
    if seen and not removed and discovers(desk.connection, *account):
        what = f"{account} would be found again by the next check: its gateway still has the session"
        raise Refused(what, hint="delete it at the gateway, or write it under ignore in the configuration")


def _empty(connection: sqlite3.Connection, key: int, person: Person, now: str) -> None:
    """The account's own row and what belongs to it alone."""
    contacts = [contact for contact, _ in own_contacts(connection, key)]
    connection.execute("DELETE FROM account_contacts WHERE account = ?", (key,))
    connection.executemany("DELETE FROM contacts WHERE id = ?", [(contact,) for contact in contacts])
    connection.execute(
        "UPDATE accounts SET session = ?, name = '', gateway_name = '', phone = NULL, linked_phone = NULL,"
        " customer = '', tags = '[]', language = '', time_zone = '', stated = '{}', restricted_why = '', active = 0,"
        " removed_at = coalesce(removed_at, ?) WHERE key = ?",
        (person.alias, now, key),
    )
    connection.execute("UPDATE readings SET native = '' WHERE account = ?", (key,))
    connection.execute("UPDATE notices SET payload = '{}', words = '' WHERE account = ?", (key,))
    connection.execute("UPDATE attempts SET detail = '' WHERE account = ?", (key,))


def _rewrite(connection: sqlite3.Connection, person: Person) -> None:
    """Every text of every table, whatever it is for: one that is added later is not forgotten here."""
    connection.create_function("without_person", 1, person.without, deterministic=True)
    named = tuple(f"%{mark}%" for mark in person.marks)
    for table, column in text_columns(connection):
        likely = " OR ".join([f"{column} LIKE ?"] * len(named))
        connection.execute(f"UPDATE {table} SET {column} = without_person({column}) WHERE {likely}", named)


def text_columns(connection: sqlite3.Connection) -> Iterator[tuple[str, str]]:
    """All there are, as the schema says."""
    rows = connection.execute(
        "SELECT tables.name, columns.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table' AND columns.type = 'TEXT' AND substr(tables.name, 1, 1) <> '_'"
        " ORDER BY 1, columns.cid"
    ).fetchall()
    return ((table, column) for table, column in rows if (table, column) not in _SPARED)
