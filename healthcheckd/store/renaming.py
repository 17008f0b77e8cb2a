"""A gateway that goes on under another name, with all that is known of it and of its accounts."""

import sqlite3
from datetime import datetime

from healthcheckd.errors import Refused, UnknownName
from healthcheckd.ports.store import Renamed
from healthcheckd.store import silences
from healthcheckd.store.rows import written


def rename_gateway(connection: sqlite3.Connection, renamed: Renamed, now: datetime) -> None:
    """Whether the configuration has it under its new name already, or only from now on, comes to the same: what was
    found under the new name since the old one left is found again, and gives way. Raises `UnknownName`, `Refused`."""
    names = {"old": renamed.old, "new": renamed.new, "now": written(now)}
    row = connection.execute("SELECT removed_at FROM gateways WHERE name = :old", names).fetchone()
    if row is None:
        raise UnknownName(f"there was never a gateway called {renamed.old}", hint="healthcheck gateways list")
    names["left"] = row[0] or ""
    _make_room(connection, names)
    connection.execute(
        "INSERT INTO gateways (name, kind, version, added_at, first_look_at, asked_at, answered_at)"
        " SELECT :new, kind, version, added_at, first_look_at, asked_at, answered_at FROM gateways WHERE name = :old"
        " ON CONFLICT (name) DO UPDATE SET added_at = excluded.added_at, first_look_at = excluded.first_look_at",
        names,
    )
    _take_along(connection, names)
    silences.rename_gateway(connection, renamed.old, renamed.new)
    connection.execute(
        "UPDATE gateways SET removed_at = coalesce(removed_at, :now), silent_since = NULL, failures = 0"
        " WHERE name = :old",
        names,
    )


def _make_room(connection: sqlite3.Connection, names: dict[str, str]) -> None:
    """An account of the new name is no obstacle when it was only found since the old name left."""
    theirs = connection.execute(
        "SELECT session FROM accounts WHERE gateway = :new AND (:left = '' OR added_at < :left) LIMIT 1", names
    ).fetchone()
    if theirs is not None:
        what = f"{names['new']} has accounts with a past of their own: {theirs[0]}"
        raise Refused(what, hint="healthcheck accounts move, for one after the other")
    connection.execute(
        "DELETE FROM accounts WHERE gateway = :new AND session IN (SELECT session FROM accounts WHERE gateway = :old)",
        names,
    )


def _take_along(connection: sqlite3.Connection, names: dict[str, str]) -> None:
    """Accounts that left with their gateway are back; those that somebody removed stay removed."""
    connection.execute(
        "UPDATE incidents SET subject = :new || substr(subject, length(:old) + 1) WHERE scope = 'account'"
        " AND account IN (SELECT key FROM accounts WHERE gateway = :old)",
        names,
    )
    connection.execute(
        "UPDATE accounts SET gateway = :new, removed_at = nullif(removed_at, :left) WHERE gateway = :old", names
    )
    connection.execute("UPDATE incidents SET subject = :new WHERE scope = 'gateway' AND subject = :old", names)
    connection.execute(
        "UPDATE incidents SET subject = 'gateway:' || :new WHERE scope = 'blast' AND subject = 'gateway:' || :old",
        names,
    )
    connection.execute("UPDATE blasts SET name = :new WHERE level = 'gateway' AND name = :old", names)
    for table in ("latencies", "holds", "notices", "blast_gateways"):
        connection.execute(f"UPDATE OR REPLACE {table} SET gateway = :new WHERE gateway = :old", names)
