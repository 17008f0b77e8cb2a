"""Outages in a list, and one of them told from its beginning to its end."""

import sqlite3
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from healthcheckd.domain.incidents import Scope
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.history import IncidentRow
from healthcheckd.domain.reports.incidents import IncidentTrail, TrailStep
from healthcheckd.domain.reports.webhooks import DeliveryRow
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import IncidentFilter, Span
from healthcheckd.store.rows import instant, instant_or_none, written
from healthcheckd.store.silences import COLUMNS, silence_of
from healthcheckd.store.views import behind
from healthcheckd.store.views.blasts import blast
from healthcheckd.store.views.history import attempt_row, change_row, incident_row
from healthcheckd.store.views.names import account_key, check_gateway
from healthcheckd.store.views.notices import notice_row
from healthcheckd.store.views.viewpoint import Viewpoint, ask, within

_NAME = "accounts.gateway || '/' || accounts.session AS name"
_NEWEST = (
    "coalesce((SELECT max(one.started_at) FROM blast_members JOIN incidents AS one ON one.id = blast_members.incident"
    " WHERE incidents.scope = 'blast' AND blast = incidents.id), started_at) DESC, scope = 'blast' DESC"
)
"""Many that fell together come right before those that they are."""

_END = datetime(9999, 12, 31, tzinfo=UTC)


def incidents(
    connection: sqlite3.Connection, wanted: IncidentFilter, span: Span, view: Viewpoint
) -> tuple[IncidentRow, ...]:
    """Those that began within the span, newest first. Raises `UnknownName`."""
    key = account_key(connection, wanted.account) if wanted.account else None
    condition, values, limit = within(span, "started_at", key)
    if wanted.only_open:
        condition += " AND ended_at IS NULL"
    if wanted.scope:
        check_known("scope", wanted.scope, tuple(Scope))
        condition += " AND scope = ?"
        values.append(wanted.scope)
    if wanted.gateway:
        check_gateway(connection, wanted.gateway)
        condition += (
            " AND (scope = 'gateway' AND subject = ? OR account IN (SELECT key FROM accounts WHERE gateway = ?))"
        )
        values += [wanted.gateway, wanted.gateway]
    rows = ask(connection, f"SELECT * FROM incidents WHERE {condition} ORDER BY {_NEWEST}, id DESC{limit}", values)
    return tuple(incident_row(row, view) for row in rows)


def trail(connection: sqlite3.Connection, incident: int, view: Viewpoint) -> IncidentTrail:
    """Raises `UnknownName`."""
    rows = ask(connection, "SELECT * FROM incidents WHERE id = ?", (incident,))
    if not rows:
        raise UnknownName(f"there is no incident {incident}", hint="healthcheck incidents list")
    row = rows[0]
    told = incident_row(row, view)
    steps = [
        *_readings(connection, row),
        *_attempts(connection, incident),
        *_notices(connection, incident),
        *_deliveries(connection, row),
        *_silences(connection, row),
        *_maintenance(connection, row),
        *_acknowledged(told),
        *_runs(connection, told),
    ]
    names = behind.accounts(connection, row)
    return IncidentTrail(told, _in_order(steps), names[: behind.SHOWN], len(names), blast(connection, incident, view))


def _in_order(steps: Iterable[TrailStep]) -> tuple[TrailStep, ...]:
    """Of what happened at one instant, what was read comes before what was done about it."""
    kinds = ("maintenance", "silence", "run", "reading", "attempt", "acknowledged", "notice", "webhook")
    return tuple(sorted(steps, key=lambda step: (step.at, kinds.index(step.kind))))


def _readings(connection: sqlite3.Connection, row: sqlite3.Row) -> Iterator[TrailStep]:
    """Up to the one that made its end certain."""
    rows = ask(
        connection,
        f"SELECT transitions.*, {_NAME} FROM transitions JOIN accounts ON accounts.key = account"
        " WHERE account = :account AND at >= :began AND at <= coalesce((SELECT min(at) FROM transitions"
        "  WHERE account = :account AND :ended IS NOT NULL AND at >= :ended), :ended, :end)",
        {
            "account": row["account"],
            "began": row["started_at"],
            "ended": row["ended_at"],
            "end": written(_END),
        },
    )
    for one in rows:
        change = change_row(one)
        yield TrailStep(change.at, "reading", reading=change)


def _attempts(connection: sqlite3.Connection, incident: int) -> Iterator[TrailStep]:
    rows = ask(
        connection,
        f"SELECT attempts.*, {_NAME} FROM attempts JOIN accounts ON accounts.key = account WHERE attempts.incident = ?",
        (incident,),
    )
    for one in rows:
        attempt = attempt_row(one)
        yield TrailStep(attempt.started_at or attempt.ended_at or attempt.due_at, "attempt", attempt=attempt)


def _notices(connection: sqlite3.Connection, incident: int) -> Iterator[TrailStep]:
    rows = ask(
        connection,
        "SELECT notices.*, accounts.gateway || '/' || session AS about"
        " FROM notices LEFT JOIN accounts ON accounts.key = account WHERE notices.incident = ?",
        (incident,),
    )
    for one in rows:
        notice = notice_row(one)
        put_off = max(filter(None, (notice.due_at, notice.not_before)))
        yield TrailStep(notice.sent_at or notice.ended_at or put_off, "notice", notice=notice)


def _deliveries(connection: sqlite3.Connection, row: sqlite3.Row) -> Iterator[TrailStep]:
    """What programs were told of it; every event names its incident."""
    rows = ask(
        connection,
        "SELECT webhook, event, state, created_at, ended_at, tries, words, last_error FROM deliveries"
        " WHERE account = ? AND created_at >= ? AND json_extract(payload, '$.incident') = ?",
        (row["account"], row["started_at"], row["id"]),
    )
    for one in rows:
        said = {name: one[name] for name in ("webhook", "event", "state", "tries", "words", "last_error")}
        at, ended_at = instant(one["created_at"]), instant_or_none(one["ended_at"])
        yield TrailStep(ended_at or at, "webhook", delivery=DeliveryRow(created_at=at, ended_at=ended_at, **said))


def _silences(connection: sqlite3.Connection, row: sqlite3.Row) -> Iterator[TrailStep]:
    rows = ask(
        connection,
        f"SELECT {COLUMNS} FROM silences WHERE until_at > ? AND from_at < coalesce(?, ?) ORDER BY id",
        (row["started_at"], row["ended_at"], written(_END)),
    )
    for one in map(silence_of, map(tuple, rows)):
        if behind.reaches(connection, row, one.reach):
            said = f"{one.reach}: {one.comment}" if one.comment else str(one.reach)
            yield TrailStep(one.from_at, "silence", until_at=one.until_at, by=one.by, comment=said)


def _maintenance(connection: sqlite3.Connection, row: sqlite3.Row) -> Iterator[TrailStep]:
    """As the ledger has it: whatever is planned today."""
    rows = ask(
        connection,
        "SELECT from_at, until_at FROM ledger WHERE account = ? AND cause = 'maintenance'"
        " AND coalesce(until_at, ?2) > ?3 AND from_at < coalesce(?4, ?2)",
        (row["account"], written(_END), row["started_at"], row["ended_at"]),
    )
    for one in rows:
        yield TrailStep(instant(one["from_at"]), "maintenance", until_at=instant_or_none(one["until_at"]))


def _acknowledged(told: IncidentRow) -> Iterator[TrailStep]:
    if told.acknowledged_at is not None:
        by, comment = told.acknowledged_by, told.acknowledgement
        yield TrailStep(told.acknowledged_at, "acknowledged", by=by, comment=comment)


def _runs(connection: sqlite3.Connection, told: IncidentRow) -> Iterator[TrailStep]:
    """Of a job: how each of its runs went meanwhile."""
    if told.scope != Scope.JOB:
        return
    rows = ask(
        connection,
        "SELECT started_at, started_by, error FROM job_runs WHERE job = ? AND started_at BETWEEN ? AND ?",
        (told.subject, written(told.started_at), written(told.ended_at or _END)),
    )
    for one in rows:
        yield TrailStep(instant(one["started_at"]), "run", by=one["started_by"], error=one["error"])
