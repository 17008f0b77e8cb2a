"""Whoever comes with Socket.IO, at a real server: strangers, talkers, and those who take nothing."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from yarl import URL

from healthcheckd.daemon.clock import SystemClock
from healthcheckd.domain.accounts import AccountId
from healthcheckd.errors import Forbidden, HealthcheckError, Refused
from healthcheckd.ports.store import Event
from healthcheckd.web.feed import Feed
from healthcheckd.web.guests import Limits
from healthcheckd.web.live import LiveEvents
from tests.acceptance.machine import until

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
QUICK = Limits(handshake=0.3, ping_every=0.4, ping_patience=0.4, farewell=0.3, kept=500, heard=5, largest=2000)


@dataclass(frozen=True, slots=True)
class Someone:
    who: str = "ana"

    def over(self, _: datetime) -> str:
        return ""


@dataclass
class OpenDoor:
    """Lets in whoever says ana."""

    most: int = 100
    met: list[str] = field(default_factory=list)

    def address(self, request: web.Request) -> str:
        return request.headers.get("X-Forwarded-For", "198.51.100.7")

    async def meet(self, request: web.Request) -> None:
        self.met.append(request.method)
        await request.content.wait_eof()

    def room(self, address: str, among: Sequence[str]) -> None:
        if len(among) >= self.most:
            raise Refused("too many clients listen")

    async def let_in(self, _: str, authorization: Sequence[str]) -> Someone:
        if authorization != ("Bearer ana",):
            raise Forbidden("not you")
        return Someone()


@dataclass
class Place:
    live: LiveEvents
    feed: Feed
    door: OpenDoor
    url: str
    session: aiohttp.ClientSession

    async def wire(self, more: str = "") -> aiohttp.ClientWebSocketResponse:
        wire = await self.session.ws_connect(f"{self.url}?EIO=4&transport=websocket{more}", max_msg_size=0)
        assert (await wire.receive_str(timeout=5)).startswith("0")
        return wire

    async def guest(self) -> aiohttp.ClientWebSocketResponse:
        wire = await self.wire()
        await wire.send_str('40{"token":"ana"}')
        assert (await wire.receive_str(timeout=5)).startswith("40{")
        return wire

    async def poller(self) -> str:
        async with self.session.get(f"{self.url}?EIO=4&transport=polling") as answer:
            key = json.loads((await answer.text())[1:])["sid"]
        return f"{self.url}?EIO=4&transport=polling&sid={key}"

    async def post(self, url: str, data: str) -> tuple[int, str]:
        async with self.session.post(url, data=data) as answer:
            return answer.status, await answer.text()


@web.middleware
async def told(request: web.Request, handler: web.RequestHandler) -> web.StreamResponse:
    """As the API tells what went wrong: what is not foreseen is logged as our failure."""
    try:
        return await handler(request)
    except HealthcheckError as error:
        return web.Response(status=409, text=error.what)


async def place(limits: Limits = QUICK, **door: int) -> AsyncIterator[Place]:
    feed, met = Feed(), OpenDoor(**door)
    live = LiveEvents(feed, met, SystemClock(), limits)
    app = web.Application(middlewares=[told])
    app.router.add_route("*", "/socket.io/", live.serve)
    app.on_shutdown.append(lambda _: live.close())
    house = asyncio.create_task(keep(live))
    async with TestServer(app) as server, aiohttp.ClientSession() as session:
        yield Place(live, feed, met, str(server.make_url("/socket.io/")), session)
    house.cancel()


async def keep(live: LiveEvents) -> None:
    while True:
        await asyncio.sleep(0.05)
        await live.tidy()


@pytest.fixture
async def here() -> AsyncIterator[Place]:
    async for made in place():
        yield made


def falls(count: int) -> list[Event]:
    names = {"connection_from": "Connected", "connection_to": "Failed", "health_from": "", "health_to": ""}
    data = {**names, "cause": None, "reason": "fell"}
    return [Event("transition", NOW, AccountId("main", f"shop-{number}"), data) for number in range(count)]


async def emptied(live: LiveEvents, left: int = 0) -> None:
    await until(lambda: len(live) <= left, f"only {left} are left")


async def test_a_stranger_who_stays_one_is_shown_out(here: Place) -> None:
    wire = await here.wire()
    await here.poller()
    assert len(here.live) == 2
    await emptied(here.live)
    assert (await wire.receive(timeout=5)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}


async def test_an_upgrade_that_never_happens_does_not_hold_the_line(here: Place) -> None:
    url = await here.poller()
    silent = await here.session.ws_connect(url.replace("polling", "websocket"))
    with pytest.raises(aiohttp.WSServerHandshakeError) as second:
        await here.session.ws_connect(url.replace("polling", "websocket"))
    assert second.value.status == 409
    assert (await silent.receive(timeout=5)).type is not aiohttp.WSMsgType.TEXT
    await emptied(here.live)


async def test_one_who_never_answers_pings_is_dropped_and_the_others_hear_everything() -> None:
    async for here in place(replace(QUICK, ping_every=0.2, ping_patience=0.3, heard=100)):
        silent, listening = await here.guest(), await here.guest()
        here.feed.publish(falls(50))
        heard = 0
        async with asyncio.timeout(8):
            while heard < 50 or len(here.live) > 1:
                message = await listening.receive_str()
                heard += message.startswith("42")
                if message == "2":
                    await listening.send_str("3")
        assert heard == 50
        while (await silent.receive(timeout=5)).type is aiohttp.WSMsgType.TEXT:
            pass
        assert silent.closed


async def test_one_who_takes_nothing_is_dropped_once_it_is_too_far_behind(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    async for here in place(replace(QUICK, ping_every=25, ping_patience=20)):
        _, stuck_writer = await stuck(here)
        listening, told = await here.guest(), 0
        while len(here.live) > 1:
            here.feed.publish(falls(100))
            told += 100
            await hear(listening, 100)
            assert told < 200_000
        assert [record.__dict__["action"] for record in caplog.records] == ["live_dropped"]
        assert "takes nothing and is let go: ana" in caplog.text
        stuck_writer.close()


async def hear(wire: aiohttp.ClientWebSocketResponse, wanted: int) -> None:
    for _ in range(wanted):
        assert (await wire.receive_str(timeout=5)).startswith("42")


async def stuck(here: Place) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A guest over a bare connection, which reads nothing from then on."""
    host = here.url.split("/")[2]
    reader, writer = await asyncio.open_connection(*host.split(":"), limit=1024)
    head = f"GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\n"
    head += "Connection: Upgrade\r\nSec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    writer.write(head.encode())
    await reader.readuntil(b"\r\n\r\n")
    word = b'40{"token":"ana"}'
    writer.write(bytes([0x81, 0x80 | len(word), 0, 0, 0, 0]) + word)
    await reader.readuntil(b"40{")
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    return reader, writer


async def test_garbage_is_no_failure_of_ours_and_ends_what_it_comes_over(
    here: Place, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    for garbage in ("x", "", "4", "49", "4" + "[" * 1500, "42" + "[" * 1500, "9", "40/admin,", "451-[", "b", "5", "é"):
        wire = await here.wire()
        await wire.send_str(garbage)
        await wire.send_bytes(garbage.encode())
        await wire.close()
        await here.post(await here.poller(), garbage)
        silent = await here.session.ws_connect((await here.poller()).replace("polling", "websocket"))
        await silent.send_str(garbage)
        await silent.close()
    await emptied(here.live)
    assert caplog.records == []


async def test_what_is_too_large_or_not_socket_io_is_refused(here: Place) -> None:
    url = await here.poller()
    assert (await here.post(url, "4" * 2001))[0] == 413
    wire = await here.wire()
    await wire.send_str("4" * 2001)
    assert (await wire.receive(timeout=5)).type in {aiohttp.WSMsgType.CLOSE, aiohttp.WSMsgType.CLOSED}
    for query in ("EIO=3&transport=polling", "EIO=4&transport=flash", "EIO=4&transport=polling&sid=nobody"):
        async with here.session.get(f"{here.url}?{query}") as answer:
            assert answer.status == 400
    assert (await here.post(f"{here.url}?EIO=4&transport=polling", "40"))[0] == 400


@pytest.mark.parametrize(
    ("length", "status"), [("Transfer-Encoding: chunked", 411), (f"Content-Length: {QUICK.largest + 1}", 413)]
)
async def test_a_body_that_is_too_large_or_without_end_is_not_waited_for(here: Place, length: str, status: int) -> None:
    at = URL(here.url)
    reader, writer = await asyncio.open_connection(at.host, at.port)
    writer.write(f"POST {at.path}?EIO=4&transport=polling HTTP/1.1\r\nHost: x\r\n{length}\r\n\r\n".encode())
    head = await asyncio.wait_for(reader.readline(), 5)
    assert int(head.split()[1]) == status
    assert here.door.met == []
    writer.close()


async def test_a_request_that_engine_io_would_let_wait_for_ever_is_answered(here: Place) -> None:
    url = await here.poller()
    async with asyncio.timeout(5):
        await here.post(url, "0")


async def test_a_guest_who_talks_is_let_go(here: Place, caplog: pytest.LogCaptureFixture) -> None:
    wire = await here.guest()
    for _ in range(10):
        await wire.send_str('42["hello"]')
    await emptied(here.live)
    assert "talks, where there is only something to hear" in caplog.text


async def test_nothing_is_compressed_for_it_would_cost_too_much(here: Place) -> None:
    wire = await here.session.ws_connect(f"{here.url}?EIO=4&transport=websocket", compress=15)
    assert not wire.compress


async def test_there_is_room_for_so_many() -> None:
    async for here in place(most=2):
        await here.poller()
        await here.wire()
        async with here.session.get(f"{here.url}?EIO=4&transport=polling") as answer:
            assert (answer.status, await answer.text()) == (409, "too many clients listen")


async def test_a_guest_who_takes_leave_hears_no_more_and_may_come_back(here: Place) -> None:
    wire = await here.guest()
    await wire.send_str("41")
    await asyncio.sleep(0.05)
    here.feed.publish(falls(1))
    await wire.send_str('40{"token":"ana"}')
    assert (await wire.receive_str(timeout=5)).startswith("40{")
    here.feed.publish(falls(1))
    assert (await wire.receive_str(timeout=5)).startswith("42")
