"""What gateways post: whether it is theirs, on to the engine in force; and what to set in them so that they post."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import quote

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.errors import Forbidden, Refused, UnknownName
from healthcheckd.gateways.hooks import HOOKS
from healthcheckd.gateways.installers import BY_HAND, INSTALLERS
from healthcheckd.gateways.signatures import same
from healthcheckd.ports.control import Caller, HookInstalled, HookReport
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
        """Showing a secret leaves a trace, and happens on this machine alone: whoever finds a token finds no more."""
        self.backstage.gateway(gateway)
        if not show_secret:
            return self._report(gateway, MASK)
        async with self.backstage.act(f"gateways hook {gateway} --show-secret", caller):
            if caller.how == "token":
                raise Forbidden(
                    "a secret is not shown over TCP", hint=f"healthcheck gateways hook {gateway} --show-secret"
                )
            settings = self._settings(gateway)
            return self._report(gateway, settings.hook_secret.reveal() if settings.hook_secret else MASK)

    async def install(self, gateway: str, caller: Caller) -> HookInstalled:
        """Only where everything else is set, so that no gateway is made to post into the void."""
        self.backstage.gateway(gateway)
        async with self.backstage.act(f"gateways hook {gateway} --install", caller) as act:
            done = await self._install(self._settings(gateway))
            act.outcome = f"{len(done.set)} set, {len(done.kept)} kept, {len(done.failed)} failed"
            return done

    async def _install(self, settings: GatewaySettings) -> HookInstalled:
        self._check_installable(settings)
        secret = settings.hook_secret.reveal() if settings.hook_secret else ""
        known = await self.backstage.store.sweeps.known(settings.name)
        installer = INSTALLERS[settings.kind](settings, self.backstage.clock)
        try:
            done = await installer.install(self._url(settings, secret), [one.session for one in known if one.active])
        finally:
            await installer.close()
        return HookInstalled(settings.name, settings.kind, done.set, done.kept, done.failed)

    def _check_installable(self, settings: GatewaySettings) -> None:
        command = f"healthcheck gateways hook {settings.name}"
        if why := BY_HAND.get(settings.kind):
            raise Refused(why, where=settings.name, hint=f"{command} says what to set there by hand")
        for lack in _lacks(settings, self.backstage.engine().settings.hooks):
            raise Refused(f"the configuration still needs {lack}", where=settings.name, hint=command)

    def _report(self, gateway: str, secret: str) -> HookReport:
        settings, hooks = self._settings(gateway), self.backstage.engine().settings.hooks
        url = self._url(settings, secret)
        guide = HOOKS[settings.kind](settings).guide(url, secret)
        on, heard_at = self.is_on(gateway), self.heard_at.get(gateway)
        return HookReport(
            gateway, settings.kind, on, url, guide.values, guide.notes, tuple(_lacks(settings, hooks)), heard_at
        )

    def _url(self, settings: GatewaySettings, secret: str) -> str:
        in_path = HOOKS[settings.kind](settings).in_path
        shown = secret if secret == MASK else quote(secret, safe="")
        base = _base(self.backstage.engine().settings.hooks)
        return f"{base}/hooks/{settings.name}{f'/{shown}' if in_path else ''}"

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
