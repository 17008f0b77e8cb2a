"""The Evolution dialect over real HTTP: shapes and status codes as real servers gave them."""

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from tests.integration.simulator.by_hand import KEY, PHONE, Hand

ROW = {"id", "name", "connectionStatus", "ownerJid", "profileName", "integration", "token", "disconnectionReasonCode"}
UNAUTHORIZED = {"status": 401, "error": "Unauthorized", "response": {"message": "Unauthorized"}}
NOTHING_DONE = (200, {"error": True, "message": "[object Object]"})
AN_HOUR = 3600.0


@pytest.fixture(params=["evolution", "evolution-metrics"])
async def simulator(request: pytest.FixtureRequest, hand: Hand) -> AsyncIterator[Simulator]:
    cast = [ScriptedSession(name, script, PHONE, "Ana") for name, script in CATALOGUE.items()]
    async with Simulator(cast, dialect=request.param, api_key=KEY, monotonic=hand) as running:
        yield running


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(simulator.url, headers={"apikey": KEY}) as session:
        yield session


async def ask(client: aiohttp.ClientSession, method: str, path: str, **headers: str) -> tuple[int, Any]:
    async with client.request(method, path, headers=headers) as answer:
        return answer.status, await answer.json()


async def state(client: aiohttp.ClientSession, name: str) -> dict[str, str]:
    _, body = await ask(client, "GET", f"/instance/connectionState/{name}")
    instance: dict[str, str] = body["instance"]
    return instance


def missing(name: str) -> tuple[int, Any]:
    message = [f'The "{name}" instance does not exist']
    return 404, {"status": 404, "error": "Not Found", "response": {"message": message}}


async def test_existence_comes_before_the_key(client: aiohttp.ClientSession) -> None:
    path = "/instance/connectionState"
    assert await ask(client, "GET", f"{path}/nobody", apikey="wrong") == missing("nobody")
    assert await ask(client, "GET", f"{path}/steady", apikey="wrong") == (401, UNAUTHORIZED)
    assert await ask(client, "GET", "/instance/fetchInstances", apikey="wrong") == (401, UNAUTHORIZED)


async def test_the_list_shows_the_database(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    status, rows = await ask(client, "GET", "/instance/fetchInstances")
    by_name = {row["name"]: row for row in rows}
    assert status == 200
    assert set(by_name["steady"]) >= ROW
    assert by_name["steady"]["ownerJid"] == f"{PHONE}@s.whatsapp.net"
    reasons = {name: by_name[name]["disconnectionReasonCode"] for name in ("banned", "needs-restart", "steady")}
    assert reasons == {"banned": 406, "needs-restart": 408, "steady": None}
    assert by_name["logged-out"]["connectionStatus"] == "connecting"


async def test_one_row_is_asked_for_by_its_name(client: aiohttp.ClientSession) -> None:
    _, rows = await ask(client, "GET", "/instance/fetchInstances?instanceName=steady")
    assert [row["name"] for row in rows] == ["steady"]
    status, body = await ask(client, "GET", "/instance/fetchInstances?instanceName=nobody")
    assert (status, body["response"]) == (404, {"message": ['Instance "nobody" not found']})


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("steady", "open"),
        ("zombie", "open"),
        ("needs-restart", "close"),
        ("stuck", "connecting"),
        ("logged-out", "connecting"),
    ],
)
async def test_the_state_is_that_in_memory(client: aiohttp.ClientSession, hand: Hand, name: str, word: str) -> None:
    hand.at = AN_HOUR
    assert await state(client, name) == {"instanceName": name, "state": word}


async def test_what_is_not_loaded_has_no_state_and_cannot_be_started(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    assert await state(client, "stopped") == {"instanceName": "stopped"}
    assert await ask(client, "GET", "/instance/connect/stopped") == NOTHING_DONE
    assert await ask(client, "POST", "/instance/restart/stopped") == NOTHING_DONE


async def test_a_closed_instance_is_revived_by_connect_alone(
    client: aiohttp.ClientSession, simulator: Simulator, hand: Hand
) -> None:
    hand.at = AN_HOUR
    assert await ask(client, "POST", "/instance/restart/needs-restart") == NOTHING_DONE
    assert (await state(client, "needs-restart"))["state"] == "close"
    assert await ask(client, "GET", "/instance/connect/needs-restart") == (200, {"count": 0})
    hand.at += 10
    assert (await state(client, "needs-restart"))["state"] == "open"
    assert simulator.requests.verbs("needs-restart") == ["restart", "connect"]


async def test_a_number_counts_only_when_the_client_is_started(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    _, shown = await ask(client, "GET", "/instance/connect/logged-out?number=1555")
    assert (shown["pairingCode"], shown["code"][:2]) == (None, "2@")
    await ask(client, "GET", "/instance/connect/logged-out-failed?number=1555")
    hand.at += 10
    _, shown = await ask(client, "GET", "/instance/connect/logged-out-failed")
    assert len(shown["pairingCode"]) == 8


@pytest.mark.parametrize(("name", "status"), [("steady", 200), ("zombie", 500), ("needs-restart", 500)])
async def test_only_a_living_client_reaches_whatsapp(
    client: aiohttp.ClientSession, hand: Hand, name: str, status: int
) -> None:
    hand.at = AN_HOUR
    assert (await ask(client, "POST", f"/chat/fetchBusinessProfile/{name}"))[0] == status


async def test_metrics_show_what_is_loaded_where_they_are_on(
    client: aiohttp.ClientSession, simulator: Simulator, hand: Hand, request: pytest.FixtureRequest
) -> None:
    hand.at = AN_HOUR
    async with client.get("/metrics") as answer:
        text = await answer.text()
    if "metrics" not in request.node.callspec.id:
        assert answer.status == 404
        return
    assert 'evolution_instance_state{instance="steady",integration="WHATSAPP-BAILEYS",state="open"} 1' in text
    assert '"stopped"' not in text


async def test_an_unknown_route_is_named(client: aiohttp.ClientSession) -> None:
    status, body = await ask(client, "GET", "/instance/nonsense/steady")
    assert (status, body["response"]["message"]) == (404, ["Cannot GET /instance/nonsense/steady"])
