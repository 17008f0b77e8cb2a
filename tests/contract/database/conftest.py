"""A real database, filled by plain SQL."""

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from healthcheckd.store.migrations import migrations
from healthcheckd.store.owner import connect
from healthcheckd.store.rows import written
from healthcheckd.store.views.viewpoint import Viewpoint

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


def ago(**length: float) -> str:
    """So long before now, as it is written."""
    return written(NOW - timedelta(**length))


class Book:
    """Inserts rows; a column that is not named keeps its default."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection

    def put(self, table: str, **columns: object) -> int:
        names, slots = ", ".join(columns), ", ".join("?" * len(columns))
        cursor = self.connection.execute(f"INSERT INTO {table} ({names}) VALUES ({slots})", tuple(columns.values()))
        return int(cursor.lastrowid or 0)

    def gateway(self, name: str, **columns: object) -> None:
        self.put("gateways", **({"name": name, "kind": "waha", "added_at": ago(days=9)} | columns))

    def account(self, id_: str, **columns: object) -> int:
        gateway, _, session = id_.partition("/")
        reading = {name: columns.pop(name) for name in _READING & columns.keys()}
        key = self.put("accounts", gateway=gateway, session=session, added_at=ago(days=9), **columns)
        self.put("readings", account=key, **reading)
        return key

    def healthy(self, id_: str, **columns: object) -> int:
        good = {"connection": "Connected", "health": "Healthy", "linked": 1, "ledger": "up", "proof_at": ago(minutes=5)}
        return self.account(id_, **good, **columns)

    def down(self, id_: str, health: str, cause: str | None, since: str, **columns: object) -> int:
        """Down, with its incident."""
        state = {"connection": "Disconnected", "linked": 1, "ledger": "down", "offline_since": since} | columns
        key = self.account(id_, health=health, cause=cause, **state)
        incident = self.put("incidents", scope="account", subject=id_, account=key, started_at=since, cause=cause)
        self.connection.execute("UPDATE accounts SET incident = ? WHERE key = ?", (incident, key))
        return key

    def incident_of(self, key: int) -> int:
        return int(self.connection.execute("SELECT incident FROM accounts WHERE key = ?", (key,)).fetchone()[0])

    def owner(self, key: int, address: str, **columns: object) -> None:
        contact = self.put("contacts", address=address, **columns)
        self.put("account_contacts", account=key, contact=contact)

    def notice(self, account: int, state: str, **columns: object) -> int:
        plain = {
            "key": f"{account}:{state}:{sorted(columns.items())}",
            "incident": self.incident_of(account),
            "kind": "offline",
            "role": "owner",
            "channel": "email",
            "recipient": "owner@example.com",
            "created_at": ago(hours=2),
            "due_at": ago(hours=1),
        }
        return self.put("notices", account=account, state=state, **(plain | columns))


_READING = {"last_checked_at", "last_connected_at", "proof_at", "native", "native_since"}


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = connect(tmp_path / "healthcheckd.db")
    migrations.apply(opened)
    yield opened
    opened.close()


@pytest.fixture
def book(database: Database) -> Book:
    book = Book(database.conn)
    book.gateway("eu", version="2026.2.1", answered_at=ago(minutes=1), labels='{"region": "eu"}')
    book.gateway("us")
    started = {"started_at": ago(days=2), "beat_at": ago(minutes=1), "awake_at": ago(days=2)}
    book.put("daemon", id=1, installation="x", created_at=ago(days=9), name="eu", pid=42, version="1.0.0", **started)
    return book


@pytest.fixture
def view() -> Viewpoint:
    return Viewpoint(NOW)
