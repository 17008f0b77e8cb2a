"""A second database in memory: the accounts and their readers as they are, all of them well, and nothing owed."""

import sqlite3
from datetime import datetime

from healthcheckd.store.rows import written

_WHOLE = ("gateways", "accounts", "readings", "contacts", "account_contacts", "silences", "daemon")

OVERLAPPING = "(incidents.ended_at IS NULL OR incidents.ended_at >= :since) AND incidents.started_at <= :until"
"""Incidents of a period."""


def copied(source: sqlite3.Connection, since: datetime, until: datetime) -> sqlite3.Connection:
    """Incidents are there as they began. Who is muted for longer than the period counts as muted all along."""
    copy = sqlite3.connect(":memory:", isolation_level=None)
    _make_tables(source, copy)
    for table in _WHOLE:
        _fill(copy, table, source.execute(f"SELECT * FROM {table}").fetchall())
    span = {"since": written(since), "until": written(until)}
    incidents = source.execute(
        "SELECT id, scope, subject, account, started_at, iif(account IS NULL, NULL, started_at), cause"
        f" FROM incidents WHERE {OVERLAPPING}",
        span,
    )
    copy.executemany(
        "INSERT INTO incidents (id, scope, subject, account, started_at, fell_at, cause) VALUES (?, ?, ?, ?, ?, ?, ?)",
        incidents,
    )
    _mend(copy, until + (until - since))
    return copy


def _make_tables(source: sqlite3.Connection, copy: sqlite3.Connection) -> None:
    """Without the rule that a subject has one open incident: here, all of them are until they are told to end."""
    rows = source.execute(
        "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        " AND name <> 'incidents_open' ORDER BY type <> 'table', rowid"
    )
    for (sql,) in rows.fetchall():
        copy.execute(sql)


def _fill(copy: sqlite3.Connection, table: str, rows: list[tuple[object, ...]]) -> None:
    if rows:
        copy.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * len(rows[0]))})", rows)


def _mend(copy: sqlite3.Connection, muted_past: datetime) -> None:
    copy.execute(
        "UPDATE accounts SET connection = 'Connected', health = 'Healthy', cause = NULL, first_bad_at = NULL,"
        " first_good_at = NULL, offline_since = NULL, stale_since = NULL, recheck_at = NULL, incident = NULL,"
        " incident_ended_at = NULL, muted_until = iif(muted_until > ?, muted_until, NULL)",
        (written(muted_past),),
    )
    copy.execute("UPDATE gateways SET silent_since = NULL, first_look_at = coalesce(first_look_at, added_at)")
    copy.execute("UPDATE daemon SET mode = 'act', held = '', awake_at = NULL")
