"""What GOWA is told to do: reconnect and pair."""

from datetime import timedelta

import pytest

from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.gowa import GowaGateway
from healthcheckd.simulator.pictures import qr_png
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.gowa.conftest import FLAGS, JID, RECONNECT, Connect, done, failed, flags, row
from tests.contract.gateways.wire import Reply, Wire
from tests.contract.gateways.worlds import KEY, reached_at

LOGIN = "/devices/shop/login"


async def test_reconnecting_names_the_device_in_a_header_of_ascii(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", RECONNECT, done(None))
    await gowa.reconnect("loja é/1")
    assert wire.asked[-1].headers["X-Device-Id"] == "loja%20%C3%A9%2F1"
    assert wire.targets("GET").count(RECONNECT) == 1


async def test_a_reconnect_that_fails_says_why_and_is_made_once(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", RECONNECT, failed(f"dial tcp: lookup web.whatsapp.com: no such host {KEY}"))
    error = await failing(gowa.reconnect("shop"))
    assert (error.fault, error.what) == (
        GatewayFault.SERVER_ERROR,
        "dial tcp: lookup web.whatsapp.com: no such host **** (500)",
    )
    assert wire.targets("GET").count(RECONNECT) == 1


async def test_a_device_that_lost_its_link_says_how_to_link_it(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", RECONNECT, failed("device shop is not logged in (session deleted)"))
    error = await failing(gowa.reconnect("shop"))
    assert (error.fault, error.hint) == (GatewayFault.CONFLICT, "healthcheck pair main/shop")


async def test_only_an_unlinked_device_is_asked_for_a_code(wire: Wire, gowa: GowaGateway) -> None:
    for now, jid in ((flags(True, True), JID), (flags(False, True), JID), (flags(False, False), JID)):
        wire.on("GET", "/devices/shop", done(row(jid=jid)))
        wire.on("GET", FLAGS, now)
        assert (await gowa.pairing("shop")).qr_png == b""
    assert LOGIN not in wire.targets("GET")


@pytest.mark.parametrize("base", ["", "/wa"])
@pytest.mark.parametrize("host", ["http://10.0.0.9:3000", "https://elsewhere.example"])
async def test_the_picture_is_taken_from_our_own_address(wire: Wire, connect: Connect, base: str, host: str) -> None:
    gowa = connect(reached_at(wire.url + base, "gowa"))
    picture = qr_png("2@abc")
    link = f"{host}{base}/statics/qrcode/scan-qr-1.png"
    wire.on("GET", f"{base}/devices", done([row(jid="")]))
    wire.on("GET", f"{base}/devices/shop", done(row(jid="", state="disconnected")))
    wire.on("GET", base + FLAGS, flags(False, False))
    wire.on("GET", base + LOGIN, done({"device_id": "shop", "qr_link": link, "qr_duration": 30}))
    wire.on("GET", f"{base}/statics/qrcode/scan-qr-1.png", Reply(200, picture, {"Content-Type": "image/png"}))
    shown_now = await gowa.pairing("shop")
    assert (shown_now.qr_png, shown_now.lives) == (picture, timedelta(seconds=30))


async def test_a_code_to_type_is_posted_for_the_phone(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices/shop", done(row(jid="", state="disconnected")))
    wire.on("GET", FLAGS, flags(False, False))
    wire.on("POST", LOGIN + "/code?phone=1555", done({"device_id": "shop", "pair_code": "ABCD-EFGH"}))
    assert (await gowa.pairing("shop", "+1 555")).code == "ABCD-EFGH"


async def test_pairing_a_linked_device_that_is_down_only_reconnects_it(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices/shop", done(row(state="disconnected")))
    wire.on("GET", FLAGS, flags(False, False))
    wire.on("GET", RECONNECT, done(None))
    await gowa.begin_pairing("shop")
    assert wire.targets("GET")[-1] == RECONNECT
