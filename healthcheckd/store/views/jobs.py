"""Jobs: their switches, their last runs, when they run next."""

import json
import sqlite3
from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.reports.operation import JobStatus, Planned
from healthcheckd.store.rows import instant, instant_or_none
from healthcheckd.store.views.viewpoint import Viewpoint, ask

_LAST = """
    SELECT * FROM job_runs WHERE job = ? AND ended_at IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1
"""
# A run without an end belongs to this process only if it began after it did; an older one was cut short.
_EXECUTING = """
    SELECT DISTINCT job FROM job_runs
    WHERE ended_at IS NULL AND started_at >= coalesce((SELECT started_at FROM daemon), '')
"""


def jobs(connection: sqlite3.Connection, view: Viewpoint) -> tuple[JobStatus, ...]:
    """The planned ones, in their order, then any other that was switched or ran."""
    switches = {row["name"]: row for row in ask(connection, "SELECT * FROM jobs ORDER BY name")}
    executing = {row["job"] for row in ask(connection, _EXECUTING)} if view.alive else set[str]()
    names = dict.fromkeys([*view.planned, *switches])
    return tuple(
        _row(name, switches.get(name), next(iter(ask(connection, _LAST, (name,))), None), name in executing, view)
        for name in names
    )


def last_check(connection: sqlite3.Connection, job: str) -> datetime | None:
    """When a job last ended well."""
    rows = ask(
        connection,
        "SELECT ended_at FROM job_runs WHERE job = ? AND ended_at IS NOT NULL AND error = ''"
        " ORDER BY started_at DESC LIMIT 1",
        (job,),
    )
    return instant(rows[0]["ended_at"]) if rows else None


def _row(name: str, switch: sqlite3.Row | None, run: sqlite3.Row | None, executing: bool, view: Viewpoint) -> JobStatus:
    running = switch is None or bool(switch["running"])
    planned = view.planned.get(name, Planned(""))
    status = JobStatus(name, running, executing, planned.cadence, next_at=planned.next_at if running else None)
    if switch is not None:
        status = replace(status, switched_at=instant_or_none(switch["changed_at"]), switched_by=switch["changed_by"])
    return status if run is None else _with_run(status, run)


def _with_run(status: JobStatus, run: sqlite3.Row) -> JobStatus:
    started, ended = instant(run["started_at"]), instant(run["ended_at"])
    return replace(
        status,
        last_started_at=started,
        last_ended_at=ended,
        last_seconds=(ended - started).total_seconds(),
        last_by=run["started_by"],
        result=json.loads(run["result"]),
        error=run["error"],
    )
