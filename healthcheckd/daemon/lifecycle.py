"""Life and death of the daemon: named tasks in one group, a signal to stop, a time to drain."""

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

from healthcheckd.daemon.systemd import Notifier
from healthcheckd.daemon.wiring import DIGEST, Engine
from healthcheckd.daemon.working import work
from healthcheckd.domain.cron import spacing
from healthcheckd.errors import ExitCode, HealthcheckError
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import COUNTER_RESET, HEALTH_CHECK
from healthcheckd.store.database import Store

logger = logging.getLogger("healthcheckd")

TICK_SECONDS = 1.0
BEAT = timedelta(minutes=1)

SAME_ORDER_SECONDS = 1.0
"""Two signals within so short a time are one order: a terminal and a parent process may both pass it on."""

Reload = Callable[[], Awaitable[None]]


class Daemon:
    """Runs what wiring built. A side task that fails takes the daemon down, loudly; the service manager starts it
    again."""

    def __init__(self, engine: Engine, store: Store, timetable: Timetable, clock: Clock, notifier: Notifier) -> None:
        self.engine = engine
        self.timetable = timetable
        self._store = store
        self._clock = clock
        self._notifier = notifier
        self._group = asyncio.TaskGroup()
        self._engines: set[asyncio.Task[None]] = set()
        self._stop = asyncio.Event()
        self._told_at = 0.0

    @property
    def stopping(self) -> bool:
        return self._stop.is_set()

    async def run(self, reload: Reload) -> None:
        """Until a signal. `reload` is called on SIGHUP. Raises what a side task failed with."""
        with self._signals(reload):
            try:
                await self._live()
            except BaseExceptionGroup as failures:
                raise _leaf(failures) from failures

    async def _live(self) -> None:
        async with self._group as group:
            self._employ(self.engine)
            sides = [
                group.create_task(side, name=name)
                for name, side in (
                    ("timetable", self._keep_time()),
                    ("beat", self._beat()),
                    ("watchdog", self._feed_watchdog()),
                )
            ]
            logger.info("Cron scheduler initialized successfully", extra={"action": "scheduler_ready"})
            self._notifier.ready(self.describe())
            await self._stop.wait()
            self._notifier.stopping()
            await self._drain()
            for side in sides:
                side.cancel()

    def describe(self) -> str:
        """For the service manager's status line."""
        count = len(self.engine.gateways)
        return f"watching {count} gateway{'' if count == 1 else 's'}"

    def replace(self, engine: Engine) -> None:
        """Work on with another engine. What the old one has under way is finished by it."""
        old, self.engine = self.engine, engine
        old.stop.set()
        self._employ(engine)

    async def catch_up(self) -> None:
        """At start: what was due while nobody ran, or was cut off."""
        now = self._clock.now()
        last = await self._store.runs.last_run(HEALTH_CHECK)
        cadence = spacing(self.engine.settings.jobs.whatsapp_health_check)
        if last is None or last.error or abs(now - last.started_at) > cadence:
            await self.start_job(HEALTH_CHECK)
        await self.start_job(COUNTER_RESET)

    async def start_job(self, job: str) -> None:
        """Unless it is switched off."""
        if await self._store.runs.switched_on(job) and not self.stopping:
            self._group.create_task(self._run(job), name=f"run {job}")

    async def _run(self, job: str) -> None:
        await self.engine.runs.run(job, "timetable")

    def _employ(self, engine: Engine) -> None:
        task = self._group.create_task(work(engine), name="engine")
        self._engines.add(task)
        task.add_done_callback(self._engines.discard)

    async def _keep_time(self) -> None:
        self.timetable.arm(self._clock.now())
        await self.catch_up()
        while not self.stopping:
            rung, jump = self.timetable.tick(self._clock.now(), self._clock.monotonic())
            if jump:
                await self._store.life.woke(self._clock.now(), jump)
            for bell in rung:
                await self._answer(bell)
            await self._tick()

    async def _tick(self) -> None:
        due = self._clock.monotonic() + TICK_SECONDS
        await self._clock.sleep(TICK_SECONDS)
        self.engine.meter.lagged(max(self._clock.monotonic() - due, 0.0))

    async def _answer(self, bell: str) -> None:
        if bell == DIGEST:
            self.engine.publish(await self._store.notices.digest(self._clock.now()))
        else:
            await self.start_job(bell)

    async def _beat(self) -> None:
        while not self.stopping:
            await self._store.runs.beat(self._clock.now())
            await self._clock.sleep(BEAT.total_seconds())

    async def _feed_watchdog(self) -> None:
        """Only a loop that truly turns, and a store that answers, keep the watchdog quiet."""
        if (every := self._notifier.watchdog) is None:
            return
        while True:
            await self._store.runs.last_run(HEALTH_CHECK)
            self._notifier.alive()
            await self._clock.sleep(every.total_seconds())

    async def _drain(self) -> None:
        """What is under way may finish within the grace time; the rest is cut off, and leaves a row that says so."""
        grace = self.engine.settings.daemon.grace.total_seconds()
        self.engine.stop.set()
        logger.info("Stopping; what is under way has %d s to finish", grace, extra={"action": "stopping"})
        _, late = await asyncio.wait(self._engines, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late)

    @contextmanager
    def _signals(self, reload: Reload) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        handlers = {
            signal.SIGTERM: self._asked_to_stop,
            signal.SIGINT: self._asked_to_stop,
            signal.SIGHUP: lambda: self._asked_to_reload(reload),
        }
        for number, handler in handlers.items():
            loop.add_signal_handler(number, handler)
        try:
            yield
        finally:
            for number in handlers:
                loop.remove_signal_handler(number)

    def _asked_to_stop(self) -> None:
        now = self._clock.monotonic()
        if self.stopping:
            if now - self._told_at < SAME_ORDER_SECONDS:
                return
            logger.warning("Told to stop a second time: stopping at once", extra={"action": "forced_stop"})
            os._exit(ExitCode.FAILED)
        self._told_at = now
        self._stop.set()

    def _asked_to_reload(self, reload: Reload) -> None:
        if not self.stopping:
            self._group.create_task(_awaited(reload), name="reload")


async def _awaited(reload: Reload) -> None:
    await reload()


def _leaf(failure: BaseException) -> BaseException:
    """The first failure within, one that has words for people where there is one."""
    while isinstance(failure, BaseExceptionGroup):
        failure = (failure.subgroup(HealthcheckError) or failure).exceptions[0]
    return failure
