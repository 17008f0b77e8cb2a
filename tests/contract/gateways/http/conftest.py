"""The client that all adapters share, against a server that does odd things."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from healthcheckd.gateways.http import Client
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Wire, shown
from tests.contract.gateways.worlds import reached_at

FINE = shown({"ok": True})

Connect = Callable[..., Client]


@pytest.fixture
async def client(wire: Wire, clock: QuickClock) -> AsyncIterator[Connect]:
    opened: list[Client] = []

    def connected(*, url: str = "", concurrency: int = 16, **changes: Any) -> Client:
        settings = reached_at(url or wire.url, "waha", **changes)
        opened.append(Client(settings, clock, key_header="X-Api-Key", concurrency=concurrency))
        return opened[-1]

    yield connected
    for each in opened:
        await each.close()
