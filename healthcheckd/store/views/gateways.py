"""Gateways as last known."""

import json
import sqlite3

from healthcheckd.domain.reports.operation import GatewayRow
from healthcheckd.store.rows import instant_or_none, written
from healthcheckd.store.views.viewpoint import Viewpoint, ask

_QUERY = """
    SELECT gateways.*,
        EXISTS (SELECT 1 FROM incidents WHERE scope = 'gateway' AND subject = gateways.name AND ended_at IS NULL)
            AS in_incident,
        (SELECT coalesce(nullif(comment, ''), 'held') FROM holds
            WHERE holds.gateway = gateways.name AND coalesce(until_at > :now, 1)) AS held,
        (SELECT until_at FROM holds WHERE holds.gateway = gateways.name AND until_at > :now) AS held_until,
        coalesce(amount, 0) AS accounts,
        coalesce(stale, 0) AS stale
    FROM gateways LEFT JOIN (
        SELECT gateway, count(*) AS amount, sum(stale_since IS NOT NULL) AS stale
        FROM accounts WHERE active = 1 AND removed_at IS NULL GROUP BY gateway
    ) ON gateway = gateways.name
    WHERE gateways.removed_at IS NULL
    ORDER BY silent_since IS NULL, gateways.name
"""


def gateways(connection: sqlite3.Connection, view: Viewpoint) -> tuple[GatewayRow, ...]:
    """The silent ones first."""
    return tuple(_row(row, view) for row in ask(connection, _QUERY, {"now": written(view.now)}))


def _row(row: sqlite3.Row, view: Viewpoint) -> GatewayRow:
    silent_since = instant_or_none(row["silent_since"])
    return GatewayRow(
        name=row["name"],
        kind=row["kind"],
        version=row["version"],
        accounts=row["accounts"],
        stale=row["stale"],
        silent_since=silent_since,
        silent_seconds=view.age(silent_since),
        in_incident=bool(row["in_incident"]),
        last_error=row["last_error"],
        hint=row["hint"],
        last_answer_at=instant_or_none(row["answered_at"]),
        held=row["held"] or "",
        labels=json.loads(row["labels"]),
        held_until=instant_or_none(row["held_until"]),
    )
