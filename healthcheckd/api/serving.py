"""Listening, and ending so that nobody is cut off in the middle of an answer."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def serving(
    app: web.Application, listening: socket.socket, grace: float = 2.0, *, unpack: bool = True
) -> AsyncIterator[None]:
    """Answers at a bound socket while the context lasts; calls under way then have `grace` seconds. Where strangers may
    post, do not `unpack`: a few kilobytes of theirs could fill the memory before anybody looks at them."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace, auto_decompress=unpack)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
