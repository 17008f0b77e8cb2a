"""GOWA's oddities, old builds and new."""

import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.gowa import SINGLE, GowaGateway
from healthcheckd.settings import GatewaySettings, Secret
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.pictures import qr_png
from healthcheckd.simulator.scripts import Live, State
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], GowaGateway]

JID = "1555:12@s.whatsapp.net"
FLAGS = "/devices/shop/status"
RECONNECT = "/app/reconnect"
LOGIN = "/devices/shop/login"
NO_SUCH_ROUTE = Reply(404, b"Cannot GET /devices", {"Content-Type": "text/plain; charset=utf-8"})
NO_DEVICE = shown({"status": 404, "code": "DEVICE_NOT_FOUND", "message": "device not found; create one"}, 404)
REFUSED = Reply(401, b"Unauthorized", {"WWW-Authenticate": 'Basic realm="Restricted"'})


def done(results: Any) -> Reply:
    return shown({"code": "SUCCESS", "message": "done", "results": results})


def failed(message: str) -> Reply:
    return shown({"code": "INTERNAL_SERVER_ERROR", "message": message, "results": None}, 500)


def row(name: str = "shop", **changes: Any) -> dict[str, Any]:
    return {"id": name, "display_name": "Shop", "state": "logged_in", "jid": JID, "created_at": "2026-01-01"} | changes


def flags(connected: bool, logged_in: bool, name: str = "shop") -> Reply:
    return done({"device_id": name, "is_connected": connected, "is_logged_in": logged_in})


@pytest.fixture
def gowa(wire: Wire, connect: Connect) -> GowaGateway:
    wire.on("GET", "/devices", done([row()]))
    return connect(reached_at(wire.url, "gowa"))


async def listed(gateway: GowaGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


@pytest.mark.parametrize(
    ("state", "connected", "logged_in", "jid", "connection"),
    [
        ("logged_in", True, True, JID, Connection.CONNECTED),
        ("logged_in", True, True, "", Connection.CONNECTED),
        ("logged_in", False, True, JID, Connection.CONNECTING),
        ("connected", True, False, JID, Connection.CONNECTING),
        ("disconnected", False, False, JID, Connection.DISCONNECTED),
        ("disconnected", False, False, "", Connection.NEEDS_PAIRING),
        ("connected", False, False, "", Connection.NEEDS_PAIRING),
        ("connected", True, False, None, Connection.NEEDS_PAIRING),
    ],
)
async def test_both_flags_and_the_address_are_needed(
    wire: Wire, gowa: GowaGateway, state: str, connected: bool, logged_in: bool, jid: str | None, connection: Connection
) -> None:
    wire.on("GET", "/devices", done([row(state=state, jid=jid)]))
    wire.on("GET", "/devices/shop", done(row(state=state, jid=jid)))
    wire.on("GET", FLAGS, flags(connected, logged_in))
    for seen in ((await listed(gowa))["shop"], await gowa.observe("shop")):
        assert seen.connection is connection
        assert (seen.proof is Proof.PROVED) is (connection is Connection.CONNECTED)
        assert seen.linked is (True if jid else False if connection is Connection.NEEDS_PAIRING else None)


async def test_logged_in_without_a_connection_is_being_mended_and_not_believed(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", FLAGS, flags(False, True))
    seen = (await listed(gowa))["shop"]
    assert (seen.connection, seen.self_healing, seen.proof) == (Connection.CONNECTING, True, None)


async def test_rows_of_every_oddity_are_each_its_own(
    wire: Wire, gowa: GowaGateway, caplog: pytest.LogCaptureFixture
) -> None:
    rows = [row(), row("odd", state="hibernating"), row("bad", jid=["?"]), row(""), {"state": "logged_in"}, None, 7]
    wire.on("GET", "/devices", done(rows))
    wire.on("GET", FLAGS, flags(True, True))
    wire.on("GET", "/devices/odd/status", flags(True, True, "odd"))
    seen = await listed(gowa)
    assert set(seen) == {"shop", "odd", "bad"}
    assert seen["shop"].connection is Connection.CONNECTED
    assert seen["odd"].silence == "unknown state 'hibernating'"
    assert seen["bad"].silence
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 4)]  # type: ignore[attr-defined]


async def test_an_empty_server_lists_null(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices", done(None))
    assert await listed(gowa) == {}


@pytest.mark.parametrize("reply", [Reply(200, b""), Reply(200, b"<html>"), shown([]), done({"id": "x"})])
async def test_a_list_that_is_none_breaks(wire: Wire, gowa: GowaGateway, reply: Reply) -> None:
    wire.on("GET", "/devices", reply)
    assert (await failing(listed(gowa))).fault is GatewayFault.BAD_ANSWER


async def test_an_unknown_device_is_500_and_not_found(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices/shop", failed("device shop not found"))
    assert not (await gowa.observe("shop")).found
    wire.on("GET", RECONNECT, NO_DEVICE)
    assert (await failing(gowa.reconnect("shop"))).fault is GatewayFault.NOT_FOUND


@pytest.mark.parametrize(
    "reply",
    [
        failed("runtime error: invalid memory address"),
        failed("no device was found"),
        shown({"code": "GATEWAY_TIMEOUT", "message": "Request timed out", "results": None}, 504),
        Reply(404, b"<html>nginx</html>"),
        Reply(200, b""),
        done({"is_connected": "?"}),
        done(None),
        flags(True, True, "another"),
    ],
)
async def test_an_unusable_reading_is_silence(wire: Wire, gowa: GowaGateway, reply: Reply) -> None:
    wire.on("GET", "/devices/shop", done(row()))
    wire.on("GET", FLAGS, reply)
    for seen in (await gowa.observe("shop"), (await listed(gowa))["shop"]):
        assert (seen.found, seen.connection) == (True, Connection.UNKNOWN)
        assert seen.silence


async def test_a_proxy_in_trouble_is_still_the_gateways(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", FLAGS, Reply(502))
    await failing(listed(gowa))


async def test_the_password_is_its_key(wire: Wire, connect: Connect) -> None:
    wire.on("GET", "/devices", REFUSED)
    with_name = reached_at(wire.url, "gowa", api_key=None, basic_user="ops", basic_password=Secret("pass-9"))
    error = await failing(listed(connect(with_name)))
    assert error.fault is GatewayFault.UNAUTHORIZED
    assert "check basic_user and basic_password of gateway main (healthcheckd.toml:7)" in error.hint
    assert wire.asked[0].headers["Authorization"] == "Basic " + base64.b64encode(b"ops:pass-9").decode()
    error = await failing(listed(connect(reached_at(wire.url, "gowa", api_key=None))))
    assert "set basic_user and basic_password of gateway main (healthcheckd.toml:7)" in error.hint


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


CHECK = "/user/check?phone=1555"


@pytest.mark.parametrize(
    ("reply", "proof"),
    [
        (done({"is_on_whatsapp": True}), Proof.PROVED),
        (done({"is_on_whatsapp": False}), Proof.INCONCLUSIVE),
        (failed("websocket not connected"), Proof.INCONCLUSIVE),
        (NO_DEVICE, Proof.INCONCLUSIVE),
        (Reply(404, b"Cannot GET /user/check"), Proof.UNSUPPORTED),
        (Reply(429), Proof.INCONCLUSIVE),
        (Reply(503), Proof.INCONCLUSIVE),
        (Reply(504), Proof.INCONCLUSIVE),
        (Reply(hangs=True), Proof.INCONCLUSIVE),
    ],
)
async def test_only_an_answer_of_whatsapp_proves(wire: Wire, connect: Connect, reply: Reply, proof: Proof) -> None:
    wire.on("GET", "/devices", done([row()]))
    wire.on("GET", "/devices/shop", done(row()))
    wire.on("GET", FLAGS, flags(True, True))
    wire.on("GET", CHECK, reply)
    gowa = connect(reached_at(wire.url, "gowa", timeout=timedelta(seconds=0.3)))
    assert await gowa.prove("shop") is proof


async def test_the_check_tells_version_guard_and_what_a_second_client_does(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/app/info", done({"version": "v9.2.0", "os": "GOWA"}))
    check = await gowa.check()
    assert (check.version, check.sessions, check.key_ok) == ("v9.2.0", 1, None)
    assert "APP_BASIC_AUTH" in check.advice[0]
    assert "second client" in check.advice[-1]
    assert "Authorization" not in wire.asked[-1].headers


def old(connected: bool, logged_in: bool, jid: str = JID) -> Reply:
    return done({"is_connected": connected, "is_logged_in": logged_in, "device_id": jid})


@pytest.mark.parametrize(
    ("status", "connection", "phone"),
    [
        (old(True, True), Connection.CONNECTED, "1555"),
        (old(False, True), Connection.CONNECTING, "1555"),
        (old(False, False), Connection.DISCONNECTED, "1555"),
        (old(True, False, ""), Connection.NEEDS_PAIRING, None),
        (old(False, False, ""), Connection.NEEDS_PAIRING, None),
    ],
)
async def test_before_version_8_there_is_one_device(
    wire: Wire, gowa: GowaGateway, status: Reply, connection: Connection, phone: str | None
) -> None:
    wire.on("GET", "/devices", NO_SUCH_ROUTE)
    wire.on("GET", "/app/status", status)
    for seen in ((await listed(gowa))[SINGLE], await gowa.observe(SINGLE)):
        assert (seen.connection, seen.phone) == (connection, phone)
    assert not (await gowa.observe("shop")).found


async def test_another_name_never_reaches_the_one_device(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices", NO_SUCH_ROUTE)
    wire.on("GET", "/app/status", old(True, True))
    assert (await failing(gowa.reconnect("shop"))).fault is GatewayFault.NOT_FOUND
    assert RECONNECT not in wire.targets("GET")


async def test_a_server_that_is_upgraded_is_learnt_anew(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices", NO_SUCH_ROUTE)
    wire.on("GET", "/app/status", old(True, True))
    assert set(await listed(gowa)) == {SINGLE}
    wire.on("GET", "/devices", done([row()]))
    wire.on("GET", FLAGS, flags(True, True))
    assert set(await listed(gowa)) == {"shop"}


async def test_a_wrong_path_is_no_old_build(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices", NO_SUCH_ROUTE)
    assert (await failing(listed(gowa))).fault is GatewayFault.NOT_FOUND


async def test_the_one_device_of_an_old_build_is_reconnected_and_paired(connect: Connect) -> None:
    life = Script("old", (Step(State.FAILED, restart="up"),), starting=0.001)
    async with Simulator([ScriptedSession("any", life, PHONE)], dialect="gowa-7") as server:
        gowa = connect(reached_at(server.url, "gowa"))
        assert (await listed(gowa))[SINGLE].connection is Connection.DISCONNECTED
        await gowa.reconnect(SINGLE)
        assert server.claim("any").state in {State.STARTING, State.WORKING}
        server.replace(ScriptedSession("any", Script("waits", (Step(State.PAIRING, linked=False),)), PHONE))
        assert (await gowa.pairing(SINGLE)).qr_png.startswith(b"\x89PNG")
        assert (await gowa.pairing(SINGLE, PHONE)).code
        assert (await gowa.check()).version == "v7.9.0"


async def test_no_secret_of_an_answer_is_kept_or_told(wire: Wire, gowa: GowaGateway) -> None:
    secret = {"webhook_secret": "hmac-92", "webhook_url": "http://h/?token=tok-91"}
    wire.on("GET", "/devices", done([row() | secret, row("bad", jid=7) | secret]))
    wire.on("GET", "/devices/shop", done(row() | secret))
    wire.on("GET", FLAGS, flags(True, True))
    wire.on("GET", RECONNECT, shown({"code": "X", "message": f"bad {KEY}", "results": secret}, 400))
    error = await failing(gowa.reconnect("shop"))
    told = repr([await listed(gowa), await gowa.observe("shop")]) + str(error) + repr(error) + error.hint
    assert "bad ****" in told
    assert not [word for word in (KEY, "tok-91", "hmac-92") if word in told]


async def test_a_dead_connection_of_the_simulator_is_seen_through(connect: Connect) -> None:
    life = Script("lie", (Step(State.WORKING, live=Live.SILENT),))
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="gowa") as server:
        seen = (await listed(connect(reached_at(server.url, "gowa"))))["shop"]
    assert (seen.connection, seen.native) == (Connection.CONNECTING, "logged in")


async def test_nothing_that_ends_a_login_is_ever_asked(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices/shop", done(row()))
    wire.on("GET", FLAGS, flags(False, False))
    wire.on("GET", RECONNECT, done(None))
    await listed(gowa)
    await gowa.check()
    await gowa.prove("shop")
    await gowa.reconnect("shop")
    await gowa.begin_pairing("shop")
    await gowa.pairing("shop")
    await failing(gowa.stop("shop"))
    assert set(wire.targets("GET")) == {"/devices", "/devices/shop", FLAGS, RECONNECT, "/app/info"}
    assert {one.method for one in wire.asked} == {"GET"}


async def test_a_ban_takes_the_link_and_reads_like_a_logout(connect: Connect) -> None:
    life = Script("banned", (Step(State.FAILED, live=Live.BANNED),))
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="gowa") as server:
        seen = await connect(reached_at(server.url, "gowa")).observe("shop")
    assert (seen.connection, seen.linked) == (Connection.NEEDS_PAIRING, False)
