"""What strangers and careless programs do to a daemon, each bounded in count and time; what came of it, counted."""

import asyncio
import hashlib
import hmac
import json
import random
import socket
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable
from contextlib import ExitStack, suppress
from io import BytesIO

import aiohttp

from tests.benchmarks.besieged import HOOK_SECRET, Besieged, token

Outcome = Counter[str]
Attack = Callable[[Besieged], Awaitable[Outcome]]

_LARGE = 10_000_000
_AT_ONCE = 50
_BRIEF = 8.0
_READ = ("status", "accounts?limit=20", "accounts/main/shop-0000001", "cron/status", "history?limit=20")


async def calls(at: Besieged) -> Outcome:
    """200 a second for half a minute, each on time, whether those before were answered or not."""
    outcome, url = Outcome(), f"http://127.0.0.1:{at.api}/api/v1"
    headers = {"Authorization": f"Bearer {token()}", "X-Forwarded-For": "192.0.2.200"}
    async with aiohttp.ClientSession(headers=headers, connector=aiohttp.TCPConnector(limit=200)) as http:
        asked = []
        for number in range(6_000):
            asked.append(asyncio.create_task(_get(http, f"{url}/{_READ[number % len(_READ)]}", outcome)))
            if number % 10 == 9:
                await asyncio.sleep(0.05)
        await asyncio.gather(*asked)
    return outcome


async def listeners(at: Besieged) -> Outcome:
    """500 clients of Socket.IO, each told everything."""
    outcome = Outcome()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        await asyncio.gather(*(_listen(http, at, outcome) for _ in range(500)))
    return outcome


async def _listen(http: aiohttp.ClientSession, at: Besieged, outcome: Outcome, seconds: float = 20.0) -> None:
    await asyncio.sleep(random.uniform(0, 5))
    url = f"ws://127.0.0.1:{at.api}/socket.io/?EIO=4&transport=websocket"
    try:
        async with http.ws_connect(url) as wire, asyncio.timeout(seconds):
            await wire.send_str("40" + json.dumps({"token": token()}))
            async for message in wire:
                said = str(message.data)
                outcome["let in"] += said.startswith("40")
                outcome["told"] += said.startswith("42")
                if said == "2":
                    await wire.send_str("3")
        outcome["cut off"] += 1
    except TimeoutError:
        outcome["stayed"] += 1
    except aiohttp.ClientError as error:
        outcome[type(error).__name__] += 1


async def slow_loris(at: Besieged) -> Outcome:
    """300 heads and bodies at each door that come a byte at a time."""
    outcome = Outcome()
    head = b"GET /api/v1/status HTTP/1.1\r\nHost: x\r\nX-Slow: "
    body = b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"
    own = f"POST /api/v1/hold HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token()}\r\nContent-Length: 100000\r\n\r\n"
    drips = [(at.api, head), (at.api, own.encode()), (at.hooks, head), (at.hooks, body), (at.metrics, head)]
    await asyncio.gather(*(_drip(*drips[number % 5], outcome) for number in range(300)))
    return outcome


async def half_open(at: Besieged) -> Outcome:
    """1,500 connections that say nothing, and 300 that ask and close their side."""
    outcome = Outcome()
    quiet = (_drip(port, b"", outcome) for port in (at.api, at.hooks, at.metrics) for _ in range(500))
    closed = (_raw(at.api, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n", outcome, close=True) for _ in range(300))
    await asyncio.gather(*quiet, *closed)
    return outcome


async def _drip(port: int, first: bytes, outcome: Outcome) -> None:
    """Until it is let go; one that says nothing first says nothing later."""
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        outcome["not connected"] += 1
        return
    writer.write(first)
    answer, began = asyncio.ensure_future(_all_of(reader)), time.monotonic()
    while not answer.done() and time.monotonic() - began < 4 * _BRIEF:
        await asyncio.wait({answer}, timeout=0.5)
        if first and not writer.is_closing():
            writer.write(b"x")
    outcome[_status(await answer) if answer.done() else "still open"] += 1
    answer.cancel()
    writer.transport.abort()


async def large_bodies(at: Besieged) -> Outcome:
    """10 MB each: 100 from strangers, 100 posted as hooks, and 20 from one who may, to be looked at."""
    outcome, body = Outcome(), b"[" + b" " * (_LARGE - 2) + b"]"
    may = {"Authorization": f"Bearer {token()}"}
    api, hook = f"http://127.0.0.1:{at.api}/api/v1/accounts/import", f"http://127.0.0.1:{at.hooks}/hooks/main"
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE)) as http:
        posts = [_post(http, api, body, {}, outcome) for _ in range(100)]
        posts += [_post(http, hook, body, {}, outcome) for _ in range(100)]
        posts += [_post(http, f"{api}?dry_run=yes", body, may, outcome) for _ in range(20)]
        await asyncio.gather(*posts)
    return outcome


async def deaf_readers(at: Besieged) -> Outcome:
    """50 readers of the stream of events and 50 of Socket.IO that never read, and ask much more besides."""
    bearer = f"Authorization: Bearer {token()}\r\nX-Forwarded-For: 192.0.2.201\r\n"
    upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
    upgrade += "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
    stream = f"GET /api/v1/events HTTP/1.1\r\nHost: x\r\n{bearer}\r\n"
    live = f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: x\r\n{bearer}{upgrade}\r\n"
    asks = f"GET /api/v1/accounts HTTP/1.1\r\nHost: x\r\n{bearer}\r\n" * 200
    says = _frame(b"40" + json.dumps({"token": token()}).encode())
    left = Outcome()
    before = at.files()
    for what, sent in (("stream", stream.encode()), ("Socket.IO", live.encode() + says), ("answers", asks.encode())):
        with ExitStack() as wires:
            for _ in range(50):
                await _deaf(at.api, sent, wires.enter_context(socket.socket()))
            await asyncio.sleep(10)
            left[f"{what} open after 10 s"] = at.files() - before
    return left


async def _deaf(port: int, sent: bytes, wire: socket.socket) -> None:
    """With hardly any room for what it is told."""
    loop = asyncio.get_running_loop()
    wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
    wire.setblocking(False)
    await loop.sock_connect(wire, ("127.0.0.1", port))
    await loop.sock_sendall(wire, sent)


def _frame(payload: bytes) -> bytes:
    """As a client sends a text (RFC 6455, 5.2), masked by zeros."""
    return bytes([0x81, 0x80 | 126]) + len(payload).to_bytes(2) + bytes(4) + payload


async def bad_tokens(at: Besieged) -> Outcome:
    """10,000 from one address, by all its hands."""
    stem = token()[:-6]
    tokens = [f"{stem}{number:06}" for number in range(10_000)]
    return await _hammer(at.api, "/api/v1/status", ({"Authorization": f"Bearer {one}"} for one in tokens))


async def many_addresses(at: Besieged) -> Outcome:
    """20,000 addresses that a trusted proxy tells of, one call each with a bad token."""
    addresses = (f"203.{number >> 16}.{number >> 8 & 255}.{number & 255}" for number in range(20_000))
    sent = ({"X-Forwarded-For": address, "Authorization": "Bearer a.b.c"} for address in addresses)
    return await _hammer(at.api, "/api/v1/status", sent)


async def hooks(at: Besieged) -> Outcome:
    """9,000 posts: a third signed, a third with a wrong signature, a third for gateways that are not there."""
    outcome = Outcome()
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE)) as http:
        for first in range(0, 9_000, _AT_ONCE):
            posts = (_hook(http, at.hooks, number, outcome) for number in range(first, first + _AT_ONCE))
            await asyncio.gather(*posts)
    return outcome


async def _hook(http: aiohttp.ClientSession, port: int, number: int, outcome: Outcome) -> None:
    session, now = f"shop-{number % 300:07}", int(time.time() * 1000)
    event = {"event": "session.status", "session": session, "timestamp": now, "payload": {"status": "WORKING"}}
    body = json.dumps({"id": f"evt_{number}", **event}).encode()
    secret = HOOK_SECRET if number % 3 == 0 else "another secret"
    headers = {"X-Webhook-Hmac": hmac.new(secret.encode(), body, hashlib.sha512).hexdigest()}
    gateway = f"nowhere-{number}" if number % 3 == 2 else "main"
    await _post(http, f"http://127.0.0.1:{port}/hooks/{gateway}", body, headers, outcome)


async def huge_heads(at: Besieged) -> Outcome:
    """1,500 at each door: one line of 200 kB, 5,000 lines, an address of 100 kB, and what is no HTTP."""
    heads = (
        b"GET /livez HTTP/1.1\r\nHost: x\r\nX-Long: " + b"y" * 200_000 + b"\r\n\r\n",
        b"GET /livez HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X-%d: y\r\n" % each for each in range(5_000)) + b"\r\n",
        b"GET /" + b"y" * 100_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n",
    )
    sent = [(port, head) for port in (at.api, at.hooks, at.metrics) for head in heads for _ in range(375)]
    return await _raws(sent)


async def pipelining(at: Besieged) -> Outcome:
    """60 connections that ask hundreds of times each without waiting for an answer."""
    bearer = f"Authorization: Bearer {token()}\r\nX-Forwarded-For: 192.0.2.202\r\n"
    asks = (
        (at.api, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n" * 400),
        (at.api, f"GET /api/v1/cron/status HTTP/1.1\r\nHost: x\r\n{bearer}\r\n".encode() * 200),
        (at.hooks, b"POST /hooks/main HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\n\r\n{}" * 400),
    )
    return await _raws([asks[number % 3] for number in range(60)])


async def _hammer(port: int, path: str, headers: Iterable[dict[str, str]]) -> Outcome:
    outcome, url, kept = Outcome(), f"http://127.0.0.1:{port}{path}", iter(headers)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=_AT_ONCE)) as http:

        async def worker() -> None:
            for shown in kept:
                await _get(http, url, outcome, shown)

        await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
    return outcome


async def _raws(sent: Iterable[tuple[int, bytes]]) -> Outcome:
    outcome, turns = Outcome(), asyncio.Semaphore(_AT_ONCE)

    async def one(port: int, content: bytes) -> None:
        async with turns:
            await _raw(port, content, outcome)

    await asyncio.gather(*(one(port, content) for port, content in sent))
    return outcome


async def _raw(port: int, content: bytes, outcome: Outcome, close: bool = False) -> None:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(content)
        if close:
            writer.write_eof()
        async with asyncio.timeout(_BRIEF * 2):
            answers = await _all_of(reader)
        outcome[_status(answers)] += max(answers.count(b"HTTP/1.1 "), 1)
        writer.transport.abort()
    except TimeoutError:
        outcome["still open"] += 1
    except OSError:
        outcome["not connected"] += 1


async def _all_of(reader: asyncio.StreamReader) -> bytes:
    """What comes until the end, however that comes."""
    found = b""
    with suppress(ConnectionError):
        while came := await reader.read(65_536):
            found += came
    return found


def _status(answer: bytes) -> str:
    return answer.split(b" ", 2)[1].decode() if answer.startswith(b"HTTP/") else "let go"


async def _get(http: aiohttp.ClientSession, url: str, outcome: Outcome, headers: dict[str, str] | None = None) -> None:
    try:
        async with http.get(url, headers=headers) as response:
            await response.read()
            outcome[str(response.status)] += 1
    except aiohttp.ClientError as error:
        outcome[type(error).__name__] += 1


async def _post(http: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str], outcome: Outcome) -> None:
    try:
        async with http.post(url, data=BytesIO(body), headers=headers) as response:
            await response.read()
            outcome[str(response.status)] += 1
    except aiohttp.ClientError as error:
        outcome[type(error).__name__] += 1
