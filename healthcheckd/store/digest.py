"""The operator's digest: the last day in numbers, and what is worth a line but no message of its own."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.domain.notices import NoticeKind, plan_for
from healthcheckd.domain.observations import Cause, Health
from healthcheckd.domain.verdicts import Reason
from healthcheckd.ports.store import Event
from healthcheckd.store.owing import About, owe
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms
from healthcheckd.store.views.clauses import NEEDS_PERSON, TITLE
from healthcheckd.store.views.expiring import expiring

PERIOD = timedelta(days=1)

MOST_LINES = 50

_COUNTED = {
    "outages": "SELECT count(*) FROM incidents WHERE scope = 'account' AND started_at > ?",
    "attempts": "SELECT count(*) FROM attempts WHERE started_at > ?",
    "reconnected": "SELECT count(*) FROM attempts WHERE started_at > ? AND result = 'connected'",
    "notified": "SELECT count(DISTINCT message_id) FROM notices WHERE sent_at > ?",
}


def owe_digest(connection: sqlite3.Connection, terms: Terms, now: datetime) -> tuple[Event, ...]:
    """One to each operator; the same digest is owed once, however often it is asked for."""
    since = written(now - PERIOD)
    payload: dict[str, object] = {
        **_health(connection),
        **{name: connection.execute(query, (since,)).fetchone()[0] for name, query in _COUNTED.items()},
        "about": [row[0] for row in connection.execute(f"SELECT key FROM account_states WHERE {NEEDS_PERSON}")],
        "gone": _gone(connection, since),
        "lines": [*_crippled(connection), *expiring(connection, now)],
    }
    plans = plan_for(terms.directory.of_everything(), NoticeKind.DIGEST, now, written(now))
    return tuple(owe(connection, plans, About(payload=payload), now))


def _health(connection: sqlite3.Connection) -> dict[str, object]:
    rows = connection.execute(
        "SELECT lower(health), count(*) FROM accounts WHERE active = 1 AND removed_at IS NULL GROUP BY health"
    )
    counts = dict.fromkeys((health.value.lower() for health in Health), 0) | dict(rows.fetchall())
    return {"accounts": sum(counts.values()), **counts}


def _gone(connection: sqlite3.Connection, since: str) -> list[str]:
    """Sessions that went away for good."""
    rows = connection.execute(
        f"SELECT DISTINCT {TITLE} FROM transitions JOIN account_states ON key = transitions.account"
        " WHERE at > ? AND reason = ? AND account_states.cause = ? LIMIT ?",
        (since, Reason.GONE, Cause.GONE, MOST_LINES),
    )
    return [row[0] for row in rows]


def _crippled(connection: sqlite3.Connection) -> list[str]:
    """Accounts that are up but restricted, and what their gateway says of it."""
    rows = connection.execute(
        f"SELECT {TITLE}, restricted_why FROM account_states"
        " WHERE restricted_why <> '' AND active = 1 AND removed_at IS NULL LIMIT ?",
        (MOST_LINES,),
    )
    return [f"{row[0]}: {row[1]}" for row in rows]
