"""A look at a gateway, for the operator's eyes, and another name for one."""

from dataclasses import dataclass

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.daemon.services.upkeep import Reload
from healthcheckd.ports.control import Caller, Reloaded
from healthcheckd.ports.gateway import GatewayCheck
from healthcheckd.ports.store import Renamed


@dataclass(frozen=True, slots=True)
class GatewayService:
    """Fills `GatewayCommands`. Looking changes nothing, so it leaves no trace."""

    backstage: Backstage
    read_anew: Reload

    async def check(self, gateway: str, caller: Caller) -> GatewayCheck:
        return await self.backstage.gateway(gateway).check()

    async def rename(self, gateway: str, to: str, caller: Caller) -> Reloaded:
        async with self.backstage.act(f"gateways rename {gateway} {to}", caller):
            return await self.read_anew(Renamed(gateway, to))
