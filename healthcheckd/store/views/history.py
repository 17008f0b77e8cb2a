"""What happened: transitions, outages, reconnections."""

import sqlite3

from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow, IncidentRow
from healthcheckd.ports.control import Span
from healthcheckd.store.rows import instant, instant_or_none
from healthcheckd.store.views.viewpoint import Viewpoint, ask, within

_NAME = "accounts.gateway || '/' || accounts.session AS name"


def history(connection: sqlite3.Connection, key: int | None, span: Span) -> tuple[HistoryRow, ...]:
    """Changes of one account, or of all, newest first."""
    condition, values, limit = within(span, "at", key)
    rows = ask(
        connection,
        f"SELECT transitions.*, {_NAME} FROM transitions JOIN accounts ON accounts.key = account"
        f" WHERE {condition} ORDER BY at DESC, transitions.id DESC{limit}",
        values,
    )
    return tuple(change_row(row) for row in rows)


def attempts(connection: sqlite3.Connection, key: int | None, span: Span) -> tuple[AttemptRow, ...]:
    """Reconnections owed or made, newest first."""
    condition, values, limit = within(span, "due_at", key)
    rows = ask(
        connection,
        f"SELECT attempts.*, {_NAME} FROM attempts JOIN accounts ON accounts.key = account"
        f" WHERE {condition} ORDER BY due_at DESC, attempts.id DESC{limit}",
        values,
    )
    return tuple(attempt_row(row) for row in rows)


def incident_row(row: sqlite3.Row, view: Viewpoint) -> IncidentRow:
    """From all columns of `incidents`."""
    started_at, ended_at = instant(row["started_at"]), instant_or_none(row["ended_at"])
    return IncidentRow(
        id=row["id"],
        scope=row["scope"],
        subject=row["subject"],
        started_at=started_at,
        ended_at=ended_at,
        lasted_seconds=max(((ended_at or view.now) - started_at).total_seconds(), 0.0),
        cause=row["cause"] or "",
        detail=row["detail"],
        outcome=row["how"] or "",
        acknowledged_by=row["acknowledged_by"] or "",
        acknowledged_at=instant_or_none(row["acknowledged_at"]),
        acknowledgement=row["acknowledgement"],
        reopened=row["reopened"],
    )


def change_row(row: sqlite3.Row) -> HistoryRow:
    """From all columns of `transitions`, and the account's `name`."""
    return HistoryRow(
        at=instant(row["at"]),
        id=row["name"],
        connection_from=Connection(row["connection_from"]),
        connection_to=Connection(row["connection_to"]),
        health_from=Health(row["health_from"]),
        health_to=Health(row["health_to"]),
        cause=row["cause"] and Cause(row["cause"]),
        reason=row["reason"],
    )


def attempt_row(row: sqlite3.Row) -> AttemptRow:
    """From all columns of `attempts`, and the account's `name`."""
    return AttemptRow(
        id=row["id"],
        account=row["name"],
        due_at=instant(row["due_at"]),
        verb=row["verb"],
        started_at=instant_or_none(row["started_at"]),
        ended_at=instant_or_none(row["ended_at"]),
        result=row["result"] or "",
        detail=row["detail"],
        by=row["by"],
        why=row["why"],
    )
