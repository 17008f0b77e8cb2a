"""Where gateways post what they have to tell: an application of its own, that answers nothing else."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from aiohttp import web

from healthcheckd.errors import StoreError, UnknownName
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.hooks import HookOverrun, HookRefused, Hooks

logger = logging.getLogger(__name__)

LARGEST = 1024 * 1024
"""Bytes of one post."""

AT_ONCE = 64
"""Posts that are read at the same time: strangers can fill no more memory than that."""

PATIENCE = 10.0
"""Seconds for a post to come in."""

CONNECTIONS = 2000
"""At the same time. One gateway has a quarter of them: some open one for each event of a thousand sessions."""

EVERY = 60.0
"""Seconds between two log lines about the same."""

_Handler = Callable[[web.Request], Awaitable[web.Response]]

_STATUSES: tuple[tuple[type[Exception], int], ...] = (
    (UnknownName, 404),
    (HookRefused, 401),
    (HookOverrun, 503),
    (StoreError, 503),
    (web.HTTPRequestEntityTooLarge, 413),
    (TimeoutError, 408),
    (ConnectionError, 400),
    (web.RequestPayloadError, 400),
)


class _Complaints:
    """One line in the log a minute for each gateway and kind of trouble, whatever comes in."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._told: dict[tuple[str, str], float] = {}

    def tell(self, request: web.Request, action: str, why: str) -> None:
        """A name that is no gateway's is a stranger's, and not repeated."""
        gateway = "" if action == "hook_unknown" else request.match_info["gateway"]
        now = self._clock.monotonic()
        if now - self._told.get((gateway, action), -EVERY) < EVERY:
            return
        self._told[gateway, action] = now
        told = {"action": action, "gateway": gateway, "source": request.remote}
        whose = f"for gateway {gateway}" if gateway else "for no gateway that pushes"
        logger.warning("A post %s from %s is not taken: %s", whose, request.remote, why, extra=told)


def create_hooks_app(hooks: Hooks, clock: Clock) -> web.Application:
    app = web.Application(client_max_size=LARGEST)
    complaints, turns = _Complaints(clock), asyncio.Semaphore(AT_ONCE)

    async def take(request: web.Request) -> web.Response:
        async with turns, asyncio.timeout(PATIENCE):
            body = await request.read()
        gateway, secret = request.match_info["gateway"], request.match_info.get("secret", "")
        if ignored := await hooks.take(gateway, secret, request.headers, body):
            complaints.tell(request, "hook_ignored", ignored)
        return web.Response(status=204)

    async def shake(request: web.Request) -> web.Response:
        return web.Response(text=hooks.handshake(request.match_info["gateway"], request.query))

    app.router.add_get("/hooks/{gateway}", _guarded(shake, complaints), allow_head=False)
    app.router.add_post("/hooks/{gateway}", _guarded(take, complaints))
    # Evolution may add the name of the event to the address.
    app.router.add_post("/hooks/{gateway}/{secret}{event:(/[a-z-]*)?}", _guarded(take, complaints))
    return app


def _guarded(handler: _Handler, complaints: _Complaints) -> _Handler:
    """Strangers are told no more than a status."""

    async def guarded(request: web.Request) -> web.Response:
        try:
            return await handler(request)
        except Exception as error:
            status = next((status for kind, status in _STATUSES if isinstance(error, kind)), 500)
            if status == 500:
                logger.error("Taking a post failed", exc_info=error, extra={"action": "bug"})
            else:
                complaints.tell(request, _ACTIONS[status], _why(error, status))
            return web.Response(status=status)

    return guarded


_ACTIONS = {
    400: "hook_broken_off",
    401: "hook_refused",
    404: "hook_unknown",
    408: "hook_slow",
    413: "hook_too_large",
    503: "hook_overrun",
}


def _why(error: Exception, status: int) -> str:
    if status == 413:
        return f"it is larger than {LARGEST // 1024} KiB"
    if status == 408:
        return f"it did not come in within {PATIENCE:g} s"
    if status == 400:
        return "it broke off"
    return getattr(error, "what", "")
