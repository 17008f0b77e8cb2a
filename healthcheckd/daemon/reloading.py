"""A new configuration put in force while running: checked whole, or refused with the old one kept."""

import asyncio
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path

from healthcheckd.config import check, load
from healthcheckd.daemon import logs
from healthcheckd.daemon.lifecycle import Daemon
from healthcheckd.daemon.systemd import Notifier
from healthcheckd.daemon.wiring import bells_of, build_engine, policy_of, zone_of
from healthcheckd.errors import HealthcheckError, Refused, UnknownName
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Reloaded
from healthcheckd.ports.events import Publish
from healthcheckd.ports.store import Renamed
from healthcheckd.settings import HEALTH_CHECK, Settings
from healthcheckd.store.database import Store

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Reloader:
    """`environ` is the process's environment as it was at the start."""

    path: Path | None
    environ: Mapping[str, str]
    daemon: Daemon
    store: Store
    clock: Clock
    notifier: Notifier
    publish: Publish
    renew_certificate: Callable[[], None]
    _turn: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def __call__(self, renamed: Renamed | None = None) -> Reloaded:
        """Raises ConfigurationError, or Refused while stopping, and then nothing has changed."""
        async with self._turn:
            loaded = await asyncio.to_thread(load, self.path, self.environ)
            if renamed is not None:
                _check_names(renamed, loaded.settings)
            changes = tuple(_changes(self.daemon.engine.settings, loaded.settings))
            self.notifier.reloading()
            try:
                await self._apply(loaded.settings, renamed)
            finally:
                self.notifier.ready(self.daemon.describe())
            return Reloaded(changes, (*loaded.warnings, *check(loaded.settings)))

    async def on_signal(self) -> None:
        """The same for SIGHUP, whose sender hears nothing but the log."""
        try:
            reloaded = await self()
        except HealthcheckError as error:
            for line in str(error).splitlines():
                logger.error(
                    "The new configuration is refused, the old one stays: %s", line, extra={"action": "reload"}
                )
            outcome = f"{error.code}: the old configuration stays"
        else:
            outcome = "; ".join(reloaded.changes) or "nothing changed"
            logger.info("Configuration reloaded: %s", outcome, extra={"action": "reload"})
        await self.store.runs.audit(self.clock.now(), "SIGHUP", "signal", "reload", outcome)

    async def _apply(self, settings: Settings, renamed: Renamed | None) -> None:
        """What can be refused comes first."""
        if self.daemon.stopping:
            raise Refused("the daemon is stopping", hint="healthcheck status")
        now, old = self.clock.now(), self.daemon.engine
        engine = build_engine(settings, self.store, self.clock, self.publish, old.runs.under_way, old.meter)
        logs.set_up(settings.log, self.environ)
        await self.store.sync_configuration(settings, now, renamed)
        self.store.replace_policy(settings, policy_of(settings))
        await self.store.readdress(settings, now)
        await self.store.maintenance.renew(now)
        self.daemon.timetable.change(bells_of(settings), zone_of(settings), settings.jobs.jitter, now)
        self.renew_certificate()
        self.daemon.replace(engine)
        if set(engine.gateways) - set(old.gateways):
            await self.daemon.start_job(HEALTH_CHECK)


def _check_names(renamed: Renamed, settings: Settings) -> None:
    """A file says what gateways are called: the name is changed there first."""
    origins = {gateway.name: gateway.origin for gateway in settings.gateways}
    if renamed.old in origins:
        what = f'write name = "{renamed.new}" there, and the same in the ids of [[accounts]]'
        hint = f"healthcheck gateways rename {renamed.old} {renamed.new}, instead of a reload"
        raise Refused(what, where=str(origins[renamed.old]), hint=hint)
    if renamed.new not in origins:
        raise UnknownName(f"the configuration has no gateway called {renamed.new}", candidates=sorted(origins))


def _changes(old: Settings, new: Settings) -> Iterator[str]:
    """In sentences; what only a restart puts in force says so."""
    for table in (one.name for one in fields(Settings)):
        before, after = getattr(old, table), getattr(new, table)
        if before == after:
            continue
        if table in {"gateways", "accounts", "webhooks"}:
            yield from _members(table, before, after)
        else:
            yield f"[{table}] changed{_restart(table, old, new)}"


def _members(table: str, before: tuple[object, ...], after: tuple[object, ...]) -> Iterator[str]:
    gone, come = len(set(_names(before)) - set(_names(after))), len(set(_names(after)) - set(_names(before)))
    counted = [f"{count} {word}" for count, word in ((come, "added"), (gone, "removed")) if count]
    yield f"{table}: {', '.join(counted) or 'changed'}"


def _names(members: tuple[object, ...]) -> list[str]:
    return [str(getattr(one, "name", None) or getattr(one, "id", "")) for one in members]


def _restart(table: str, old: Settings, new: Settings) -> str:
    moved = table == "daemon" and old.daemon.database != new.daemon.database
    return "; in force after a restart" if moved or table in {"control", "http", "hooks", "metrics"} else ""
