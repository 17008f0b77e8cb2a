"""The accounts that an outage of something else concerns."""

import json
import sqlite3

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.incidents import Scope
from healthcheckd.domain.matching import Reach
from healthcheckd.store.views.viewpoint import ask

SHOWN = 1000
"""So many are in the report."""

_WHOSE = "SELECT DISTINCT gateway || '/' || session AS id FROM accounts WHERE key IN ({}) ORDER BY 1"

# Of a gateway: whose time was unknown, or down for its sake, meanwhile. Of a channel: whose messages waited for it.
_KEYS = {
    Scope.GATEWAY: (
        "SELECT account FROM ledger WHERE account IN (SELECT key FROM accounts WHERE gateway = :subject)"
        " AND (kind = 'unknown' OR cause = 'gateway_down')"
        " AND from_at < coalesce(:ended, '9999') AND coalesce(until_at, '9999') > :began"
    ),
    Scope.CHANNEL: (
        "SELECT account FROM notices WHERE channel = :subject AND due_at < coalesce(:ended, '9999')"
        " AND coalesce(sent_at, ended_at, '9999') > :began AND tries > 0"
    ),
    Scope.BLAST: "SELECT account FROM blast_members WHERE blast = :id",
}


def accounts(connection: sqlite3.Connection, incident: sqlite3.Row) -> tuple[str, ...]:
    """Their ids; from a row of `incidents`."""
    keys = _KEYS.get(Scope(incident["scope"]))
    if keys is None:
        return ()
    values = {
        "id": incident["id"],
        "subject": incident["subject"],
        "began": incident["started_at"],
        "ended": incident["ended_at"],
    }
    return tuple(row["id"] for row in ask(connection, _WHOSE.format(keys), values))


def reaches(connection: sqlite3.Connection, incident: sqlite3.Row, reach: Reach) -> bool:
    """Whether a silence is about what the incident is about."""
    if incident["scope"] == Scope.GATEWAY:
        return reach.covers_gateway(incident["subject"])
    rows = ask(
        connection, "SELECT gateway, session, customer, tags FROM accounts WHERE key = ?", (incident["account"],)
    )
    return any(reach.covers(AccountId(row[0], row[1]), row[2], json.loads(row[3])) for row in rows)
