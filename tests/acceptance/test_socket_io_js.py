"""Socket.IO from a real daemon, heard by the JavaScript client that browsers and node use."""

import asyncio
import json
import os
import re
import shutil
import signal
import subprocess
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.live import EVENTS, busy, fall
from tests.acceptance.machine import Machine, machine, until
from tests.acceptance.web import Site, token

LISTENER = Path(__file__).with_name("listener.js")
README = Path(__file__).parents[2] / "README.md"


def why_not() -> str:
    """Why these tests cannot run here; empty where they can."""
    if shutil.which("node") is None:
        return "there is no node here"
    found = subprocess.run(["node", "-e", 'require("socket.io-client")'], capture_output=True, check=False)
    if found.returncode:
        return "node finds no socket.io-client: npm install it in a folder, and set NODE_PATH=that/node_modules"
    return ""


pytestmark = [pytest.mark.acceptance, pytest.mark.skipif(bool(why_not()), reason=why_not())]


@dataclass
class Listener:
    process: asyncio.subprocess.Process
    told: list[dict[str, Any]] = field(default_factory=list)

    async def read(self) -> None:
        assert self.process.stdout is not None
        async for line in self.process.stdout:
            self.told.append(json.loads(line))

    def of(self, event: str) -> list[Any]:
        return [one.get("data") for one in self.told if one["event"] == event]

    async def hears(self, event: str, times: int = 1) -> Any:
        await until(lambda: len(self.of(event)) >= times, f"{event} among {self.told}", 25)
        return self.of(event)[times - 1]

    async def back(self) -> None:
        """Until it heard that the account is up again."""
        status = EVENTS[0]
        await until(lambda: self.of(status) and self.of(status)[-1]["status"] == "Connected", "it is back", 25)


Listen = Callable[..., Awaitable[Listener]]


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Machine]:
    """Its accounts are quick to be set up again."""
    cast = [ScriptedSession(name, CATALOGUE["steady"], f"44207946010{n}") for n, name in enumerate(("shop", "bakery"))]
    async with machine(tmp_path, cast, speed=20) as made:
        yield made


@pytest.fixture
async def listen() -> AsyncIterator[Listen]:
    started: list[tuple[asyncio.subprocess.Process, asyncio.Task[None]]] = []

    async def start(api: Site, shown: str, **options: object) -> Listener:
        chosen = {"path": f"{api.base}/socket.io", "auth": {"token": shown}, "reconnectionDelay": 100, **options}
        order = json.dumps({"url": api.url.removesuffix(api.base), "options": chosen})
        listener = Listener(await node(str(LISTENER), order))
        started.append((listener.process, asyncio.create_task(listener.read())))
        return listener

    yield start
    for process, reading in started:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await reading


async def node(*words: str, **more: str) -> asyncio.subprocess.Process:
    env = {**os.environ, **more}
    return await asyncio.create_subprocess_exec("node", *words, stdout=asyncio.subprocess.PIPE, env=env)


@pytest.mark.parametrize("transports", [["polling", "websocket"], ["websocket"], ["polling"]])
async def test_all_three_events_are_heard_as_an_account_falls_and_is_reconnected(
    here: Machine, listen: Listen, transports: list[str]
) -> None:
    api = await busy(here)
    listener = await listen(api, token(), transports=transports)
    await listener.hears("connect")
    if len(transports) == 2:
        assert await listener.hears("upgrade") == "websocket"
    fall(api)
    await listener.back()
    status, reconnecting, health = (listener.of(event)[0] for event in EVENTS)
    assert (status.keys(), status["accountId"]) == ({"accountId", "status", "metadata"}, "main/shop")
    assert reconnecting == {"accountId": "main/shop", "attempt": 1, "maxAttempts": 1000, "nextAttemptIn": 0}
    assert (health["status"], health["previousStatus"], health["cause"]) == ("Warning", "Healthy", "unknown")


async def test_a_refusal_says_why(here: Machine, listen: Listen) -> None:
    api = await busy(here)
    for shown, why in (("a.b.c", "this is no token"), (token("bob", "read"), "user bob lacks the permission")):
        told = await (await listen(api, shown)).hears("connect_error")
        assert told["message"].startswith(why)
        assert told["data"]["hint"].startswith("healthcheck token")


async def test_it_ends_with_its_token(here: Machine, listen: Listen) -> None:
    api = await busy(here, tokens='leeway = "0 seconds"')
    listener = await listen(api, token(lasts=timedelta(seconds=4)))
    await listener.hears("connect")
    assert await listener.hears("disconnect") == "io server disconnect"


async def test_it_comes_back_after_the_daemon_was_restarted(here: Machine, listen: Listen) -> None:
    api = await busy(here, base="/wa")
    both = [await listen(api, token(), transports=[transport]) for transport in ("websocket", "polling")]
    for listener in both:
        await listener.hears("connect")
    api.daemon.signal(signal.SIGTERM)
    assert await api.daemon.ends(6) == 0
    await here.daemon()
    for listener in both:
        assert await listener.hears("disconnect") in {"transport close", "transport error"}
        await listener.hears("connect", times=2)
    fall(api)
    for listener in both:
        await listener.back()


async def test_the_readmes_own_example_works_as_it_stands(here: Machine, tmp_path: Path) -> None:
    (example,) = re.findall(r"^```javascript\n(.*?)^```$", README.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    assert "http://localhost:5000" in example
    api = await busy(here)
    (tmp_path / "example.js").write_text(example.replace("http://localhost:5000", api.url))
    process = await node(str(tmp_path / "example.js"), TOKEN=token())
    assert process.stdout is not None
    heard = b""
    try:
        async with asyncio.timeout(30):
            heard += await process.stdout.readline()
            fall(api)
            while b"status: 'Connected'" not in heard:
                heard += await process.stdout.readline()
    finally:
        process.kill()
        await process.wait()
    for words in (b"Connection status: {", b"Reconnecting: {", b"Health: {", b"accountId: 'main/shop'"):
        assert words in heard
