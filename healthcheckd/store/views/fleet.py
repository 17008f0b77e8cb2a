"""The fleet in numbers."""

import sqlite3
from collections.abc import Iterable

from healthcheckd.domain.naming import check_known
from healthcheckd.domain.observations import Connection, Health
from healthcheckd.domain.reports.status import GroupRow, HealthCounts, StatsRow
from healthcheckd.store.views.clauses import LISTED, UNPROVEN, WATCHED
from healthcheckd.store.views.viewpoint import ask

_COUNTS = f"""
    sum(active) AS total,
    sum(active AND health = 'Healthy') AS healthy,
    sum(active AND health = 'Warning') AS warning,
    sum(active AND health = 'Critical') AS critical,
    sum(active AND health = 'Unknown') AS unknown,
    sum(active AND stale_since IS NOT NULL) AS stale,
    sum(NOT active) AS disabled,
    sum(active AND {UNPROVEN}) AS unproven
"""
_GROUPS = {
    "gateway": ("account_states", "gateway"),
    "customer": ("account_states", "customer"),
    "tag": ("account_states LEFT JOIN json_each(account_states.tags) AS tag", "coalesce(tag.value, '')"),
}


def counts(connection: sqlite3.Connection) -> HealthCounts:
    [row] = ask(connection, f"SELECT {_COUNTS} FROM account_states WHERE {LISTED}")
    return _counts(row)


def groups(connection: sqlite3.Connection, by: str) -> tuple[GroupRow, ...]:
    """By `gateway`, `customer` or `tag`, worst first; an account with several tags is in each. Raises `UnknownName`."""
    check_known("grouping", by, tuple(_GROUPS))
    table, name = _GROUPS[by]
    rows = ask(
        connection,
        f"SELECT {name} AS name, {_COUNTS} FROM {table} WHERE {LISTED} GROUP BY 1"
        " ORDER BY critical DESC, warning DESC, name",
    )
    return tuple(GroupRow(row["name"], _counts(row)) for row in rows)


def stats(connection: sqlite3.Connection) -> tuple[StatsRow, ...]:
    """How many active accounts stand where."""
    rows = ask(
        connection,
        f"SELECT health, connection, count(*) AS amount FROM accounts WHERE {WATCHED} GROUP BY health, connection",
    )
    known = {(row["health"], row["connection"]): row["amount"] for row in rows}
    return tuple(
        StatsRow(health, connection, known[health, connection])
        for health in Health
        for connection in Connection
        if (health, connection) in known
    )


def _counts(row: sqlite3.Row) -> HealthCounts:
    return HealthCounts(**{name: row[name] or 0 for name in _names(row)})


def _names(row: sqlite3.Row) -> Iterable[str]:
    return [name for name in row.keys() if name != "name"]  # noqa: SIM118
