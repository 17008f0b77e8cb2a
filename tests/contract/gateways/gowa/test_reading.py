"""What GOWA's list and flags mean."""

import base64
from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.gowa import GowaGateway
from healthcheckd.settings import Secret
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import Live, State
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.gowa.conftest import FLAGS, JID, RECONNECT, Connect, done, failed, flags, listed, row
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import PHONE, reached_at

NO_DEVICE = shown({"status": 404, "code": "DEVICE_NOT_FOUND", "message": "device not found; create one"}, 404)
REFUSED = Reply(401, b"Unauthorized", {"WWW-Authenticate": 'Basic realm="Restricted"'})


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
    error = await failing(listed(gowa))
    assert (error.fault, error.what) == (GatewayFault.SERVER_ERROR, "the server failed (502)")


async def test_the_password_is_its_key(wire: Wire, connect: Connect) -> None:
    wire.on("GET", "/devices", REFUSED)
    with_name = reached_at(wire.url, "gowa", api_key=None, basic_user="ops", basic_password=Secret("pass-9"))
    error = await failing(listed(connect(with_name)))
    assert error.fault is GatewayFault.UNAUTHORIZED
    assert "check basic_user and basic_password of gateway main (healthcheckd.toml:7)" in error.hint
    assert wire.asked[0].headers["Authorization"] == "Basic " + base64.b64encode(b"ops:pass-9").decode()
    error = await failing(listed(connect(reached_at(wire.url, "gowa", api_key=None))))
    assert "set basic_user and basic_password of gateway main (healthcheckd.toml:7)" in error.hint


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


async def test_a_dead_connection_of_the_simulator_is_seen_through(connect: Connect) -> None:
    life = Script("lie", (Step(State.WORKING, live=Live.SILENT),))
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="gowa") as server:
        seen = (await listed(connect(reached_at(server.url, "gowa"))))["shop"]
    assert (seen.connection, seen.native) == (Connection.CONNECTING, "logged in")


async def test_a_ban_takes_the_link_and_reads_like_a_logout(connect: Connect) -> None:
    life = Script("banned", (Step(State.FAILED, live=Live.BANNED),))
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="gowa") as server:
        seen = await connect(reached_at(server.url, "gowa")).observe("shop")
    assert (seen.connection, seen.linked) == (Connection.NEEDS_PAIRING, False)
