"""Runs of jobs: once at a time, joined by whoever asks meanwhile, and recorded."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from healthcheckd.domain.naming import check_known
from healthcheckd.engine.sweep import Progress
from healthcheckd.errors import HealthcheckError
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


@dataclass(frozen=True, slots=True)
class UnderWay:
    """What runs now, by job, and who listens. It outlives a change of the jobs: a job still runs once at a time."""

    tasks: dict[str, asyncio.Task[RunRecord]] = field(default_factory=dict)
    listeners: dict[str, list[Listener]] = field(default_factory=lambda: defaultdict(list))

    @contextmanager
    def listening(self, job: str, listener: Listener | None) -> Iterator[None]:
        if listener is None:
            yield
            return
        self.listeners[job].append(listener)
        try:
            yield
        finally:
            self.listeners[job].remove(listener)

    def tell(self, job: str, phase: str, done: int, total: int) -> None:
        for listener in tuple(self.listeners[job]):
            listener(phase, done, total)


class Runs:
    """Starts jobs. A job in progress is joined, not started again."""

    def __init__(
        self,
        jobs: Mapping[str, Job],
        store: RunStore,
        clock: Clock,
        publish: Publish,
        under_way: UnderWay | None = None,
    ) -> None:
        self.under_way = under_way or UnderWay()
        self._jobs = jobs
        self._store = store
        self._clock = clock
        self._publish = publish

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._jobs)

    def executing(self, job: str) -> bool:
        return job in self.under_way.tasks

    async def run(self, job: str, by: str, listener: Listener | None = None) -> RunRecord:
        """Run `job` now, or join the run in progress. Cancelling the caller does not cancel the run."""
        self.check(job)
        with self.under_way.listening(job, listener):
            return await asyncio.shield(self._start(job, by))

    def check(self, job: str) -> None:
        check_known("job", job, tuple(self._jobs))

    async def finish(self) -> None:
        """Wait for the runs under way now."""
        if tasks := tuple(self.under_way.tasks.values()):
            await asyncio.wait(tasks)

    async def cut_off(self) -> None:
        """What is under way ends now, and its row says so."""
        for task in self.under_way.tasks.values():
            task.cancel()
        await self.finish()

    def _start(self, job: str, by: str) -> "asyncio.Task[RunRecord]":
        if (task := self.under_way.tasks.get(job)) is not None:
            return task
        task = asyncio.create_task(self._run(job, by), name=job)
        self.under_way.tasks[job] = task
        task.add_done_callback(lambda _: self.under_way.tasks.pop(job, None))
        return task

    async def _run(self, job: str, by: str) -> RunRecord:
        run = await self._store.begin_run(job, by, self._clock.now())
        try:
            result, error = await self._outcome(job)
        except asyncio.CancelledError:
            await self._store.interrupt_run(run, self._clock.now())
            raise
        now = self._clock.now()
        self._publish(await self._store.end_run(run, now, result, error))
        return RunRecord(run.id, run.job, run.started_by, run.started_at, now, result, error)

    async def _outcome(self, job: str) -> tuple[Mapping[str, int], str]:
        """The counts, or what went wrong in words: a failed job stops nobody else."""
        try:
            return await self._jobs[job].run(lambda *progress: self.under_way.tell(job, *progress)), ""
        except HealthcheckError as failure:
            logger.error("Job %s failed: %s", job, failure, extra={"action": "job_failed", "job": job})
            return {}, str(failure)
        except Exception as failure:
            logger.exception("Job %s failed", job, extra={"action": "job_failed", "job": job})
            return {}, f"{type(failure).__name__}: {failure}"
