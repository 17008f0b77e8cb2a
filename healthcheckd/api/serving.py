"""Listening, and ending so that nobody is cut off in the middle of an answer."""

import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web


@asynccontextmanager
async def serving(app: web.Application, listening: socket.socket, grace: float = 2.0) -> AsyncIterator[None]:
    """Answers at a bound socket while the context lasts; calls under way then have `grace` seconds."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()
