"""Clients that nobody uses: of accounts disabled long ago, and those that waited long for somebody to scan."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId, StoppedBy
from healthcheckd.domain.notices import NoticeKind, plan_for
from healthcheckd.domain.observations import Connection
from healthcheckd.store.maintenance import over
from healthcheckd.store.outgoing import speaks
from healthcheckd.store.owing import About, owe
from healthcheckd.store.rows import instant, written
from healthcheckd.store.terms import Terms

NOTICE = timedelta(hours=1)
"""So long before the first stop in an installation the operators are told."""


def idle_clients(connection: sqlite3.Connection, terms: Terms, now: datetime) -> list[AccountId]:
    found = _idle(connection, written(now - terms.cleanup.idle_after))
    idle = [one for one in found if one.gateway not in terms.alert_only and not over(connection, terms, one, now)]
    if not idle or not speaks(connection):
        return idle
    return idle if _announced(connection, terms, idle, now) else []


def client_stopped(connection: sqlite3.Connection, account: AccountId, now: datetime) -> None:
    connection.execute(
        "UPDATE accounts SET stopped_by = ? WHERE gateway = ? AND session = ?", (StoppedBy.CLEANUP, *account)
    )


def _idle(connection: sqlite3.Connection, before: str) -> list[AccountId]:
    """A wait that was under way when we first saw the session began at an unknown time, and is left alone."""
    waiting = (Connection.NEEDS_PAIRING, Connection.LOGGED_OUT)
    rows = connection.execute(
        "SELECT gateway, session FROM accounts WHERE removed_at IS NULL AND stopped_by IS NULL AND ("
        " (active = 0 AND disabled_at <= ?1) OR (active = 1 AND connection IN (?2, ?3) AND"
        "  (SELECT max(at) FROM transitions WHERE account = key AND connection_to IN (?2, ?3)"
        "   AND connection_from NOT IN (?2, ?3)) BETWEEN added_at AND ?1 AND NOT EXISTS"
        "  (SELECT 1 FROM transitions WHERE account = key AND connection_to = connection AND at <= added_at)))"
        " ORDER BY key",
        (before, *waiting),
    )
    return [AccountId(*row) for row in rows]


def _announced(connection: sqlite3.Connection, terms: Terms, idle: list[AccountId], now: datetime) -> bool:
    """Whether the operators have had their notice; the first question gives it."""
    told_at = connection.execute("SELECT cleanup_told_at FROM daemon").fetchone()[0]
    if told_at is not None:
        return now >= instant(told_at) + NOTICE
    operators = terms.directory.of_everything()
    connection.execute("UPDATE daemon SET cleanup_told_at = ?", (written(now),))
    payload = {"clients": [str(one) for one in idle], "idle_hours": terms.cleanup.idle_after / timedelta(hours=1)}
    owe(connection, plan_for(operators, NoticeKind.CLEANUP, now), About(payload=payload), now)
    return not operators
