"""A number that turned up at another address takes its account, with all its history, along."""

import sqlite3

from healthcheckd.domain.accounts import AccountId, digits
from healthcheckd.domain.observations import Cause, Connection, Observation
from healthcheckd.store.lookup import Found


def moved_here(connection: sqlite3.Connection, gateway: str, seen: Observation, present: Found | None) -> int | None:
    """The account whose number is Connected here, while its old session is gone or stopped; moved to this address.

    Only where nothing of value is in the way: no account here yet, or one that was never linked and that no file names.
    """
    if seen.connection is not Connection.CONNECTED or not seen.phone:
        return None
    if present is not None and (present.vitals.linked or _stated(connection, present.key)):
        return None
    key = _left(connection, gateway, seen)
    if key is None:
        return None
    if present is not None:
        connection.execute("DELETE FROM accounts WHERE key = ?", (present.key,))
    move(connection, key, AccountId(gateway, seen.session))
    return key


def move(connection: sqlite3.Connection, key: int, to: AccountId) -> None:
    connection.execute("UPDATE accounts SET gateway = ?, session = ?, removed_at = NULL WHERE key = ?", (*to, key))
    connection.execute("UPDATE incidents SET subject = ? WHERE account = ?", (str(to), key))


def _left(connection: sqlite3.Connection, gateway: str, seen: Observation) -> int | None:
    rows = connection.execute(
        "SELECT key FROM accounts WHERE linked_phone IN (?, ?) AND (cause = ? OR connection = ?)"
        " AND active = 1 AND stated = '{}' AND NOT (gateway = ? AND session = ?)",
        (seen.phone, digits(seen.phone), Cause.GONE, Connection.STOPPED, gateway, seen.session),
    ).fetchall()
    return int(rows[0][0]) if len(rows) == 1 else None


def _stated(connection: sqlite3.Connection, key: int) -> bool:
    row = connection.execute("SELECT stated <> '{}' FROM accounts WHERE key = ?", (key,)).fetchone()
    return bool(row[0])
