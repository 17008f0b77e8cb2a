"""Accounts that leave our sight: a person disabled them, or their gateway was taken out of the configuration."""

import sqlite3
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.accounts import LedgerKind, Vitals
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.ledger import Mark
from healthcheckd.domain.observations import Connection, Health
from healthcheckd.store.incidents import end_incident
from healthcheckd.store.ledger import write_marks
from healthcheckd.store.lookup import by_key, save
from healthcheckd.store.owing import About, follow_step
from healthcheckd.store.planning import drop, replan
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms


def withdraw(connection: sqlite3.Connection, keys: Iterable[int], why: str, now: datetime) -> None:
    """Incidents end as withdrawn, what is owed is cancelled, and from now on the time is excluded."""
    for key in keys:
        found = by_key(connection, key)
        if found.vitals.in_incident and found.vitals.incident is not None:
            end_incident(connection, found.vitals.incident, now, Ending.WITHDRAWN)
        save(connection, key, found.vitals, out_of_sight(found.vitals))
        if found.vitals.ledger is not LedgerKind.EXCLUDED:
            write_marks(connection, key, [Mark(LedgerKind.EXCLUDED, None, now)])
        drop(connection, key, why, now, asked=True)
        cancel_notices(connection, key, why, now)


def cancel_notices(connection: sqlite3.Connection, key: int, why: str, now: datetime) -> None:
    connection.execute(
        "UPDATE notices SET state = 'cancelled', last_error = ?, ended_at = ? WHERE account = ? AND state = 'owed'",
        (why, written(now), key),
    )


def disable(connection: sqlite3.Connection, key: int, now: datetime) -> bool:
    """No longer watched; False when it was not."""
    changed = connection.execute(
        "UPDATE accounts SET active = 0, disabled_at = ? WHERE key = ? AND active = 1", (written(now), key)
    )
    if changed.rowcount:
        withdraw(connection, [key], "the account was disabled", now)
    return changed.rowcount == 1


def enable(connection: sqlite3.Connection, key: int) -> bool:
    """Watched again, from the next reading on; False when it was."""
    changed = connection.execute(
        "UPDATE accounts SET active = 1, disabled_at = NULL, stopped_by = NULL WHERE key = ? AND active = 0", (key,)
    )
    return changed.rowcount == 1


def adopt(connection: sqlite3.Connection, terms: Terms, key: int, now: datetime) -> bool:
    """What was found down at the first look is from now on treated as any other; False when it was."""
    changed = connection.execute("UPDATE accounts SET adopted = 1 WHERE key = ? AND adopted = 0", (key,))
    if not changed.rowcount:
        return False
    vitals = by_key(connection, key).vitals
    if vitals.in_incident:
        step = IncidentStep(Step.OPEN, vitals.offline_since or now, vitals.cause)
        follow_step(connection, terms, About(vitals.incident, key), step, vitals, now)
        replan(connection, terms, key, vitals, now)
    return True


def out_of_sight(vitals: Vitals) -> Vitals:
    """Nothing is claimed of it any more; who it was (number, linked) stays known."""
    return replace(
        vitals,
        connection=Connection.UNKNOWN,
        health=Health.UNKNOWN,
        cause=None,
        self_healing=False,
        first_bad_at=None,
        first_good_at=None,
        offline_since=None,
        stale_since=None,
        connected_since=None,
        recheck_at=None,
        missing=0,
        ledger=LedgerKind.EXCLUDED,
        ledger_cause=None,
        incident=None,
        incident_ended_at=None,
    )
