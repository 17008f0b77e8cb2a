"""Jobs by hand: triggered, joined, rehearsed, switched on and off."""

import asyncio
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.reports.operation import JobStatus
from healthcheckd.errors import HealthcheckError, Refused, UsageError
from healthcheckd.ports.control import Caller, Order, Progress, Triggered
from healthcheckd.ports.store import RunRecord
from healthcheckd.settings import CLIENT_CLEANUP
from healthcheckd.store.viewing import StoreViews

logger = logging.getLogger(__name__)

Tell = Callable[[Progress], None]


@dataclass(slots=True)
class JobService:
    """Fills `JobControl`."""

    backstage: Backstage
    views: StoreViews
    _asked: dict[asyncio.Task[RunRecord], str] = field(default_factory=dict)

    async def statuses(self) -> Sequence[JobStatus]:
        return await self.views.jobs()

    async def trigger(self, job: str, order: Order, caller: Caller, progress: Tell | None = None) -> Triggered:
        self._check(job)
        if order.dry_run:
            return await self._rehearse(job)
        logger.info(
            "Manual trigger requested for job: %s by user %s",
            job,
            caller.who,
            extra={"action": "manual_trigger", "job": job, "user": caller.who},
        )
        joined = self._under_way(job)
        run = self._start(job, caller, progress)
        await self._audit(job, caller, "joined the run in progress" if joined else "started")
        if order.wait:
            return _triggered(await asyncio.shield(run), joined)
        run.add_done_callback(_report)
        return Triggered(job, joined=joined, finished=False)

    async def switch(self, job: str, on: bool, caller: Caller) -> bool:
        self.backstage.engine().runs.check(job)
        async with self.backstage.act(f"{'start' if on else 'stop'} {job}", caller) as act:
            changed = await self.backstage.store.runs.switch(job, on, caller.who, self.backstage.clock.now())
            if not changed:
                act.outcome = "it was so already"
        return changed

    def _check(self, job: str) -> None:
        """Raises `UnknownName`; `Refused` once the daemon waits only for what is under way."""
        engine = self.backstage.engine()
        engine.runs.check(job)
        if engine.stop.is_set():
            raise Refused("the daemon is stopping", hint="healthcheck status")

    def _under_way(self, job: str) -> bool:
        """Also when it was asked for this very moment and has not got to its first step."""
        return self.backstage.engine().runs.executing(job) or job in self._asked.values()

    def _start(self, job: str, caller: Caller, progress: Tell | None) -> asyncio.Task[RunRecord]:
        run = self.backstage.engine().runs.run(job, caller.who, _listener(progress))
        task = asyncio.create_task(run, name=f"trigger {job}")
        self._asked[task] = job
        task.add_done_callback(self._asked.pop)
        return task

    async def _rehearse(self, job: str) -> Triggered:
        if job != CLIENT_CLEANUP:
            what = f"{job} cannot be rehearsed"
            raise UsageError(what, hint=f"healthcheck trigger {CLIENT_CLEANUP} --dry-run")
        idle = await self.backstage.engine().cleanup.candidates()
        return Triggered(job, {"idle": len(idle), "stopped": 0}, would=tuple(map(str, idle)))

    async def _audit(self, job: str, caller: Caller, outcome: str) -> None:
        now = self.backstage.clock.now()
        await self.backstage.store.runs.audit(now, caller.who, caller.how, f"trigger {job}", outcome)


def _listener(progress: Tell | None) -> Callable[[str, int, int], None] | None:
    if progress is None:
        return None
    return lambda phase, done, total: progress(Progress(phase, done, total))


def _report(run: asyncio.Task[RunRecord]) -> None:
    """What fails in the job is in its record; what fails around it, nobody else would hear of."""
    if not run.cancelled() and (error := run.exception()) is not None:
        logger.error("A triggered run broke off: %s", error, exc_info=error, extra={"action": "run_broken"})


def _triggered(run: RunRecord, joined: bool) -> Triggered:
    if run.error:
        raise HealthcheckError(f"{run.job} failed: {run.error}", hint="healthcheck status")
    seconds = (run.ended_at - run.started_at).total_seconds() if run.ended_at else None
    return Triggered(run.job, run.result, joined, seconds=seconds)
