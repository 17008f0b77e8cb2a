"""Listening where anybody may connect: bounded in count, in size and in time."""

import asyncio
import logging
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from healthcheckd.api.addresses import Proxies
from healthcheckd.api.visitors import Visit, Visitors
from healthcheckd.config.urls import is_loopback
from healthcheckd.settings import HttpSettings

GRACE = 2.0
"""Seconds for calls under way, at the end."""

_SILENT = logging.Logger(__name__, logging.CRITICAL)  # noqa: LOG001 - outside the tree, so that no setting wakes it
"""Hears what is no HTTP at all: strangers could fill the log with it."""


@asynccontextmanager
async def serving_strangers(
    app: web.Application, listening: socket.socket, http: HttpSettings, tls: ssl.SSLContext | None = None
) -> AsyncIterator[None]:
    """Answers at a bound socket while the context lasts. Nothing is unpacked: a few kilobytes could become gigabytes.
    The time that a connection may be idle is the time that a request's head has to come in."""
    patience, proxies = http.timeout.total_seconds(), Proxies(http.trusted_proxies)
    visitors = Visitors(http.connections, patience, lambda peer: is_loopback(peer) or proxies.trusts(peer))
    runner = web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=GRACE,
        keepalive_timeout=patience,
        auto_decompress=False,
        logger=_SILENT,
    )
    await runner.setup()
    try:
        answer = runner.server
        if answer is None:
            raise RuntimeError("a runner that is set up has a server")
        server = await asyncio.get_running_loop().create_server(
            lambda: Visit(answer(), visitors),
            sock=listening,
            ssl=tls,
            ssl_handshake_timeout=patience if tls else None,
        )
        try:
            yield
        finally:
            server.close()
    finally:
        await runner.cleanup()
