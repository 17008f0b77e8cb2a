"""A gateway that posts to a real listener."""

import asyncio
import hashlib
import hmac
import io
import json
import socket
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from healthcheckd.api.client import account_path
from healthcheckd.api.hooks import create_hooks_app
from healthcheckd.api.visitors import Visitors
from healthcheckd.api.wary import serving_strangers
from healthcheckd.daemon.clock import SystemClock
from tests.integration.daemon.conftest import HOOK_SECRET, World


@dataclass
class Post:
    """A gateway that posts to the listener."""

    world: World
    url: str
    http: aiohttp.ClientSession
    number: int = 0
    headers: dict[str, str] = field(default_factory=dict)

    async def raw(self, body: bytes, headers: Mapping[str, str] | None = None, path: str = "/hooks/main") -> int:
        async with self.http.post(self.url + path, data=io.BytesIO(body), headers=headers or signed(body)) as response:
            assert await response.read() == b""
            return response.status

    async def event(self, kind: str, session: str, payload: object = None, **more: Any) -> int:
        self.number += 1
        event = {"id": f"evt_{self.number}", "timestamp": int(time.time() * 1000), "event": kind, "session": session}
        return await self.raw(json.dumps({**event, "payload": payload or {}, **more}).encode())

    async def message(self, number: str, *, ours: bool = True, session: str = "steady") -> int:
        return await self.event("message.any", session, {"id": number, "fromMe": ours})

    async def account(self, session: str) -> Any:
        return (await self.world.get(account_path(f"main/{session}")))["account"]

    async def counted(self) -> tuple[int, int]:
        """Sent and received by all accounts."""
        return await self.world.store.core.run(
            lambda connection, _: connection.execute(
                "SELECT ifnull(sum(sent), 0), ifnull(sum(received), 0) FROM message_counts"
            ).fetchone()
        )

    def readings(self, session: str) -> int:
        """How often the gateway was asked for this session alone."""
        return sum(one.segments[:3] == ("api", "sessions", session) for one in self.world.simulator.requests)


def signed(body: bytes, secret: str = HOOK_SECRET) -> dict[str, str]:
    return {"X-Webhook-Hmac": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}


async def within_a_second(condition: Callable[[], Awaitable[bool]]) -> None:
    end = time.monotonic() + 1
    while not await condition():
        assert time.monotonic() < end, "it did not come about within a second"
        await asyncio.sleep(0.02)


@asynccontextmanager
async def posting(world: World) -> AsyncIterator[Post]:
    """After a sweep, with hints heeded until the end."""
    await world.sweep()
    listening = socket.create_server(("127.0.0.1", 0))
    listening.setblocking(False)
    url = f"http://127.0.0.1:{listening.getsockname()[1]}"
    reading = asyncio.create_task(world.engine.hints.run(world.engine.stop))
    app = create_hooks_app(world.hooks, SystemClock())
    async with serving_strangers(app, listening, Visitors(100, 10)), aiohttp.ClientSession() as http:
        yield Post(world, url, http)
    world.engine.stop.set()
    await reading
