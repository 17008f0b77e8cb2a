"""The real application at a real Unix socket, over a daemon that is made up, asked by the real client."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.api.app import Surface, create_app
from healthcheckd.api.client import ControlClient
from healthcheckd.api.serving import serving
from healthcheckd.api.socket import ControlSocket
from healthcheckd.ports.control import Caller
from tests.contract.api.fakes import FakeDaemon, KnownCaller, StillClock

ANA = Caller("ana", may_read=True, may_manage=True)


@pytest.fixture
async def daemon() -> FakeDaemon:
    return FakeDaemon()


@pytest.fixture
def identity() -> KnownCaller:
    return KnownCaller()


@pytest.fixture
async def client(daemon: FakeDaemon, identity: KnownCaller, tmp_path: Path) -> AsyncIterator[ControlClient]:
    control_socket = ControlSocket(tmp_path / "control.sock", "nobody-is-in-this-group")
    app = create_app(daemon.control(), StillClock(), Surface("socket", identity))
    async with serving(app, control_socket.bind()):
        yield ControlClient(control_socket.path, timeout=10)


Ask = Callable[..., Any]


@pytest.fixture
def ask(client: ControlClient) -> Ask:
    """Ask from a thread of its own, as another process would."""

    async def asked(method: str, path: str, params: Iterable[tuple[str, str]] = (), body: object = None) -> Any:
        return await asyncio.to_thread(client.ask, method, path, tuple(params), body)

    return asked
