"""Hold and release: nothing is restarted or cleaned up meanwhile."""

from dataclasses import dataclass
from datetime import datetime

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import Caller


@dataclass(frozen=True, slots=True)
class HoldService:
    """Fills `HoldControl`."""

    backstage: Backstage

    async def hold(self, gateway: str, until: datetime | None, comment: str, caller: Caller) -> bool:
        now = self.backstage.clock.now()
        if until is not None and until <= now:
            raise UsageError("a hold ends in the future", where="until", hint="healthcheck hold --for 2h")
        async with self.backstage.act(_words("hold", gateway, until), caller) as act:
            self._check(gateway)
            changed = await self.backstage.store.hold(gateway, until, comment, caller.who, now)
            act.outcome = "held" if changed else "it was so already"
        return changed

    async def release(self, gateway: str, caller: Caller) -> bool:
        async with self.backstage.act(_words("release", gateway), caller) as act:
            self._check(gateway)
            changed = await self.backstage.store.release(gateway, self.backstage.clock.now())
            act.outcome = "released" if changed else "nothing was held"
        return changed

    def _check(self, gateway: str) -> None:
        if gateway:
            self.backstage.gateway(gateway)


def _words(verb: str, gateway: str, until: datetime | None = None) -> str:
    words = f"{verb} --gateway {gateway}" if gateway else verb
    return f"{words} until {until.isoformat(timespec='seconds')}" if until else words
