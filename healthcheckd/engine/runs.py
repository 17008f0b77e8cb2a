"""Runs of jobs: once at a time, joined by whoever asks meanwhile, and recorded."""

import asyncio
import logging
from collections.abc import Callable, Mapping
from typing import Protocol

from healthcheckd.engine.sweep import Progress
from healthcheckd.errors import HealthcheckError, UnknownName
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.store import RunRecord, RunStore

logger = logging.getLogger(__name__)


class Job(Protocol):
    """A named task. Returns counts for people; raises what it cannot mend."""

    @property
    def name(self) -> str: ...

    async def run(self, progress: Progress) -> Mapping[str, int]: ...


Listener = Callable[[str, int, int], None]


class Runs:
    """Starts jobs. A job in progress is joined, not started again."""

    def __init__(self, jobs: Mapping[str, Job], store: RunStore, clock: Clock, publish: Publish) -> None:
        self._jobs = jobs
        self._store = store
        self._clock = clock
        self._publish = publish
        self._under_way: dict[str, asyncio.Task[RunRecord]] = {}
        self._listeners: dict[str, list[Listener]] = {name: [] for name in jobs}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._jobs)

    def executing(self, job: str) -> bool:
        return job in self._under_way

    async def run(self, job: str, by: str, listener: Listener | None = None) -> RunRecord:
        """Run `job` now, or join the run in progress. Cancelling the caller does not cancel the run."""
        self.check(job)
        if listener is not None:
            self._listeners[job].append(listener)
        try:
            return await asyncio.shield(self._start(job, by))
        finally:
            if listener is not None:
                self._listeners[job].remove(listener)

    def check(self, job: str) -> None:
        if job not in self._jobs:
            raise UnknownName(f"there is no job {job!r}", candidates=tuple(self._jobs), hint="healthcheck status")

    async def finish(self, grace: float | None) -> None:
        """Wait for runs under way; what is not done in time is cancelled and recorded so."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way.values(), timeout=grace)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)

    def _start(self, job: str, by: str) -> "asyncio.Task[RunRecord]":
        if (task := self._under_way.get(job)) is not None:
            return task
        task = asyncio.create_task(self._run(job, by), name=job)
        self._under_way[job] = task
        task.add_done_callback(lambda _: self._under_way.pop(job, None))
        return task

    async def _run(self, job: str, by: str) -> RunRecord:
        run = await self._store.begin_run(job, by, self._clock.now())
        result: Mapping[str, int] = {}
        error = ""
        try:
            result = await self._jobs[job].run(lambda phase, done, total: self._tell(job, phase, done, total))
        except asyncio.CancelledError:
            await self._end(run, {}, "interrupted by shutdown")
            raise
        except HealthcheckError as failure:
            error = str(failure)
            logger.error("Job %s failed: %s", job, failure, extra={"action": "job_failed", "job": job})
        except Exception as failure:
            error = f"{type(failure).__name__}: {failure}"
            logger.exception("Job %s failed", job, extra={"action": "job_failed", "job": job})
        return await self._end(run, result, error)

    async def _end(self, run: RunRecord, result: Mapping[str, int], error: str) -> RunRecord:
        now = self._clock.now()
        self._publish(await self._store.end_run(run, now, result, error))
        return RunRecord(run.id, run.job, run.started_by, run.started_at, now, result, error)

    def _tell(self, job: str, phase: str, done: int, total: int) -> None:
        for listener in tuple(self._listeners[job]):
            listener(phase, done, total)
