"""Socket.IO at the door of the API on TCP; read only where it can be used, since its library is an extra."""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from aiohttp import web
from yarl import URL

from healthcheckd.api.addresses import Proxies
from healthcheckd.api.doorkeeper import Doorkeeper
from healthcheckd.api.failures import TooLate, TooMany
from healthcheckd.config.urls import is_loopback
from healthcheckd.daemon.tending import tended
from healthcheckd.errors import Forbidden, UnknownName
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import HttpSettings, JwtSettings, Settings

if TYPE_CHECKING:
    from healthcheckd.web.feed import Feed

PATH = "/socket.io"
_FULL_SECONDS = 10.0


def build_feed(settings: Settings) -> "Feed | None":
    """None where nobody could listen."""
    if settings.http.listen is None or find_spec("socketio") is None:
        return None
    from healthcheckd.web.feed import Feed

    return Feed()


def attach_live(app: web.Application, feed: "Feed", http: HttpSettings, doorkeeper: Doorkeeper, clock: Clock) -> None:
    from healthcheckd.web.live import LiveEvents

    live = LiveEvents(feed, LiveDoor(http, doorkeeper), clock)

    async def housekeeping(_: web.Application) -> AsyncIterator[None]:
        async with tended(live.keep_house(), "Socket.IO", "Socket.IO clients are not looked after any more"):
            yield

    async def close(_: web.Application) -> None:
        await live.close()

    for path in (http.base_path + PATH, f"{http.base_path}{PATH}/"):
        app.router.add_get(path, live.serve, allow_head=False)
        app.router.add_post(path, live.serve)
    app.cleanup_ctx.append(housekeeping)
    app.on_shutdown.append(close)


@dataclass(frozen=True, slots=True)
class TokenGuest:
    """Stays while its token would still open the API."""

    who: str
    until: datetime
    jwt: JwtSettings
    in_force: Callable[[], JwtSettings]

    def over(self, now: datetime) -> str:
        if now >= self.until:
            return "the token has expired"
        return "" if self.in_force() == self.jwt else "[jwt] has changed"


class LiveDoor:
    """The doorkeeper's own, for whoever comes with Socket.IO."""

    def __init__(self, http: HttpSettings, doorkeeper: Doorkeeper) -> None:
        self._http = http
        self._doorkeeper = doorkeeper
        self._proxies = Proxies(http.trusted_proxies)

    def address(self, request: web.Request) -> str:
        return self._doorkeeper.address(request.remote or "", request.headers.getall("X-Forwarded-For", ()))

    async def meet(self, request: web.Request) -> None:
        """Raises `UnknownName` while there is no JWT, `Forbidden` for another site's page, `TooLate`."""
        if not self._doorkeeper.jwt().algorithm:
            raise UnknownName(f"no {request.method} {request.path}")
        origin = request.headers.get("Origin")
        if origin is not None and not self._ours(origin, request.host):
            raise Forbidden("pages of another origin may not listen", hint="write http.public_url")
        patience = self._http.timeout.total_seconds()
        try:
            async with asyncio.timeout(patience):
                await request.content.wait_eof()
        except TimeoutError as error:
            raise TooLate(f"the body did not come in within {patience:g} s") from error

    def _ours(self, origin: str, host: str) -> bool:
        if self._http.public_url and origin == str(URL(self._http.public_url).origin()):
            return True
        return origin.lower() in {f"{scheme}://{host}".lower() for scheme in ("http", "https")}

    def room(self, address: str, among: Sequence[str]) -> None:
        """As for connections: a quarter for one address. Raises `TooMany`."""
        most = self._http.connections
        exempt = is_loopback(address) or self._proxies.trusts(address)
        if len(among) >= most or (not exempt and among.count(address) >= max(1, most // 4)):
            raise TooMany("too many clients listen", _FULL_SECONDS)

    async def let_in(self, address: str, authorization: Sequence[str]) -> TokenGuest:
        """Raises as the doorkeeper does."""
        jwt = self._doorkeeper.jwt()
        token = await self._doorkeeper.recognise(address, authorization)
        return TokenGuest(token.subject, token.expires_at + jwt.leeway, jwt, self._doorkeeper.jwt)
