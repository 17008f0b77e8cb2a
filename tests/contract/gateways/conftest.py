"""Gateways that run, a clock that does not wait, and adapters that are closed afterwards."""

import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from healthcheckd.errors import GatewayError
from healthcheckd.gateways import build
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.wire import Wire
from tests.contract.gateways.worlds import WORLDS, World

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


class QuickClock:
    """Does not wait, and remembers how long it should have."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


@pytest.fixture
def clock() -> QuickClock:
    return QuickClock()


@pytest.fixture(params=WORLDS, ids=lambda world: world.kind)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    opened: World = request.param()
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    server = Wire()
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def connect(clock: QuickClock) -> AsyncIterator[Callable[[GatewaySettings], Gateway]]:
    opened: list[Gateway] = []

    def connected(settings: GatewaySettings) -> Gateway:
        opened.append(build(settings, clock))
        return opened[-1]

    yield connected
    for gateway in opened:
        await gateway.close()


@pytest.fixture
def gateway(world: World, connect: Callable[[GatewaySettings], Gateway]) -> Gateway:
    return connect(world.settings())
