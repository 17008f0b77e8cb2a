"""The dialects of GOWA and WuzAPI over real HTTP: shapes and status codes of their routes."""

import base64
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from tests.integration.simulator.by_hand import KEY, PHONE, Hand

AN_HOUR = 3600.0
BASIC = "Basic " + base64.b64encode(f"ops:{KEY}".encode()).decode()

Ask = Callable[..., Coroutine[Any, Any, tuple[int, Any]]]


@asynccontextmanager
async def speaking(dialect: str, hand: Hand, key: str) -> AsyncIterator[Ask]:
    cast = [ScriptedSession(name, script, PHONE, "Ana") for name, script in CATALOGUE.items()]
    async with Simulator(cast, dialect=dialect, api_key=key, monotonic=hand) as server:
        hand.at = AN_HOUR
        async with aiohttp.ClientSession(server.url) as client:

            async def ask(method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
                async with client.request(method, path, json=body, headers=headers) as answer:
                    told = await answer.json() if answer.content_type == "application/json" else await answer.text()
                    return answer.status, told

            yield ask


async def test_gowa_wraps_its_results_and_says_500_to_the_unknown(hand: Hand) -> None:
    async with speaking("gowa", hand, f"ops:{KEY}") as ask:
        status, listed = await ask("GET", "/devices", Authorization=BASIC)
        assert (status, listed["code"]) == (200, "SUCCESS")
        rows = {row["id"]: row for row in listed["results"]}
        assert rows["steady"]["state"] == rows["zombie"]["state"] == "logged_in"
        assert (rows["steady"]["jid"], rows["never-linked"]["jid"]) == (f"{PHONE}:12@s.whatsapp.net", "")
        _, live = await ask("GET", "/devices/zombie/status", Authorization=BASIC)
        assert live["results"] == {"device_id": "zombie", "is_connected": False, "is_logged_in": True}
        status, unknown = await ask("GET", "/devices/nobody/status", Authorization=BASIC)
        assert (status, unknown["message"]) == (500, "device nobody not found")
        named = {"Authorization": BASIC, "X-Device-Id": "nobody"}
        status, unknown = await ask("GET", "/app/reconnect", **named)
        assert (status, unknown["code"]) == (404, "DEVICE_NOT_FOUND")
        status, unlinked = await ask("GET", "/app/reconnect", **{**named, "X-Device-Id": "never-linked"})
        assert (status, unlinked["message"][-17:]) == (500, "(session deleted)")


async def test_gowa_wants_its_password_for_all_but_health_and_pictures(hand: Hand) -> None:
    async with speaking("gowa", hand, f"ops:{KEY}") as ask:
        assert await ask("GET", "/health") == (200, "OK")
        for path in ("/devices", "/devices/nobody/status", "/app/status", "/app/info"):
            assert (await ask("GET", path))[0] == 401
        _, shown = await ask("GET", "/devices/never-linked/login", Authorization=BASIC)
        path = "/statics/" + shown["results"]["qr_link"].partition("/statics/")[2]
        assert (await ask("GET", path + "x"))[0] == 404


async def test_gowa_before_version_8_knows_no_list(hand: Hand) -> None:
    async with speaking("gowa-7", hand, f"ops:{KEY}") as ask:
        assert await ask("GET", "/devices", Authorization=BASIC) == (404, "Cannot GET /devices")
        assert (await ask("GET", "/app/status", Authorization=BASIC))[1]["results"]["is_connected"] is True


@pytest.mark.parametrize("dialect", ["wuzapi", "wuzapi-2025"])
async def test_wuzapi_shows_tokens_to_the_admin_alone(hand: Hand, dialect: str) -> None:
    async with speaking(dialect, hand, KEY) as ask:
        status, refused = await ask("GET", "/admin/users")
        assert (status, refused["code"], refused["success"]) == (401, 401, False)
        rows = {row["name"]: row for row in (await ask("GET", "/admin/users", Authorization=KEY))[1]["data"]}
        assert (rows["steady"]["connected"], rows["zombie"]["connected"]) == (True, False)
        token = rows["steady"]["token"]
        _, status_told = await ask("GET", "/session/status", token=token)
        assert {key.lower(): value for key, value in status_told["data"].items()}["loggedin"] is True
        assert (await ask("GET", "/session/status", token="another"))[0] == 401


async def test_wuzapi_changed_its_ids_its_capitals_and_what_it_forgets(hand: Hand) -> None:
    async with speaking("wuzapi", hand, KEY) as new, speaking("wuzapi-2025", hand, KEY) as old:
        [now, *_] = (await new("GET", "/admin/users", Authorization=KEY))[1]["data"]
        [then, *_] = (await old("GET", "/admin/users", Authorization=KEY))[1]["data"]
        assert (type(now["id"]), type(then["id"])) == (str, int)
        token = now["token"]
        assert (await new("GET", "/health"))[1]["version"]
        assert (await old("GET", "/health"))[0] == 404
        dial = {"Subscribe": [], "Immediate": True}
        assert (await new("POST", "/session/connect", dial, token=token))[1]["error"] == "already connected"
        assert (await old("POST", "/session/connect", dial, token=token))[1]["error"] == "Already connected"
        for ask, kept in ((new, "Message,ReadReceipt"), (old, "All")):
            assert (await ask("POST", "/session/disconnect", {}, token=token))[0] == 200
            assert (await ask("POST", "/session/connect", dial, token=token))[1]["data"]["events"] == kept


async def test_wuzapi_has_no_session_where_there_is_no_client(hand: Hand) -> None:
    async with speaking("wuzapi-2025", hand, KEY) as ask:
        rows = {row["name"]: row for row in (await ask("GET", "/admin/users", Authorization=KEY))[1]["data"]}
        status, told = await ask("GET", "/session/status", token=rows["stopped"]["token"])
        assert (status, told["error"]) == (500, "No session")
