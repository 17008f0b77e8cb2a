"""A look at a gateway, for the operator's eyes, and another name for one."""

from dataclasses import dataclass, replace

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.daemon.services.hooks import HookService
from healthcheckd.daemon.services.upkeep import Reload
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.fingerprint import fingerprint
from healthcheckd.ports.control import Caller, HookInstalled, HookReport, Reloaded
from healthcheckd.ports.gateway import Gateway, GatewayCheck
from healthcheckd.ports.store import Renamed

UNHEARD = "It has posted nothing since the daemon started. What to set there:"

STRANGE = frozenset({GatewayFault.UNAUTHORIZED, GatewayFault.NOT_FOUND, GatewayFault.BAD_ANSWER})
"""What a gateway of another kind answers to our questions."""


@dataclass(frozen=True, slots=True)
class GatewayService:
    """Fills `GatewayCommands`. Looking changes nothing, so it leaves no trace."""

    backstage: Backstage
    read_anew: Reload
    hooks: HookService

    async def check(self, gateway: str, caller: Caller) -> GatewayCheck:
        """Whether it pushes is known here, and not to the gateway's adapter."""
        asked = self.backstage.gateway(gateway)
        try:
            found = await asked.check()
        except GatewayError as error:
            raise await self._another_kind(asked, error) from error
        on = self.hooks.is_on(gateway)
        unheard = (
            (f"{UNHEARD} healthcheck gateways hook {gateway}",) if on and gateway not in self.hooks.heard_at else ()
        )
        return replace(found, kind=asked.kind, push=on, advice=(*found.advice, *unheard))

    async def _another_kind(self, asked: Gateway, error: GatewayError) -> GatewayError:
        """The same error, unless what answers there is another kind of gateway than configured."""
        if error.fault not in STRANGE:
            return error
        settings = next(one for one in self.backstage.engine().settings.gateways if one.name == asked.name)
        try:
            kind = await fingerprint(settings, self.backstage.clock)
        except GatewayError:
            return error
        if kind == asked.kind:
            return error
        what = f"this is {kind}, and the configuration says {asked.kind}"
        return GatewayError(GatewayFault.BAD_ANSWER, what, where=settings.url, hint=f'kind = "{kind}"')

    async def hook(self, gateway: str, show_secret: bool, caller: Caller) -> HookReport:
        return await self.hooks.report(gateway, show_secret, caller)

    async def install_hook(self, gateway: str, caller: Caller) -> HookInstalled:
        return await self.hooks.install(gateway, caller)

    async def rename(self, gateway: str, to: str, caller: Caller) -> Reloaded:
        async with self.backstage.act(f"gateways rename {gateway} {to}", caller):
            return await self.read_anew(Renamed(gateway, to))
