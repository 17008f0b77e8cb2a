"""The WAHA dialect over real HTTP: shapes and status codes as real servers gave them."""

from urllib.parse import quote

import aiohttp
import pytest

from healthcheckd.simulator import ScriptedSession, Simulator, script
from tests.integration.simulator.asking import AN_HOUR, NOT_FOUND, get, post
from tests.integration.simulator.by_hand import PHONE, Hand

ROW = {"name", "status", "config", "me"}
MODERN_ROW = ROW | {"assignedWorker", "presence", "timestamps"}
ODD_NAMES = ["🌵 cactus", "متجر", "two words", "a/b", "a%2Fb", "#?%", "x" * 200, "..x", "a+b&c=d"]


async def test_ping_and_version(client: aiohttp.ClientSession) -> None:
    assert await get(client, "/ping") == (200, {"message": "pong"})
    for path in ("/api/server/version", "/api/version"):
        status, body = await get(client, path)
        assert (status, set(body)) == (200, {"version", "engine", "tier", "browser"})


async def test_server_status_counts_simulated_milliseconds(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = 37.5
    status, body = await get(client, "/api/server/status")
    assert (status, body["uptime"], body["worker"]) == (200, 37_500, {"id": ""})
    assert body["startTimestamp"] > 1_700_000_000_000


async def test_health_is_a_checked_list(client: aiohttp.ClientSession) -> None:
    status, body = await get(client, "/health")
    assert (status, body["status"]) == (200, "ok")


@pytest.mark.parametrize("key", ["", "wrong"])
@pytest.mark.parametrize("path", ["/ping", "/api/sessions?all=true", "/api/sessions/steady", "/api/nonsense"])
async def test_a_bad_key_is_refused_everywhere(client: aiohttp.ClientSession, path: str, key: str) -> None:
    assert await get(client, path, **{"X-Api-Key": key}) == (401, {"message": "Unauthorized", "statusCode": 401})


async def test_the_list_has_a_row_for_each_session(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    status, rows = await get(client, "/api/sessions?all=true")
    assert status == 200
    assert {row["name"] for row in rows} >= {"steady", "banned", "pairing"}
    assert all(set(row) == MODERN_ROW for row in rows)


async def test_a_row_tells_whose_session_it_is(client: aiohttp.ClientSession) -> None:
    _, rows = await get(client, "/api/sessions?all=true")
    me = next(row["me"] for row in rows if row["name"] == "steady")
    assert (me["id"], me["pushName"]) == (f"{PHONE}@c.us", "Ana")


async def test_stopped_sessions_are_listed_only_on_request(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    _, running = await get(client, "/api/sessions")
    _, every = await get(client, "/api/sessions?all=true")
    assert {row["name"] for row in every} - {row["name"] for row in running} == {"stopped"}
    stopped = next(row for row in every if row["name"] == "stopped")
    assert (stopped["status"], stopped["me"]) == ("STOPPED", None)


@pytest.mark.parametrize(
    ("name", "status", "engine"),
    [
        ("steady", "WORKING", {"engine": "WEBJS", "state": "CONNECTED"}),
        ("zombie", "WORKING", {"engine": "WEBJS"}),
        ("zombie-unpaired", "WORKING", {"engine": "WEBJS", "state": "UNPAIRED"}),
        ("zombie-conflict", "WORKING", {"engine": "WEBJS", "state": "CONFLICT"}),
        ("zombie-timeout", "WORKING", {"engine": "WEBJS", "state": "TIMEOUT"}),
        ("banned", "FAILED", {"engine": "WEBJS", "state": "TOS_BLOCK"}),
        ("needs-restart", "FAILED", {"engine": "WEBJS"}),
        ("stuck", "STARTING", {"engine": "WEBJS"}),
        ("logged-out", "SCAN_QR_CODE", {"engine": "WEBJS", "state": None}),
        ("stopped", "STOPPED", {}),
    ],
)
async def test_a_single_reading_adds_what_the_engine_says(
    client: aiohttp.ClientSession, hand: Hand, name: str, status: str, engine: dict[str, str]
) -> None:
    hand.at = AN_HOUR
    code, body = await get(client, f"/api/sessions/{name}")
    assert (code, set(body)) == (200, MODERN_ROW | {"engine"})
    assert (body["status"], body["engine"]) == (status, engine)


async def test_an_unlinked_session_has_an_empty_identity(client: aiohttp.ClientSession) -> None:
    async with client.get("/api/sessions/never-linked/me") as answer:
        assert (answer.status, await answer.read()) == (200, b"")
        assert "Content-Type" not in answer.headers
    _, body = await get(client, "/api/sessions/never-linked")
    assert body["me"] is None


async def test_the_identity_of_a_linked_and_of_a_stopped_session(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    status, me = await get(client, "/api/sessions/steady/me")
    assert (status, me["id"]) == (200, f"{PHONE}@c.us")
    status, body = await get(client, "/api/sessions/stopped/me")
    assert status == 404
    assert body["message"].startswith("We didn't find a session with name 'stopped'.\n")


@pytest.mark.parametrize("verb", ["start", "stop", "restart", "logout"])
async def test_a_verb_to_an_unknown_session_is_404(client: aiohttp.ClientSession, verb: str) -> None:
    assert await post(client, f"/api/sessions/nobody/{verb}") == (404, NOT_FOUND)


async def test_an_unknown_session_is_404(client: aiohttp.ClientSession) -> None:
    assert await get(client, "/api/sessions/nobody") == (404, NOT_FOUND)


@pytest.mark.parametrize("path", ["/api/nonsense", "/api/sessions/steady/nonsense", "/", "/api/server/ping"])
async def test_an_unknown_route_names_itself(client: aiohttp.ClientSession, path: str) -> None:
    expected = {"statusCode": 404, "message": f"Cannot GET {path}", "error": "Not Found"}
    assert await get(client, path) == (404, expected)


@pytest.mark.parametrize("path", ["/api/server/environment", "/api/server/stop"])
async def test_dangerous_routes_do_not_exist(client: aiohttp.ClientSession, path: str) -> None:
    assert (await get(client, path))[0] == 404
    assert (await post(client, path))[0] == 404


async def test_restart_answers_201_and_starting(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    status, body = await post(client, "/api/sessions/needs-restart/restart")
    assert (status, body["status"], body["engine"]) == (201, "STARTING", {"engine": "WEBJS"})
    hand.at += 5
    assert (await get(client, "/api/sessions/needs-restart"))[1]["status"] == "WORKING"


async def test_a_restart_that_answers_201_may_change_nothing(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    assert (await post(client, "/api/sessions/restart-fails/restart"))[0] == 201
    hand.at += 5
    assert (await get(client, "/api/sessions/restart-fails"))[1]["status"] == "FAILED"


async def test_stop_then_start(client: aiohttp.ClientSession, hand: Hand) -> None:
    status, body = await post(client, "/api/sessions/steady/stop")
    assert (status, body["status"], body["me"], body["engine"]) == (201, "STOPPED", None, {})
    status, body = await post(client, "/api/sessions/steady/start")
    assert (status, body["status"]) == (201, "STARTING")


async def test_starting_what_runs_is_422(client: aiohttp.ClientSession) -> None:
    message = "Session 'steady' is already started."
    expected = {"statusCode": 422, "message": message, "error": "Unprocessable Entity"}
    assert await post(client, "/api/sessions/steady/start") == (422, expected)


@pytest.mark.parametrize("name", ODD_NAMES)
async def test_odd_names_work_everywhere(client: aiohttp.ClientSession, simulator: Simulator, name: str) -> None:
    simulator.add(ScriptedSession(name, script("never-linked"), PHONE))
    path = quote(name, safe="")
    status, body = await get(client, f"/api/sessions/{path}")
    assert (status, body["name"]) == (200, name)
    assert (await get(client, f"/api/{path}/auth/qr?format=raw"))[0] == 200
    assert (await post(client, f"/api/sessions/{path}/restart"))[1]["name"] == name
    assert simulator.requests.verbs(name) == ["restart"]


async def test_the_core_of_2024_checks_no_key_unless_told_and_has_fewer_fields_and_routes(hand: Hand) -> None:
    cast = [ScriptedSession("default", script("steady"), PHONE, "Ana")]
    async with (
        Simulator(cast, dialect="waha-core-2024", monotonic=hand) as old,
        aiohttp.ClientSession(old.url) as client,
    ):
        status, body = await get(client, "/api/sessions/default")
        assert (status, set(body), set(body["me"])) == (200, ROW | {"engine"}, {"id", "pushName"})
        assert body["config"] is None
        assert (await get(client, "/api/sessions/default/timelock"))[0] == 404
        assert (await get(client, "/health"))[0] == 422
        assert (await get(client, "/api/version"))[1]["version"] == "2024.10.8"
