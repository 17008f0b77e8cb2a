"""Finding accounts, and bringing one into being."""

import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fnmatch import fnmatchcase
from json import loads
from typing import NamedTuple

from healthcheckd.domain.accounts import AccountId, Pulse, Vitals, same_name
from healthcheckd.errors import UnknownName
from healthcheckd.store.rows import (
    PULSE,
    READING_COLUMNS,
    STATE,
    VITALS_COLUMNS,
    Row,
    listed,
    pulse_of,
    reading_state,
    stored,
    vitals_of,
    vitals_state,
    written,
)


@dataclass(frozen=True, slots=True)
class Found:
    """An account as it stands in the database."""

    key: int
    id: AccountId
    active: bool
    gateway_name: str
    vitals: Vitals

    @property
    def name(self) -> str:
        return str(self.id)


class Glance(NamedTuple):
    key: int
    gateway_name: str
    pulse: Pulse


_FOUND = f"key, gateway, session, active, gateway_name, {STATE}"


def by_sessions(connection: sqlite3.Connection, gateway: str, sessions: Iterable[str]) -> dict[str, Found]:
    """The accounts of one gateway at these sessions."""
    rows = connection.execute(
        f"SELECT {_FOUND} FROM account_states WHERE gateway = ? AND removed_at IS NULL"
        " AND session IN (SELECT value FROM json_each(?))",
        (gateway, listed(list(sessions))),
    )
    return {row[2]: _found(row) for row in rows}


def glances(connection: sqlite3.Connection, gateway: str, sessions: Iterable[str]) -> list[tuple[str, Glance]]:
    """The same accounts, no closer than it takes to see that all is well; disabled ones are left out."""
    rows = connection.execute(
        f"SELECT session, key, gateway_name, {PULSE} FROM account_states WHERE gateway = ? AND removed_at IS NULL"
        " AND active = 1 AND session IN (SELECT value FROM json_each(?))",
        (gateway, listed(list(sessions))),
    )
    return [(row[0], Glance(row[1], row[2], pulse_of(row[3:]))) for row in rows]


def by_key(connection: sqlite3.Connection, key: int) -> Found:
    row = connection.execute(f"SELECT {_FOUND} FROM account_states WHERE key = ?", (key,)).fetchone()
    return _found(row)


def key_of(connection: sqlite3.Connection, account: AccountId) -> int:
    """Raises `UnknownName`."""
    row = connection.execute(
        "SELECT key FROM accounts WHERE gateway = ? AND session = ? AND removed_at IS NULL", account
    ).fetchone()
    if row is None:
        raise UnknownName(f"there is no account {account}", hint="healthcheck accounts list")
    return int(row[0])


def create(connection: sqlite3.Connection, account: AccountId, now: datetime) -> int:
    """A new account, about which nothing is known yet, or one that had been removed; returns its key."""
    row = connection.execute(
        "INSERT INTO accounts (gateway, session, added_at) VALUES (?, ?, ?)"
        " ON CONFLICT (gateway, session) DO UPDATE SET removed_at = NULL RETURNING key",
        (*account, written(now)),
    ).fetchone()
    connection.execute("INSERT OR IGNORE INTO readings (account) VALUES (?)", (row[0],))
    return int(row[0])


def save(connection: sqlite3.Connection, key: int, before: Vitals, after: Vitals) -> None:
    """Write what differs, and nothing else: every index over a column that is written has to follow."""
    for table, own, columns, state in (
        ("accounts", "key", VITALS_COLUMNS, vitals_state),
        ("readings", "account", READING_COLUMNS, reading_state),
    ):
        changed = [
            (f"{column} = ?", stored(new))
            for column, old, new in zip(columns, state(before), state(after), strict=True)
            if old != new
        ]
        if changed:
            slots, values = zip(*changed, strict=True)
            connection.execute(f"UPDATE {table} SET {', '.join(slots)} WHERE {own} = ?", (*values, key))


def same_session(connection: sqlite3.Connection, gateway: str, session: str) -> int | None:
    """The account whose session is the same text composed otherwise, as people and files may have written it."""
    if session.isascii():
        return None
    rows = connection.execute("SELECT key, session FROM accounts WHERE gateway = ?", (gateway,))
    return next((key for key, other in rows if same_name(other, session)), None)


def discovers(connection: sqlite3.Connection, gateway: str, session: str) -> bool:
    """Whether a session never seen before becomes an account."""
    row = connection.execute(
        "SELECT discover, ignore FROM gateways WHERE name = ? AND removed_at IS NULL", (gateway,)
    ).fetchone()
    return row is not None and row[0] == "all" and not any(fnmatchcase(session, pattern) for pattern in loads(row[1]))


def _found(row: Row) -> Found:
    return Found(row[0], AccountId(row[1], row[2]), row[3] == 1, row[4], vitals_of(row[5:]))
