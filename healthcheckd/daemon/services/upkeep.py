"""Configuration read anew, copies of the database, and whether the daemon can do its work."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.errors import HealthcheckError
from healthcheckd.ports.control import BackedUp, Caller, Reloaded
from healthcheckd.ports.store import Renamed
from healthcheckd.store.viewing import StoreViews

logger = logging.getLogger(__name__)

Reload = Callable[[Renamed | None], Awaitable[Reloaded]]
"""Reads the configuration and puts it in force, with a gateway under another name; raises and then changes nothing."""


@dataclass(frozen=True, slots=True)
class UpkeepService:
    """Fills `Upkeep`."""

    backstage: Backstage
    views: StoreViews
    read_anew: Reload

    async def reload(self, caller: Caller) -> Reloaded:
        async with self.backstage.act("reload", caller) as act:
            reloaded = await self.read_anew(None)
            act.outcome = "; ".join(reloaded.changes) or "nothing changed"
        return reloaded

    async def backup(self, path: str, caller: Caller) -> BackedUp:
        began = self.backstage.clock.monotonic()
        async with self.backstage.act(f"backup {path}", caller) as act:
            size = await self.backstage.store.backup(Path(path))
            act.outcome = f"{size} bytes"
        return BackedUp(path, size, round(self.backstage.clock.monotonic() - began, 3))

    async def not_ready(self) -> str:
        if self.backstage.engine().stop.is_set():
            return "the daemon is stopping"
        try:
            await self.views.info()
        except HealthcheckError as error:
            return str(error)
        return ""
