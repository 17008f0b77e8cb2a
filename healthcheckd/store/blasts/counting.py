"""How many fell at about one time, gateway by gateway: what the verdict is spoken on."""

import json
import sqlite3
from datetime import datetime, timedelta
from typing import NamedTuple

from healthcheckd.domain.blast import Part
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.store.rows import written


class Span(NamedTuple):
    """Both ends belong to it, as written in the database."""

    since: str
    until: str


def span_around(at: datetime, window: timedelta) -> Span:
    return Span(written(at - window), written(at + window))


# What belongs to a blast that no longer gathers fell with that one. An account that was never seen connected did not
# fall; behind a silent gateway it is the gateway that did.
FALLEN = (
    "FROM incidents CROSS JOIN accounts ON accounts.key = incidents.account"
    " CROSS JOIN readings ON readings.account = accounts.key"
    " WHERE incidents.ended_at IS NULL AND fell_at IS NOT NULL AND fell_at BETWEEN :since AND :until"
    f" AND coalesce(incidents.cause, '') <> '{Cause.GATEWAY_DOWN}' AND accounts.active = 1 AND accounts.adopted = 1"
    " AND last_connected_at IS NOT NULL AND NOT EXISTS ("
    "  SELECT 1 FROM blast_members JOIN blasts ON blasts.incident = blast_members.blast"
    "  WHERE blast_members.account = accounts.key AND stage <> 'over' AND settled_at IS NOT NULL)"
)
"""Accounts that fell within a span; takes `since` and `until`."""

WELL = (
    "FROM accounts WHERE active = 1 AND removed_at IS NULL AND offline_since IS NULL"
    f" AND connection = '{Connection.CONNECTED}' AND (incident IS NULL OR incident_ended_at IS NOT NULL)"
)
"""Accounts that are connected, as far as is known."""

SILENT = (
    "silent_since BETWEEN :since AND :until AND EXISTS (SELECT 1 FROM incidents"
    " WHERE scope = 'gateway' AND subject = gateways.name AND ended_at IS NULL)"
)
"""A condition on a gateway: it fell silent within the span, and not by chance."""


def fallen(connection: sqlite3.Connection, span: Span) -> dict[str, int]:
    rows = connection.execute(f"SELECT accounts.gateway, count(*) {FALLEN} GROUP BY 1", span._asdict())
    return dict(rows.fetchall())


def well(connection: sqlite3.Connection, gateway: str | None = None) -> dict[str, int]:
    """Of one gateway, or of each."""
    rows = connection.execute(
        f"SELECT gateway, count(*) {WELL} AND (:gateway IS NULL OR gateway = :gateway) GROUP BY 1", {"gateway": gateway}
    )
    return dict(rows.fetchall())


def parts(connection: sqlite3.Connection, span: Span, fell: dict[str, int]) -> list[Part]:
    """Every gateway that has, or had, connected accounts. Of a silent one all fell."""
    standing = well(connection)
    rows = connection.execute(
        f"SELECT name, kind, version, labels, {SILENT} FROM gateways WHERE removed_at IS NULL", span._asdict()
    ).fetchall()
    found = []
    for name, kind, version, labels, silent in rows:
        before = standing.get(name, 0) + fell.get(name, 0)
        engine = f"{kind} {version}" if version else ""
        shared = tuple(f"{key}={value}" for key, value in json.loads(labels).items())
        found.append(Part(name, before, before if silent else fell.get(name, 0), engine, shared, bool(silent)))
    return [part for part in found if part.before]
