"""The WAHA dialect over real HTTP: logged out, shown a code, paired again."""

import base64

import aiohttp
import pytest

from healthcheckd.simulator import Simulator
from tests.integration.simulator.asking import AN_HOUR, get, post
from tests.integration.simulator.by_hand import PHONE, Hand

PNG = b"\x89PNG\r\n\x1a\n"


async def test_logout_leads_to_a_code(client: aiohttp.ClientSession, hand: Hand) -> None:
    status, body = await post(client, "/api/sessions/steady/logout")
    assert (status, body["status"], body["me"]) == (201, "STARTING", None)
    hand.at += 5
    assert (await get(client, "/api/sessions/steady"))[1]["status"] == "SCAN_QR_CODE"


async def test_a_code_as_text_as_json_and_as_png(client: aiohttp.ClientSession) -> None:
    path = "/api/never-linked/auth/qr"
    raw = (await get(client, f"{path}?format=raw"))[1]
    assert set(raw) == {"value"}
    assert raw["value"].startswith("2@")
    status, image = await get(client, path, Accept="application/json")
    assert (status, image["mimetype"]) == (200, "image/png")
    async with client.get(path) as answer:
        assert (answer.status, answer.content_type) == (200, "image/png")
        assert await answer.read() == base64.b64decode(image["data"])
    assert base64.b64decode(image["data"]).startswith(PNG)


@pytest.mark.parametrize(("path", "body"), [("qr", None), ("request-code", {"phoneNumber": PHONE})])
async def test_no_code_for_a_working_session(client: aiohttp.ClientSession, path: str, body: object) -> None:
    target = f"/api/steady/auth/{path}"
    status, answer = await (get(client, target) if body is None else post(client, target, body))
    assert status == 422
    assert answer == {
        "error": "Session status is not as expected. Try again later or restart the session",
        "session": "steady",
        "status": "WORKING",
        "expected": ["SCAN_QR_CODE"],
    }


async def test_no_code_for_a_stopped_session(client: aiohttp.ClientSession, hand: Hand) -> None:
    hand.at = AN_HOUR
    assert (await get(client, "/api/stopped/auth/qr"))[0] == 404


async def test_a_pairing_code_needs_a_number(client: aiohttp.ClientSession) -> None:
    status, body = await post(client, "/api/never-linked/auth/request-code", {"phoneNumber": PHONE})
    assert (status, len(body["code"]), body["code"][4]) == (201, 9, "-")
    assert (await post(client, "/api/never-linked/auth/request-code", {}))[0] == 400


async def test_a_scanned_code_brings_the_number_back(
    client: aiohttp.ClientSession, simulator: Simulator, hand: Hand
) -> None:
    hand.at = AN_HOUR
    simulator.scan("logged-out", "442079460101")
    hand.at += 5
    body = (await get(client, "/api/sessions/logged-out"))[1]
    assert (body["status"], body["me"]["id"]) == ("WORKING", "442079460101@c.us")
