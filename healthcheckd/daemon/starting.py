"""From settings to a running daemon, or to one run of a job."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

from healthcheckd import __version__
from healthcheckd.daemon.clock import SystemClock
from healthcheckd.daemon.lifecycle import Daemon
from healthcheckd.daemon.systemd import Notifier
from healthcheckd.daemon.wiring import Engine, build_engine, policy_of
from healthcheckd.engine.chronicle import chronicle
from healthcheckd.errors import ExitCode
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.store import Event
from healthcheckd.settings import Settings
from healthcheckd.store.database import Store

logger = logging.getLogger("healthcheckd")


async def run_daemon(path: Path | None, settings: Settings) -> int:
    """Until a signal; returns the exit code."""
    clock, notifier = SystemClock(), Notifier(os.environ)
    async with opened(settings, clock, notifier) as store:
        engine = build_engine(settings, store, clock, _publish)
        timetable = timetable_of(settings)
        daemon = Daemon(engine, store, timetable, clock, notifier)
        await daemon.run(lambda: asyncio.sleep(0))
        await engine.close()
    return ExitCode.OK


@asynccontextmanager
async def opened(settings: Settings, clock: Clock, notifier: Notifier) -> AsyncIterator[Store]:
    """The store, for as long as this process is the daemon."""
    now = clock.now()
    store = await Store.open(settings.daemon.database, settings, policy_of(settings), now, notifier.extend)
    try:
        broken = await store.life.started(os.getpid(), __version__, now)
        broken += await store.attempts.interrupted_attempts(now)
        if broken:
            logger.warning("%d runs or attempts were cut off by the last stop", broken, extra={"action": "cut_off"})
        yield store
    finally:
        await store.life.stopped(clock.now())
        await store.close()


def timetable_of(settings: Settings) -> Timetable:
    return Timetable(settings.jobs.cadences, ZoneInfo(settings.daemon.time_zone), settings.jobs.jitter)


async def run_once(path: Path | None, settings: Settings, job: str) -> int:
    """One run of one job; what it made due is sent within the grace time."""
    clock, notifier = SystemClock(), Notifier({})
    async with opened(settings, clock, notifier) as store:
        engine = build_engine(settings, store, clock, _publish)
        engine.runs.check(job)
        record = await engine.runs.run(job, "once")
        await _send_due(engine)
        await engine.close()
    return ExitCode.FAILED if record.error else ExitCode.OK


async def _send_due(engine: Engine) -> None:
    if engine.outbox is None:
        return
    try:
        async with asyncio.timeout(engine.settings.daemon.grace.total_seconds()):
            while await engine.outbox.deliver_due():
                pass
    except TimeoutError:
        logger.warning("Not every due email was sent in time; they stay owed", extra={"action": "email_late"})


def _publish(events: Sequence[Event]) -> None:
    chronicle(events)
