"""Outages as rows: opened, reopened, given another cause, ended; of accounts, gateways, jobs and channels."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.incidents import Ending, IncidentStep, Scope, Step
from healthcheckd.store.acknowledging import clear
from healthcheckd.store.rows import written


def step_incident(
    connection: sqlite3.Connection, account: tuple[int, str], incident: int | None, step: IncidentStep
) -> int:
    """Carry out one step for an account (its key and its name); returns the incident's id."""
    if step.step is Step.OPEN or incident is None:
        return open_incident(connection, Scope.ACCOUNT, account[1], step.at, cause=step.cause or "", key=account[0])
    if step.step is Step.REOPEN:
        connection.execute(
            "UPDATE incidents SET ended_at = NULL, how = NULL, cause = ?, fell_at = ?, reopened = reopened + 1"
            " WHERE id = ?",
            (step.cause, written(step.at), incident),
        )
        clear(connection, incident)
    elif step.step is Step.RECAUSE:
        connection.execute("UPDATE incidents SET cause = ? WHERE id = ?", (step.cause, incident))
    else:
        end_incident(connection, incident, step.at, step.ending or Ending.WITHDRAWN)
    return incident


def open_incident(
    connection: sqlite3.Connection, scope: Scope, subject: str, at: datetime, *, cause: str = "", key: int | None = None
) -> int:
    row = connection.execute(
        "INSERT INTO incidents (scope, subject, account, started_at, cause, fell_at)"
        " VALUES (?1, ?2, ?3, ?4, ?5, iif(?3 IS NULL, NULL, ?4)) RETURNING id",
        (scope, subject, key, written(at), cause or None),
    ).fetchone()
    return int(row[0])


def describe(connection: sqlite3.Connection, incident: int, detail: str) -> None:
    connection.execute("UPDATE incidents SET detail = ? WHERE id = ?", (detail, incident))


def end_incident(connection: sqlite3.Connection, incident: int, at: datetime, how: str) -> None:
    connection.execute(
        "UPDATE incidents SET ended_at = max(?, started_at), how = ? WHERE id = ? AND ended_at IS NULL",
        (written(at), how, incident),
    )


def open_one(connection: sqlite3.Connection, scope: Scope, subject: str) -> int | None:
    """The incident that is open for a subject, if one is."""
    row = connection.execute(
        "SELECT id FROM incidents WHERE scope = ? AND subject = ? AND ended_at IS NULL", (scope, subject)
    ).fetchone()
    return row and int(row[0])


def round_of(connection: sqlite3.Connection, incident: int) -> int:
    """How often the incident was reopened."""
    row = connection.execute("SELECT reopened FROM incidents WHERE id = ?", (incident,)).fetchone()
    return int(row[0])
