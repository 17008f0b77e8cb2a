"""A number is linked again, on every kind of gateway that can: what is shown, who scans, which number comes back."""

import base64
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthcheckd.api.client import account_path
from healthcheckd.errors import GatewayError, Refused
from healthcheckd.settings import ALERT_ONLY, KINDS
from healthcheckd.simulator.catalogue import STRANGER
from tests.integration.daemon.conftest import World, running

PAIRING = account_path("main/logged-out", "pairing")
OURS = "5511998880000"
LOGGED_OUT_AT, SET_UP = 700.0, 20.0
PICTURES_ONLY = {"gowa", "wuzapi"}
NO_CODE_BESIDE_A_QR = {"evolution", "wppconnect"}
MAKES_A_CODE = ("request-code", "requestPairingCode", "login/code", "pairphone")


@pytest.fixture(params=[kind for kind in KINDS if kind not in ALERT_ONLY])
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def world(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    """Its number was known, and is logged out now."""
    monkeypatch.delenv("SUDO_USER", raising=False)
    async with running(tmp_path, ["logged-out", "steady"], kind) as world:
        await world.sweep()
        world.hand.at = LOGGED_OUT_AT
        yield world


async def test_the_code_is_shown_until_its_own_number_is_back(world: World, kind: str) -> None:
    shown = await world.post(PAIRING, {"begin": True})
    assert (shown["connection"], shown["expected_phone"]) == ("NeedsPairing", f"+{OURS}")
    assert bool(shown["qr_text"]) is (kind not in PICTURES_ONLY)
    assert base64.b64decode(shown["qr_png"]).startswith(b"\x89PNG") is (kind in PICTURES_ONLY)
    world.simulator.scan("logged-out", OURS)
    world.hand.at += SET_UP
    back = await world.post(PAIRING)
    assert (back["connection"], back["qr_text"], back["qr_png"]) == ("Connected", "", "")
    assert (await world.get(account_path("main/logged-out")))["account"]["connection"] == "Connected"


async def test_another_number_is_refused(world: World) -> None:
    await world.post(PAIRING, {"begin": True})
    world.simulator.scan("logged-out", STRANGER)
    world.hand.at += SET_UP
    with pytest.raises(Refused, match=rf"is linked to \+{STRANGER}, and \+{OURS} belongs there"):
        await world.post(PAIRING)


async def test_a_code_to_type_is_made_once_however_often_one_looks(world: World, kind: str) -> None:
    wanted = {"phone": f"+{OURS}", "begin": True}
    if kind in NO_CODE_BESIDE_A_QR:
        with pytest.raises(GatewayError, match="code"):
            await world.post(PAIRING, wanted)
        return
    first = await world.post(PAIRING, wanted)
    world.hand.at += 1.0
    again = await world.post(PAIRING, wanted | {"begin": False})
    assert first["code"] and first["code"] == again["code"]
    made = [call.target for call in world.simulator.requests if any(route in call.target for route in MAKES_A_CODE)]
    assert len(made) == 1


async def test_a_picture_is_not_made_anew_while_it_lives(world: World, kind: str) -> None:
    if kind != "gowa":
        pytest.skip("only GOWA makes another with every question")
    first = await world.post(PAIRING, {"begin": True})
    assert (await world.post(PAIRING))["qr_png"] == first["qr_png"]
    assert world.simulator.requests.count("GET", "devices", "logged-out", "login") == 1
