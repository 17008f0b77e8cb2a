"""From settings to a running daemon, or to one run of a job."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from healthcheckd import __version__
from healthcheckd.api.client import ControlClient
from healthcheckd.daemon.clock import SystemClock
from healthcheckd.daemon.doors import Certificate, Doors
from healthcheckd.daemon.lifecycle import Daemon
from healthcheckd.daemon.live import build_feed
from healthcheckd.daemon.measuring import build_meters, open_metrics
from healthcheckd.daemon.reloading import Reloader
from healthcheckd.daemon.services import Backstage, EventHub, HookService, build_control, viewpoint
from healthcheckd.daemon.systemd import Notifier
from healthcheckd.daemon.wiring import Engine, bells_of, build_engine, policy_of, zone_of
from healthcheckd.engine.chronicle import chronicle
from healthcheckd.errors import ExitCode
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.store import Event
from healthcheckd.settings import Settings
from healthcheckd.store.database import Store
from healthcheckd.store.lock import AlreadyRunning
from healthcheckd.store.viewing import StoreViews

logger = logging.getLogger("healthcheckd")


async def run_daemon(path: Path | None, settings: Settings, environ: Mapping[str, str]) -> int:
    """Until a signal; returns the exit code."""
    clock, notifier, hub = SystemClock(), Notifier(environ), EventHub()
    meters, feed = build_meters(settings), build_feed(settings)
    async with opened(settings, clock, notifier) as store:
        timetable = Timetable(bells_of(settings), zone_of(settings), settings.jobs.jitter)

        def publish(events: Sequence[Event]) -> None:
            chronicle(events)
            hub.publish(events)
            if meters is not None:
                meters.publish(events)
            if feed is not None:
                feed.publish(events)
            if events:
                daemon.engine.wake()

        engine = build_engine(settings, store, clock, publish, meter=meters)
        daemon = Daemon(engine, store, timetable, clock, notifier)
        doors, certificate = Doors(settings, lambda: daemon.engine.settings, store, clock), Certificate(settings.http)
        look = viewpoint(store, clock, lambda: daemon.engine, timetable)
        reload = Reloader(path, environ, daemon, store, clock, notifier, publish, certificate.renew)
        async with AsyncExitStack() as open_doors:
            views = StoreViews(store.path, look)
            open_doors.push_async_callback(views.close)
            backstage = Backstage(store, clock, lambda: daemon.engine, hub)
            hooks = HookService(backstage)
            control = build_control(backstage, views, reload, hooks)
            await doors.open_control(open_doors, control)
            await doors.open_http(open_doors, control, certificate, feed)
            await doors.open_hooks(open_doors, hooks)
            await open_metrics(open_doors, settings, views, meters)
            open_doors.callback(hub.close)
            await daemon.run(reload.on_signal)
    logger.info("Stopped", extra={"action": "stopped"})
    return ExitCode.OK


async def run_once(settings: Settings, job: str) -> int:
    """One run of one job; what it made due is sent within the grace time. Where a daemon runs, it does the work."""
    clock = SystemClock()
    try:
        async with opened(settings, clock, Notifier({})) as store:
            return await _one_run(settings, store, clock, job)
    except AlreadyRunning as running:
        logger.info("%s; triggering the job there", running.what, extra={"action": "triggered"})
        client = ControlClient(settings.control.socket, timeout=None)
        await asyncio.to_thread(client.post, f"/cron/trigger/{job}")
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
        try:
            await store.life.stopped(clock.now())
        finally:
            await store.close()


async def _one_run(settings: Settings, store: Store, clock: Clock, job: str) -> int:
    engine = build_engine(settings, store, clock, chronicle)
    try:
        record = await engine.runs.run(job, "once")
        await _finish_due(engine)
    finally:
        await asyncio.gather(engine.runs.cut_off(), engine.reconnector.cut_off())
        await engine.close()
    return ExitCode.FAILED if record.error else ExitCode.OK


async def _finish_due(engine: Engine) -> None:
    """Attempts under way are finished, and what became due is sent, within the grace time."""
    try:
        async with asyncio.timeout(engine.settings.daemon.grace.total_seconds()):
            await engine.reconnector.finish()
            while engine.outbox is not None and await engine.outbox.deliver_due():
                pass
            await engine.courier.deliver_due()
    except TimeoutError:
        logger.warning("Not all that is due was done in time; it stays owed", extra={"action": "once_late"})
