"""A look at a gateway, for the operator's eyes."""

from dataclasses import dataclass

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.ports.control import Caller
from healthcheckd.ports.gateway import GatewayCheck


@dataclass(frozen=True, slots=True)
class GatewayService:
    """Fills `GatewayCommands`. Looking changes nothing, so it leaves no trace."""

    backstage: Backstage

    async def check(self, gateway: str, caller: Caller) -> GatewayCheck:
        return await self.backstage.gateway(gateway).check()
