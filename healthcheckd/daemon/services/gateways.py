"""A look at a gateway, for the operator's eyes, and another name for one."""

from dataclasses import dataclass, replace

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.daemon.services.hooks import HookService
from healthcheckd.daemon.services.upkeep import Reload
from healthcheckd.ports.control import Caller, HookReport, Reloaded
from healthcheckd.ports.gateway import GatewayCheck
from healthcheckd.ports.store import Renamed

UNHEARD = "It has posted nothing since the daemon started. What to set there:"


@dataclass(frozen=True, slots=True)
class GatewayService:
    """Fills `GatewayCommands`. Looking changes nothing, so it leaves no trace."""

    backstage: Backstage
    read_anew: Reload
    hooks: HookService

    async def check(self, gateway: str, caller: Caller) -> GatewayCheck:
        """Whether it pushes is known here, and not to the gateway's adapter."""
        found = await self.backstage.gateway(gateway).check()
        on = self.hooks.is_on(gateway)
        unheard = (
            (f"{UNHEARD} healthcheck gateways hook {gateway}",) if on and gateway not in self.hooks.heard_at else ()
        )
        return replace(found, push=on, advice=(*found.advice, *unheard))

    async def hook(self, gateway: str, show_secret: bool, caller: Caller) -> HookReport:
        return await self.hooks.report(gateway, show_secret, caller)

    async def rename(self, gateway: str, to: str, caller: Caller) -> Reloaded:
        async with self.backstage.act(f"gateways rename {gateway} {to}", caller):
            return await self.read_anew(Renamed(gateway, to))
