"""What gateways post: whether it is theirs, on to the engine in force; and what to set in them so that they post."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.errors import UnknownName
from healthcheckd.gateways.hooks import HOOKS
from healthcheckd.gateways.signatures import same
from healthcheckd.ports.control import Caller, HookReport
from healthcheckd.ports.hooks import NOTHING, Hook, HookRefused
from healthcheckd.settings import GatewaySettings, HooksSettings

MASK = "****"
ANYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - told apart, not listened on


@dataclass(frozen=True, slots=True)
class HookService:
    """Fills `Hooks`, and the part of `GatewayCommands` that explains them. `heard_at` is when each gateway last posted
    something that was its own."""

    backstage: Backstage
    heard_at: dict[str, datetime] = field(default_factory=dict)

    async def take(self, gateway: str, secret: str, headers: Mapping[str, str], body: bytes) -> str:
        hook = self._hook(gateway)
        if not same(secret, _path_secret(hook, self._settings(gateway))):
            raise HookRefused("the secret in its path is not right")
        understood = hook.understand(headers, body)
        if understood is NOTHING:
            return ""
        self.heard_at[gateway] = self.backstage.clock.now()
        ignored, heard_by = "", None
        # A reload meanwhile puts another engine in force, and the old one may read nothing more.
        while heard_by is not (engine := self.backstage.engine()):
            ignored, heard_by = await engine.hearing.hear(gateway, understood), engine
        return ignored

    def handshake(self, gateway: str, query: Mapping[str, str]) -> str:
        return self._hook(gateway).handshake(query)

    def is_on(self, gateway: str) -> bool:
        engine = self.backstage.engine()
        return gateway in engine.hooks and engine.settings.hooks.listen is not None

    async def report(self, gateway: str, show_secret: bool, caller: Caller) -> HookReport:
        """Showing a secret leaves a trace."""
        self.backstage.gateway(gateway)
        if not show_secret:
            return self._report(gateway, MASK)
        async with self.backstage.act(f"gateways hook {gateway} --show-secret", caller):
            settings = self._settings(gateway)
            return self._report(gateway, settings.hook_secret.reveal() if settings.hook_secret else MASK)

    def _report(self, gateway: str, secret: str) -> HookReport:
        settings, hooks = self._settings(gateway), self.backstage.engine().settings.hooks
        hook = HOOKS[settings.kind](settings)
        shown = secret if secret == MASK else quote(secret, safe="")
        url = f"{_base(hooks)}/hooks/{gateway}{f'/{shown}' if hook.in_path else ''}"
        guide = hook.guide(url, secret)
        on, heard_at = self.is_on(gateway), self.heard_at.get(gateway)
        return HookReport(
            gateway, settings.kind, on, url, guide.values, guide.notes, tuple(_lacks(settings, hooks)), heard_at
        )

    def _hook(self, gateway: str) -> Hook:
        hook = self.backstage.engine().hooks.get(gateway)
        if hook is None:
            raise UnknownName("no gateway of this name has a hook_secret")
        return hook

    def _settings(self, gateway: str) -> GatewaySettings:
        return next(one for one in self.backstage.engine().settings.gateways if one.name == gateway)


def _path_secret(hook: Hook, settings: GatewaySettings) -> str:
    """Nothing where the gateway signs: a secret in the path would then be one that leaked."""
    return settings.hook_secret.reveal() if hook.in_path and settings.hook_secret else ""


def _base(hooks: HooksSettings) -> str:
    if hooks.public_url or hooks.listen is None:
        return hooks.public_url or "http://HOST:PORT"
    host, port = hooks.listen
    return f"http://{'HOST' if host in ANYWHERE else f'[{host}]' if ':' in host else host}:{port}"


def _lacks(settings: GatewaySettings, hooks: HooksSettings) -> Iterator[str]:
    """What our own configuration is still without."""
    if hooks.listen is None:
        yield 'listen under [hooks], such as "0.0.0.0:5001", and a restart of the daemon'
    elif hooks.listen[0] in ANYWHERE and not hooks.public_url:
        yield "public_url under [hooks], or the name of this host in the place of HOST"
    if not settings.hook_secret:
        yield f"hook_secret of gateway {settings.name}"
