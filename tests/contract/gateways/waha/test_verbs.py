"""What WAHA is told to do: restart, stop and pair."""

from datetime import timedelta

import pytest

from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.waha import WahaGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.waha.conftest import CREATED, NOT_STARTED, QR, SHOP, Connect, detail, wrong_state
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

STARTED = shown({"statusCode": 422, "message": "Session 'shop' is already started.", "error": "Unprocessable"}, 422)


async def test_reconnecting_is_one_restart_and_nothing_else(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", SHOP + "/restart", CREATED)
    await waha.reconnect("shop")
    assert [(asked.method, asked.target, asked.body) for asked in wire.asked] == [("POST", SHOP + "/restart", b"")]


async def test_a_verb_may_take_longer_than_a_reading(wire: Wire, connect: Connect) -> None:
    wire.on("POST", SHOP + "/restart", CREATED)
    wire.delay = 0.3
    impatient = connect(reached_at(wire.url, "waha", timeout=timedelta(seconds=0.2)))
    assert "no answer within 0.2 s" in (await impatient.observe("shop")).silence
    await impatient.reconnect("shop")
    assert wire.targets("POST") == [SHOP + "/restart"]


async def test_a_refused_verb_says_what_waha_said(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", SHOP + "/restart", STARTED)
    error = await failing(waha.reconnect("shop"))
    assert (error.fault, error.what) == (GatewayFault.CONFLICT, "Session 'shop' is already started. (422)")
    wire.on("POST", SHOP + "/restart", wrong_state("FAILED", "WORKING"))
    error = await failing(waha.reconnect("shop"))
    assert error.what == "its state is FAILED, and this wants WORKING (422)"


async def test_a_stop_refused_because_it_is_stopped_is_success(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", SHOP + "/stop", STARTED)
    wire.on("GET", SHOP, detail("STOPPED"))
    await waha.stop("shop")
    wire.on("GET", SHOP, detail("WORKING"))
    assert (await failing(waha.stop("shop"))).fault is GatewayFault.CONFLICT


@pytest.mark.parametrize("status", ["FAILED", "STARTING", "STOPPED"])
async def test_pairing_begins_with_a_restart(wire: Wire, waha: WahaGateway, status: str) -> None:
    wire.on("GET", SHOP, detail(status))
    wire.on("POST", SHOP + "/restart", CREATED)
    await waha.begin_pairing("shop")
    assert wire.targets("POST") == [SHOP + "/restart"]


async def test_a_zombie_may_be_paired_anew(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", SHOP, detail(engine={"engine": "WEBJS", "state": "UNPAIRED"}))
    wire.on("POST", SHOP + "/restart", CREATED)
    await waha.begin_pairing("shop")
    assert wire.targets("POST") == [SHOP + "/restart"]


async def test_the_raw_text_of_the_qr_code_is_asked_for(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", QR, shown({"value": "2@abc,def"}))
    assert (await waha.pairing("shop")).qr_text == "2@abc,def"


async def test_a_build_that_only_draws_shows_its_picture(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", QR, Reply(200, b"\x89PNG\r\n\x1a\n...", {"Content-Type": "image/png"}))
    assert (await waha.pairing("shop")).qr_png.startswith(b"\x89PNG")


@pytest.mark.parametrize("reply", [wrong_state("STARTING", "SCAN_QR_CODE"), NOT_STARTED])
async def test_no_code_on_show_is_no_error(wire: Wire, waha: WahaGateway, reply: Reply) -> None:
    wire.on("GET", QR, reply)
    shown_now = await waha.pairing("shop")
    assert (shown_now.qr_text, shown_now.qr_png, shown_now.code) == ("", b"", "")


async def test_a_code_that_cannot_be_made_is_an_error(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", "/api/shop/auth/request-code", shown({"statusCode": 422, "message": "Wrong number"}, 422))
    assert (await failing(waha.pairing("shop", "+1 555"))).what == "Wrong number (422)"
    assert wire.asked[0].body == b'{"phoneNumber":"1555"}'


async def test_a_code_to_type_lives_longer_than_a_qr_code(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", "/api/shop/auth/request-code", shown({"code": "ABCD-EFGH"}, 201))
    paired = await waha.pairing("shop", "1555")
    assert paired.code == "ABCD-EFGH"
    assert paired.lives > timedelta(minutes=1)
