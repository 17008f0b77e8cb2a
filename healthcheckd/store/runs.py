"""The store as jobs see it: runs, switches, counters, cleanup, retention, the audit trail."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.incidents import Scope, Streak, after_failure, after_success
from healthcheckd.domain.notices import NoticeKind
from healthcheckd.ports.store import Event, RunRecord
from healthcheckd.store import cleanup, counters, life, retention
from healthcheckd.store.core import Core
from healthcheckd.store.failing import Ours, follow
from healthcheckd.store.holds import why_held
from healthcheckd.store.incidents import open_one
from healthcheckd.store.maintenance import turn
from healthcheckd.store.rows import Row, instant, instant_or_none, mapped, written
from healthcheckd.store.terms import Terms


class Runs:
    """Fills `RunStore`. `held` goes by the last beat, since its question comes without an instant."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def begin_run(self, job: str, by: str, now: datetime) -> RunRecord:
        return await self._core.run(lambda connection, _: _begin(connection, job, by, now))

    async def end_run(self, run: RunRecord, now: datetime, result: Mapping[str, int], error: str) -> tuple[Event, ...]:
        return await self._core.run(lambda connection, terms: _end(connection, terms, run, now, (result, error)))

    async def interrupt_run(self, run: RunRecord, now: datetime) -> None:
        await self._core.run(lambda connection, _: life.interrupt_runs(connection, now, run.id))

    async def last_run(self, job: str) -> RunRecord | None:
        return await self._core.run(lambda connection, _: _last(connection, job))

    async def switched_on(self, job: str) -> bool:
        return await self._core.run(lambda connection, _: _switched_on(connection, job))

    async def switch(self, job: str, on: bool, by: str, now: datetime) -> bool:
        return await self._core.run(lambda connection, _: _switch(connection, job, on, by, now))

    async def close_day(self, day: str, now: datetime) -> int:
        return await self._core.run(lambda connection, _: counters.close_day(connection, day, now))

    async def idle_clients(self, now: datetime) -> Sequence[AccountId]:
        return await self._core.run(lambda connection, terms: cleanup.idle_clients(connection, terms, now))

    async def client_stopped(self, account: AccountId, now: datetime) -> None:
        await self._core.run(lambda connection, _: cleanup.client_stopped(connection, account, now))

    async def trim(self, now: datetime) -> int:
        return await self._core.run(lambda connection, terms: retention.trim(connection, terms, now))

    async def audit(self, now: datetime, who: str, how: str, what: str, outcome: str) -> None:
        await self._core.run(lambda connection, _: _audit(connection, (written(now), who, how, what, outcome)))

    async def beat(self, now: datetime) -> None:
        await self._core.run(lambda connection, terms: _beat(connection, terms, now))

    async def held(self, gateway: str | None = None) -> str:
        return await self._core.run(
            lambda connection, _: why_held(connection, gateway or "", life.last_beat(connection))
        )


def _beat(connection: sqlite3.Connection, terms: Terms, now: datetime) -> None:
    turn(connection, terms, now)
    life.beat(connection, now)


def _begin(connection: sqlite3.Connection, job: str, by: str, now: datetime) -> RunRecord:
    row = connection.execute(
        "INSERT INTO job_runs (job, started_by, started_at) VALUES (?, ?, ?) RETURNING id", (job, by, written(now))
    ).fetchone()
    return RunRecord(row[0], job, by, now)


def _end(
    connection: sqlite3.Connection, terms: Terms, run: RunRecord, now: datetime, outcome: tuple[Mapping[str, int], str]
) -> tuple[Event, ...]:
    result, error = outcome
    connection.execute(
        "UPDATE job_runs SET ended_at = ?, result = ?, error = ? WHERE id = ?",
        (written(now), mapped(result), error, run.id),
    )
    row = connection.execute(
        "INSERT INTO jobs (name, failures) VALUES (?1, iif(?2, 1, 0)) ON CONFLICT (name)"
        " DO UPDATE SET failures = iif(?2, failures + 1, 0) RETURNING failures",
        (run.job, bool(error)),
    ).fetchone()
    open_now = open_one(connection, Scope.JOB, run.job) is not None
    before = Streak(max(row[0] - 1, 0), run.started_at, open_now)
    after, step = after_failure(before, run.started_at) if error else after_success(before)
    ours = Ours(Scope.JOB, run.job, NoticeKind.JOB_FAILED, NoticeKind.JOB_RECOVERED)
    payload = {"job": run.job, "error": error}
    told = follow(connection, terms, ours, step, (after.since or run.started_at, now), payload)
    data = {"job": run.job, "by": run.started_by, "result": dict(result), "error": error}
    return (Event("job", now, data=data), *told)


def _last(connection: sqlite3.Connection, job: str) -> RunRecord | None:
    row = connection.execute(
        "SELECT id, job, started_by, started_at, ended_at, result, error FROM job_runs WHERE job = ?"
        " ORDER BY started_at DESC, id DESC LIMIT 1",
        (job,),
    ).fetchone()
    return None if row is None else _record(row)


def _record(row: Row) -> RunRecord:
    id_, job, by, started_at, ended_at, result, error = row
    return RunRecord(id_, job, by, instant(started_at), instant_or_none(ended_at), json.loads(result), error)


def _switched_on(connection: sqlite3.Connection, job: str) -> bool:
    row = connection.execute("SELECT running FROM jobs WHERE name = ?", (job,)).fetchone()
    return row is None or bool(row[0])


def _switch(connection: sqlite3.Connection, job: str, on: bool, by: str, now: datetime) -> bool:
    if _switched_on(connection, job) == on:
        return False
    connection.execute(
        "INSERT INTO jobs (name, running, changed_by, changed_at) VALUES (?, ?, ?, ?) ON CONFLICT (name)"
        " DO UPDATE SET running = excluded.running, changed_by = excluded.changed_by, changed_at = excluded.changed_at",
        (job, on, by, written(now)),
    )
    return True


def _audit(connection: sqlite3.Connection, values: Row) -> None:
    connection.execute("INSERT INTO audit (at, who, how, what, outcome) VALUES (?, ?, ?, ?, ?)", values)
