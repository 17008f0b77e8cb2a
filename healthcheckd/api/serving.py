"""Listening, and ending so that nobody is cut off in the middle of an answer."""

import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from healthcheckd.errors import ConfigurationError, Fault


@asynccontextmanager
async def serving(app: web.Application, listening: socket.socket, grace: float = 2.0) -> AsyncIterator[None]:
    """Answers at a bound socket while the context lasts; calls under way then have `grace` seconds. For people who are
    known: where strangers may call, `serving_strangers` is."""
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace)
    await runner.setup()
    try:
        await web.SockSite(runner, listening).start()
        yield
    finally:
        await runner.cleanup()


def listening_at(address: tuple[str, int], key: str) -> socket.socket:
    """Raises ConfigurationError for an address that cannot be had."""
    host, port = address
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        listening = socket.create_server(address, family=family)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else str(error)
        fault = Fault("", key, f"{host}:{port}", f"cannot be listened on: {reason.lower()}")
        raise ConfigurationError([fault]) from None
    listening.setblocking(False)
    return listening
