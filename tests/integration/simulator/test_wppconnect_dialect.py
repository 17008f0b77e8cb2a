"""The WPPConnect dialect over real HTTP: shapes and status codes as real servers gave them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from tests.integration.simulator.by_hand import KEY, PHONE, Hand

CLOSED = (200, {"status": "CLOSED", "qrcode": None})
AN_HOUR = 3600.0


@pytest.fixture
async def simulator(hand: Hand) -> AsyncIterator[Simulator]:
    cast = [ScriptedSession(name, script, PHONE, "Ana") for name, script in CATALOGUE.items()]
    async with Simulator(cast, dialect="wppconnect", api_key=KEY, monotonic=hand) as running:
        hand.at = AN_HOUR
        yield running


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(simulator.url) as session:
        yield session


async def ask(client: aiohttp.ClientSession, method: str, path: str, **headers: str) -> tuple[int, Any]:
    async with client.request(method, path, headers=headers) as answer:
        return answer.status, await answer.json()


async def call(client: aiohttp.ClientSession, name: str, route: str, method: str = "GET") -> tuple[int, Any]:
    _, made = await ask(client, "POST", f"/api/{name}/{KEY}/generate-token")
    return await ask(client, method, f"/api/{name}/{route}", Authorization=f"Bearer {made['token']}")


async def word(client: aiohttp.ClientSession, name: str) -> str:
    return str((await call(client, name, "status-session"))[1]["status"])


async def test_a_wrong_secret_is_a_bad_request(client: aiohttp.ClientSession) -> None:
    listing = {"response": False, "message": "The token is incorrect"}
    making = {"response": False, "message": "The SECRET_KEY is incorrect"}
    assert await ask(client, "GET", "/api/wrong/show-all-sessions") == (400, listing)
    assert await ask(client, "POST", "/api/steady/wrong/generate-token") == (400, making)


async def test_a_token_opens_its_own_session_alone(client: aiohttp.ClientSession) -> None:
    status, made = await ask(client, "POST", f"/api/steady/{KEY}/generate-token")
    assert (status, made["full"]) == (201, f"steady:{made['token']}")
    bearer = f"Bearer {made['token']}"
    assert (await ask(client, "GET", "/api/steady/status-session", Authorization=bearer))[0] == 200
    for refused in ({}, {"Authorization": "Bearer nonsense"}):
        assert (await ask(client, "GET", "/api/steady/status-session", **refused))[0] == 401
    assert (await ask(client, "GET", "/api/zombie/status-session", Authorization=bearer))[0] == 401


async def test_the_list_names_sessions_and_no_more(client: aiohttp.ClientSession) -> None:
    status, body = await ask(client, "GET", f"/api/{KEY}/show-all-sessions")
    assert (status, set(body["response"])) == (200, set(CATALOGUE) - {"vanishes"})


@pytest.mark.parametrize(
    ("name", "status", "page"),
    [
        ("steady", "CONNECTED", True),
        ("zombie", "CONNECTED", True),
        ("needs-restart", "CONNECTED", False),
        ("stuck", "INITIALIZING", False),
        ("logged-out", "QRCODE", False),
        ("logged-out-failed", "CLOSED", False),
        ("banned", "CLOSED", False),
        ("stopped", "CLOSED", False),
    ],
)
async def test_status_and_check_need_not_agree(
    client: aiohttp.ClientSession, name: str, status: str, page: bool
) -> None:
    assert await word(client, name) == status
    assert (await call(client, name, "check-connection-session"))[1]["status"] is page


async def test_what_never_was_is_as_closed_as_the_rest(client: aiohttp.ClientSession) -> None:
    assert await call(client, "nobody", "status-session") == CLOSED
    assert await call(client, "stopped", "status-session") == CLOSED


async def test_an_old_code_stays_after_linking(client: aiohttp.ClientSession) -> None:
    _, linked = await call(client, "steady", "status-session")
    assert linked["urlcode"]
    _, waiting = await call(client, "logged-out", "status-session")
    assert waiting["urlcode"].startswith("2@")
    assert waiting["urlcode"] != linked["urlcode"]


@pytest.mark.parametrize(
    ("name", "status"), [("steady", 200), ("zombie", 500), ("needs-restart", 404), ("nobody", 404)]
)
async def test_the_host_device_is_known_to_a_living_page(client: aiohttp.ClientSession, name: str, status: int) -> None:
    given, body = await call(client, name, "host-device")
    assert given == status
    if status == 200:
        assert (body["response"]["phoneNumber"], body["response"]["pushname"]) == (f"{PHONE}@c.us", "Ana")


async def test_closing_a_dead_client_fails_and_closes(client: aiohttp.ClientSession, hand: Hand) -> None:
    assert (await call(client, "needs-restart", "start-session", "POST"))[1]["status"] == "CONNECTED"
    hand.at += 10
    assert (await call(client, "needs-restart", "check-connection-session"))[1]["status"] is False
    assert (await call(client, "needs-restart", "close-session", "POST"))[0] == 500
    assert await word(client, "needs-restart") == "CLOSED"
    assert await call(client, "needs-restart", "start-session", "POST") == CLOSED
    hand.at += 10
    assert (await call(client, "needs-restart", "check-connection-session"))[1]["status"] is True


async def test_a_living_client_is_closed_with_success(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    assert (await call(client, "steady", "close-session", "POST"))[0] == 200
    assert (await call(client, "stopped", "close-session", "POST"))[0] == 500
    assert simulator.requests.verbs("steady") == ["close-session"]


async def test_an_unknown_route_is_a_page(client: aiohttp.ClientSession) -> None:
    for path in ("/unhealthy", "/api/x/y/z/w"):
        async with client.get(path) as answer:
            assert (answer.status, answer.content_type) == (404, "text/html")
    assert (await ask(client, "GET", "/healthz"))[1]["message"] == "OK"
