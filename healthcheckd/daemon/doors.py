"""The doors of the daemon: the control socket, the API on TCP, and the place where gateways post."""

import logging
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from healthcheckd.api.app import Surface, create_app
from healthcheckd.api.doorkeeper import Doorkeeper
from healthcheckd.api.expiring import Expiries
from healthcheckd.api.hooks import CONNECTIONS as HOOK_CONNECTIONS
from healthcheckd.api.hooks import PATIENCE as HOOK_PATIENCE
from healthcheckd.api.hooks import create_hooks_app
from healthcheckd.api.identity import PeerIdentity
from healthcheckd.api.refusals import Refusals
from healthcheckd.api.serving import listening_at, serving
from healthcheckd.api.socket import ControlSocket
from healthcheckd.api.tcp import tcp_surface
from healthcheckd.api.visitors import Visitors, visitors_of
from healthcheckd.api.wary import serving_strangers
from healthcheckd.config.doors import tls_context
from healthcheckd.daemon.live import attach_live
from healthcheckd.daemon.tending import tended
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Control
from healthcheckd.ports.hooks import Hooks
from healthcheckd.settings import HttpSettings, Settings
from healthcheckd.store.database import Store

if TYPE_CHECKING:
    from healthcheckd.web.feed import Feed

logger = logging.getLogger(__name__)


class Certificate:
    """What the API on TCP proves itself with; none where it speaks plainly."""

    def __init__(self, http: HttpSettings) -> None:
        self._http = http
        self.context: ssl.SSLContext | None = tls_context(http) if http.tls_cert else None

    def renew(self) -> None:
        """New connections get what the files hold now; unless that cannot be used."""
        if self.context is None or self._http.tls_cert is None:
            return
        try:
            tls_context(self._http)
            self.context.load_cert_chain(self._http.tls_cert, self._http.tls_key_file, lambda: "")
        except OSError as error:
            logger.error("The certificate cannot be renewed: %s", error, extra={"action": "certificate_kept"})


@dataclass(frozen=True, slots=True)
class Doors:
    """`settings` are those of the start; what a reload changes is asked for by `now`."""

    settings: Settings
    now: Callable[[], Settings]
    store: Store
    clock: Clock

    async def open_control(self, stack: AsyncExitStack, control: Control) -> None:
        """The control socket."""
        path, group = self.settings.control.socket, self.settings.control.manage_group
        door = ControlSocket(path, group)
        bound = door.bind()
        stack.callback(door.close)
        surface = Surface("socket", PeerIdentity(path, group))
        await stack.enter_async_context(serving(create_app(control, self.clock, surface), bound))

    async def open_http(
        self, stack: AsyncExitStack, control: Control, certificate: Certificate, feed: "Feed | None"
    ) -> None:
        """The same over TCP, where it is asked for, and beside it what is told of `feed`."""
        http = self.settings.http
        if http.listen is None:
            return
        refusals = Refusals(self.clock, self._trail)
        await stack.enter_async_context(_telling(refusals))
        doorkeeper = Doorkeeper(http, lambda: self.now().jwt, self.clock, refusals, Expiries(self.store.tokens))
        app = create_app(control, self.clock, tcp_surface(http, doorkeeper))
        if feed is not None:
            attach_live(app, feed, http, doorkeeper, self.clock)
        listening = listening_at(http.listen, "http.listen")
        await stack.enter_async_context(serving_strangers(app, listening, visitors_of(http), certificate.context))
        where = listening.getsockname()[:2]
        logger.info("The API listens at %s:%d%s", *where, http.base_path, extra={"action": "http_ready"})

    async def open_hooks(self, stack: AsyncExitStack, hooks: Hooks) -> None:
        """At an address of its own, so that opening it to gateways opens nothing else."""
        if self.settings.hooks.listen is None:
            return
        listening = listening_at(self.settings.hooks.listen, "hooks.listen")
        app, visitors = create_hooks_app(hooks, self.clock), Visitors(HOOK_CONNECTIONS, HOOK_PATIENCE)
        await stack.enter_async_context(serving_strangers(app, listening, visitors))
        logger.info("Gateways may post to %s:%d", *listening.getsockname()[:2], extra={"action": "hooks_ready"})

    async def _trail(self, who: str, what: str, outcome: str) -> None:
        await self.store.runs.audit(self.clock.now(), who, "token", what, outcome)


@asynccontextmanager
async def _telling(refusals: Refusals) -> AsyncIterator[None]:
    async with tended(refusals.keep_telling(), "refusals", "Refused calls are not told of any more"):
        yield
    await refusals.settle()
