"""Every door of a real daemon under attack at once, briefly: `python -m tests.benchmarks abuse` takes longer."""

import asyncio
import re
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO

import aiohttp
import pytest

from tests.acceptance.machine import CHECK, Machine, Program, until
from tests.acceptance.web import SECRET, token
from tests.benchmarks.figures import MIB, resident

pytestmark = pytest.mark.acceptance

METRICS = "a-token-for-prometheus-to-show"
TABLES = f"""hook_secret = "a-secret-that-is-long-enough"
[http]
listen = "127.0.0.1:0"
timeout = "1 second"
trusted_proxies = ["127.0.0.1"]
[jwt]
algorithm = "HS256"
secret = "{SECRET}"
[hooks]
listen = "127.0.0.1:0"
[metrics]
listen = "127.0.0.1:0"
token = "{METRICS}"
"""
DOORS = ("The API listens at", "Gateways may post to", "Figures at")
GARBAGE = (
    b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 100_000 + b"\r\n\r\n",
    b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"X-Many: y\r\n" * 5_000 + b"\r\n",
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
)


@dataclass(frozen=True)
class Target:
    here: Machine
    daemon: Program
    api: int
    hooks: int
    metrics: int

    @property
    def ports(self) -> tuple[int, ...]:
        return self.api, self.hooks, self.metrics


@pytest.fixture
async def target(here: Machine) -> Target:
    here.write(TABLES, wait="100 ms", cadence="every 1 second")
    daemon = await here.daemon()
    for words in DOORS:
        await daemon.says(words)
    found = (re.search(rf"{words} 127\.0\.0\.1:(\d+)", daemon.log) for words in DOORS)
    return Target(here, daemon, *(int(one[1]) for one in found if one))


async def raw(port: int, sent: bytes, drips: int = 0) -> bytes:
    """All that is answered; with `drips`, more is sent, a byte at a time."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    answer = asyncio.ensure_future(reader.read(-1))
    with suppress(ConnectionError):
        writer.write(sent)
        for _ in range(drips):
            if (await asyncio.wait({answer}, timeout=0.2))[0]:
                break
            writer.write(b"x")
    try:
        return await asyncio.wait_for(answer, 20)
    except ConnectionError:
        return b""
    finally:
        writer.transport.abort()


async def statuses(times: int, ask: Callable[[int], Awaitable[int]]) -> Counter[int]:
    turns = asyncio.Semaphore(20)

    async def one(number: int) -> int:
        async with turns:
            return await ask(number)

    return Counter(await asyncio.gather(*(one(number) for number in range(times))))


async def drip(at: Target) -> None:
    """At the API and at the hooks; figures are too patient for a short test."""
    head = b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Slow: "
    answers = await asyncio.gather(*(raw(at.api, head, drips=50) for _ in range(60)))
    assert set(answers) == {b""}


async def shout(at: Target) -> None:
    answers = await asyncio.gather(*(raw(port, sent) for port in at.ports for sent in GARBAGE for _ in range(20)))
    # Who is still talking when the line is cut may hear nothing.
    told = [answer for answer in answers if answer]
    assert told
    for answer in told:
        assert answer.split()[1] == b"400"
        assert b"aiohttp" not in answer and b"Server: healthcheckd" in answer


async def guess(at: Target, http: aiohttp.ClientSession) -> None:
    async def ask(number: int) -> int:
        headers = {"Authorization": "Bearer a.b.c", "X-Forwarded-For": f"203.0.113.{number % 10}"}
        async with http.get(f"http://127.0.0.1:{at.api}/api/v1/status", headers=headers) as response:
            return response.status

    assert await statuses(500, ask) == {401: 100, 429: 400}


async def post(at: Target, http: aiohttp.ClientSession) -> None:
    async def ask(number: int) -> int:
        gateway = "main" if number % 2 else f"nowhere-{number}"
        url = f"http://127.0.0.1:{at.hooks}/hooks/{gateway}"
        async with http.post(url, data=b"{}", headers={"X-Webhook-Hmac": "00"}) as response:
            return response.status

    assert await statuses(500, ask) == {401: 250, 404: 250}


async def heap(at: Target, http: aiohttp.ClientSession) -> None:
    async def ask(number: int) -> int:
        url = (f"http://127.0.0.1:{at.api}/api/v1/accounts/import", f"http://127.0.0.1:{at.hooks}/hooks/main")
        async with http.post(url[number % 2], data=BytesIO(b" " * 10_000_000)) as response:
            return response.status

    assert await statuses(10, ask) == {401: 5, 413: 5}


async def test_sweeps_go_on_memory_stays_and_the_log_is_not_filled(target: Target) -> None:
    before = resident(target.daemon.process.pid)
    runs = "SELECT count(*) FROM job_runs WHERE job = ? AND error = '' AND ended_at IS NOT NULL"
    [(swept,)] = target.here.rows(runs, CHECK)
    async with aiohttp.ClientSession() as http:
        await asyncio.gather(drip(target), shout(target), guess(target, http), post(target, http), heap(target, http))
        friend = {"Authorization": f"Bearer {token()}", "X-Forwarded-For": "192.0.2.1"}
        async with http.get(f"http://127.0.0.1:{target.api}/api/v1/cron/status", headers=friend) as response:
            assert response.status == 200
        prometheus = {"Authorization": f"Bearer {METRICS}"}
        async with http.get(f"http://127.0.0.1:{target.metrics}/metrics", headers=prometheus) as response:
            assert (response.status, response.headers["Server"]) == (200, "healthcheckd")
    await until(lambda: target.here.rows(runs, CHECK)[0][0] > swept + 1, "it is swept again")
    assert resident(target.daemon.process.pid) < before + 150 * MIB
    assert "Traceback" not in target.daemon.log
    assert target.daemon.log.count("refused") + target.daemon.log.count("not taken") < 50
    assert len(target.here.rows("SELECT 1 FROM audit")) < 50
