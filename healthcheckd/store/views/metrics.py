"""Numbers for programs that draw and alert."""

import sqlite3
from pathlib import Path

from healthcheckd.domain.incidents import Scope
from healthcheckd.domain.reports.metrics import AccountGroup, MetricsReport
from healthcheckd.store.holds import why_held
from healthcheckd.store.rows import instant
from healthcheckd.store.views.clauses import WATCHED
from healthcheckd.store.views.gateways import gateways
from healthcheckd.store.views.jobs import jobs
from healthcheckd.store.views.viewpoint import Viewpoint, ask
from healthcheckd.store.waiting import waiting

_BESIDE = ("", "-wal")
"""The files that make up the database."""


def metrics(connection: sqlite3.Connection, view: Viewpoint) -> MetricsReport:
    owed, oldest = waiting(connection, view.now)
    return MetricsReport(
        at=view.now,
        accounts=_accounts(connection),
        gateways=gateways(connection, view),
        jobs=jobs(connection, view),
        good_at={row["job"]: instant(row["at"]) for row in ask(connection, _GOOD)},
        incidents=_incidents(connection),
        owed=owed,
        oldest_owed_at=oldest,
        held=bool(why_held(connection, "", view.now)),
        database_bytes=_size(view.database),
    )


_GOOD = "SELECT job, max(ended_at) AS at FROM job_runs WHERE ended_at IS NOT NULL AND error = '' GROUP BY job"


def _accounts(connection: sqlite3.Connection) -> tuple[AccountGroup, ...]:
    rows = ask(
        connection,
        "SELECT gateway, health, coalesce(cause, '') AS cause, count(*) AS accounts"
        f" FROM accounts WHERE {WATCHED} GROUP BY 1, 2, 3",
    )
    return tuple(AccountGroup(*row) for row in rows)


def _incidents(connection: sqlite3.Connection) -> dict[str, int]:
    """Every scope, also those without."""
    rows = ask(connection, "SELECT scope, count(*) FROM incidents WHERE ended_at IS NULL GROUP BY scope")
    return {scope.value: 0 for scope in Scope} | {scope: count for scope, count in rows}


def _size(database: str) -> int:
    return sum(file.stat().st_size for end in _BESIDE if (file := Path(database + end)).exists())
