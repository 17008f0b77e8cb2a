"""Listening where anybody may connect: bounded in count, in size and in time, and telling nothing of what runs here."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from healthcheckd.api.envelope import failed
from healthcheckd.api.failures import DaemonFault, Malformed
from healthcheckd.api.visitors import Visit, Visitors

GRACE = 2.0
"""Seconds for calls under way, at the end."""

_BACKLOG = 1024
"""Connections that wait to be taken: hundreds of programs come back at once when the daemon does."""

_GREETING = 5.0
"""Seconds for the handshake of TLS: whoever is in it is not counted yet."""

_SERVER = "healthcheckd"

_SILENT = logging.Logger(__name__, logging.CRITICAL)  # noqa: LOG001 - outside the tree, so that no setting wakes it
"""Hears what is no HTTP at all: strangers could fill the log with it."""


@asynccontextmanager
async def serving_strangers(
    app: web.Application, listening: socket.socket, visitors: Visitors, tls: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    """Answers at a bound socket while the context lasts. The time that a connection may be idle is the time that a
    request's head has to come in."""
    app.on_response_prepare.append(_sign)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
    await runner.setup()
    try:
        answers = runner.server
        if answers is None:
            raise RuntimeError("a runner that is set up has a server")
        server = await asyncio.get_running_loop().create_server(
            lambda: Visit(_listener(answers, visitors.patience), visitors),
            sock=listening,
            backlog=_BACKLOG,
            ssl=tls,
            ssl_handshake_timeout=min(visitors.patience, _GREETING) if tls else None,
        )
        try:
            yield
        finally:
            server.close()
    finally:
        await runner.cleanup()


def _listener(answers: web.Server, patience: float) -> "_Listener":
    """Nothing is unpacked: a few kilobytes could become gigabytes."""
    loop = asyncio.get_running_loop()
    return _Listener(
        answers, loop=loop, keepalive_timeout=patience, auto_decompress=False, access_log=_SILENT, logger=_SILENT
    )


class _Listener(web.RequestHandler):
    """What is no HTTP never reaches the application, and is answered as everything else is: the library's own answer
    repeats a part of what came, and says which version of what runs here."""

    __slots__ = ()

    def handle_error(
        self,
        request: web.BaseRequest,
        status: int = 500,
        exc: BaseException | None = None,
        message: str | None = None,
    ) -> web.StreamResponse:
        super().handle_error(request, status, exc, message)
        response = failed(Malformed("this is no HTTP request") if status == 400 else DaemonFault("the daemon failed"))
        response.headers["Server"] = _SERVER
        response.force_close()
        return response


async def _sign(_: web.Request, response: web.StreamResponse) -> None:
    response.headers["Server"] = _SERVER
