"""The wwebjs-api dialect over real HTTP: shapes and status codes as a real server gave them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from tests.integration.simulator.by_hand import KEY, PHONE, Hand

AN_HOUR = 3600.0
ABSENT = (200, {"success": False, "state": None, "message": "session_not_found"})
CLOSED = (200, {"success": False, "state": None, "message": "session closed"})
REFUSED = (403, {"success": False, "error": "Invalid API key"})


@pytest.fixture
async def simulator(hand: Hand) -> AsyncIterator[Simulator]:
    cast = [ScriptedSession(name, script, PHONE, "Ana") for name, script in CATALOGUE.items()]
    async with Simulator(cast, dialect="wwebjs", api_key=KEY, monotonic=hand) as running:
        hand.at = AN_HOUR
        yield running


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(simulator.url, headers={"x-api-key": KEY}) as session:
        yield session


async def ask(client: aiohttp.ClientSession, path: str, **headers: str) -> tuple[int, Any]:
    async with client.get(path, headers=headers) as answer:
        return answer.status, await answer.json(content_type=None)


@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/session/status/alpha", ABSENT),
        ("/session/restart/alpha", ABSENT),
        ("/session/stop/alpha", (200, {"success": True, "message": "Session stopped successfully"})),
        ("/session/qr/alpha", (200, {"success": False, "message": "session_not_found"})),
        ("/client/getClassInfo/alpha", (404, {"success": False, "error": "session_not_found"})),
        ("/session/status/al.pha", (422, {"success": False, "error": "Session should be alphanumerical or -"})),
        ("/session/start/steady", (422, {"success": False, "error": "Session already exists for: steady"})),
        ("/session/status/steady", (200, {"success": True, "state": "CONNECTED", "message": "session_connected"})),
        ("/session/status/needs-restart", CLOSED),
    ],
)
async def test_answers_are_those_that_were_recorded(
    client: aiohttp.ClientSession, path: str, answer: tuple[int, Any]
) -> None:
    assert await ask(client, path) == answer


async def test_ping_wants_no_key_and_all_else_does(client: aiohttp.ClientSession) -> None:
    assert await ask(client, "/ping", **{"x-api-key": "wrong"}) == (200, {"success": True, "message": "pong"})
    for path in ("/session/getSessions", "/session/status/steady", "/session/status/alpha"):
        assert await ask(client, path, **{"x-api-key": "wrong"}) == REFUSED


async def test_what_is_stopped_or_being_started_is_in_no_list(client: aiohttp.ClientSession, hand: Hand) -> None:
    names = (await ask(client, "/session/getSessions"))[1]["result"]
    assert "steady" in names
    assert "stopped" not in names
    assert (await ask(client, "/session/restart/needs-restart"))[1]["message"] == "Restarted successfully"
    assert await ask(client, "/session/status/needs-restart") == ABSENT
    hand.at += 10
    assert (await ask(client, "/session/status/needs-restart"))[1]["state"] == "CONNECTED"


async def test_a_route_that_is_none_is_a_page(client: aiohttp.ClientSession) -> None:
    async with client.get("/session/nonsense") as answer:
        assert (answer.status, answer.content_type) == (404, "text/html")
        assert "Cannot GET /session/nonsense" in await answer.text()
