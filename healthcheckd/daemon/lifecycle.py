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
from healthcheckd.domain.cron import spacing
from healthcheckd.errors import ExitCode
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import COUNTER_RESET, HEALTH_CHECK
from healthcheckd.store.database import Store

logger = logging.getLogger("healthcheckd")

TICK_SECONDS = 0.5
BEAT = timedelta(minutes=1)

SAME_ORDER_SECONDS = 1.0
"""Two signals within so short a time are one order: a terminal and a parent process may both pass it on."""

Loop = Callable[[Engine], Awaitable[None]]


class Daemon:
    """Runs what wiring built. A side task that fails takes the daemon down, loudly; the service manager starts it
    again."""

    def __init__(self, engine: Engine, store: Store, timetable: Timetable, clock: Clock, notifier: Notifier) -> None:
        self.engine = engine
        self.timetable = timetable
        self._store = store
        self._clock = clock
        self._notifier = notifier
        self._stop = asyncio.Event()
        self._told_at = 0.0
        self._started: set[asyncio.Task[object]] = set()
        self._retiring: set[asyncio.Task[None]] = set()

    async def run(self, reload: Callable[[], Awaitable[None]]) -> None:
        """Until a signal. `reload` is called on SIGHUP."""
        with self._signals(reload):
            try:
                await self._live()
            finally:
                await self._let_go(grace=0)

    async def _live(self) -> None:
        async with asyncio.TaskGroup() as group:
            loops = [
                group.create_task(work, name=name)
                for name, work in (
                    ("timetable", self._keep_time()),
                    ("aftercare", self._keep(lambda engine: engine.aftercare.run(engine.stop))),
                    ("outbox", self._keep(_send)),
                    ("proofs", self._keep(_prove)),
                    ("heartbeat", self._beat()),
                    ("watchdog", self._feed_watchdog()),
                )
            ]
            logger.info("Cron scheduler initialized successfully", extra={"action": "scheduler_ready"})
            self._notifier.ready(self.describe())
            await self._stop.wait()
            self._notifier.stopping()
            await self._drain()
            for loop in loops:
                loop.cancel()

    def describe(self) -> str:
        """For the service manager's status line."""
        count = len(self.engine.gateways)
        return f"watching {count} gateway{'' if count == 1 else 's'}"

    def replace(self, engine: Engine) -> None:
        """Work on with another engine. What the old one has under way is finished by it."""
        old, self.engine = self.engine, engine
        old.stop.set()
        task = asyncio.create_task(_retire(old), name="retire")
        self._retiring.add(task)
        task.add_done_callback(self._retiring.discard)

    async def catch_up(self) -> None:
        """At start: what was due while nobody ran."""
        now = self._clock.now()
        last = await self._store.runs.last_run(HEALTH_CHECK)
        cadence = spacing(self.engine.settings.jobs.whatsapp_health_check)
        if last is None or now - last.started_at > cadence:
            await self.start_job(HEALTH_CHECK)
        await self.start_job(COUNTER_RESET)

    async def _keep(self, loop: Loop) -> None:
        """The loop of the engine in force, and after a reload that of the next."""
        while not self._stop.is_set():
            await loop(self.engine)
            await asyncio.sleep(0)

    async def _keep_time(self) -> None:
        self.timetable.arm(self._clock.now())
        await self.catch_up()
        while not self._stop.is_set():
            rung, jump = self.timetable.tick(self._clock.now(), self._clock.monotonic())
            if jump:
                await self._store.life.woke(self._clock.now())
            for bell in rung:
                await self._answer(bell)
            await self._clock.sleep(TICK_SECONDS)

    async def _answer(self, bell: str) -> None:
        if bell == DIGEST:
            self.engine.publish(await self._store.notices.digest(self._clock.now()))
        else:
            await self.start_job(bell)

    async def start_job(self, job: str) -> None:
        """Unless it is switched off."""
        if await self._store.runs.switched_on(job):
            task = asyncio.create_task(self.engine.runs.run(job, "timetable"), name=f"run {job}")
            self._started.add(task)
            task.add_done_callback(self._started.discard)

    async def _beat(self) -> None:
        while not self._stop.is_set():
            await self._store.runs.beat(self._clock.now())
            await self._clock.sleep(BEAT.total_seconds())

    async def _feed_watchdog(self) -> None:
        """Only a loop that truly turns, and a store that answers, keep the watchdog quiet."""
        if (every := self._notifier.watchdog) is None:
            return
        while not self._stop.is_set():
            await self._store.runs.last_run(HEALTH_CHECK)
            self._notifier.alive()
            await self._clock.sleep(every.total_seconds())

    async def _drain(self) -> None:
        """What is under way may finish within the grace time."""
        grace = self.engine.settings.daemon.grace.total_seconds()
        self.engine.stop.set()
        logger.info("Stopping; what is under way has %d s to finish", grace, extra={"action": "stopping"})
        await self._let_go(grace)

    async def _let_go(self, grace: float) -> None:
        """Runs and attempts get so many seconds, and are then cut off; each leaves a row that says so."""
        await asyncio.gather(self.engine.runs.finish(grace), self.engine.reconnector.finish(grace))

    @contextmanager
    def _signals(self, reload: Callable[[], Awaitable[None]]) -> Iterator[None]:
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
        if self._stop.is_set():
            if now - self._told_at < SAME_ORDER_SECONDS:
                return
            logger.warning("Told to stop a second time: stopping at once", extra={"action": "forced_stop"})
            os._exit(ExitCode.FAILED)
        self._told_at = now
        self._stop.set()

    def _asked_to_reload(self, reload: Callable[[], Awaitable[None]]) -> None:
        task = asyncio.ensure_future(reload())
        self._started.add(task)
        task.add_done_callback(self._started.discard)


async def _send(engine: Engine) -> None:
    if engine.outbox is None:
        await engine.stop.wait()
    else:
        await engine.outbox.run(engine.stop)


async def _prove(engine: Engine) -> None:
    if engine.prover is None:
        await engine.stop.wait()
        return
    while not engine.stop.is_set():
        await engine.prover.turn()
        await asyncio.wait([asyncio.ensure_future(engine.stop.wait())], timeout=5)


async def _retire(engine: Engine) -> None:
    grace = engine.settings.daemon.grace.total_seconds()
    await asyncio.gather(engine.runs.finish(None), engine.reconnector.finish(grace))
    await engine.close()
