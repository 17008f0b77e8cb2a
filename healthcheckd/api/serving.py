"""Listening, and ending so that nobody is cut off in the middle of an answer."""

import logging
import os
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from healthcheckd.errors import ConfigurationError, Fault

_SILENT = logging.Logger(__name__, logging.CRITICAL)  # noqa: LOG001 - outside the tree, so that no setting wakes it
"""Hears what cannot be parsed; failures of ours are told by whoever answers."""


@asynccontextmanager
async def serving(
    app: web.Application, listening: socket.socket, grace: float = 2.0, *, strangers: bool = False
) -> AsyncIterator[None]:
    """Answers at a bound socket while the context lasts; calls under way then have `grace` seconds. Where `strangers`
    may call nothing is unpacked, since a few kilobytes of theirs could fill the memory before anybody looks at them,
    and what is no HTTP at all is not logged, since they could fill the log."""
    wary: dict[str, Any] = {"auto_decompress": False, "logger": _SILENT} if strangers else {}
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=grace, **wary)
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
