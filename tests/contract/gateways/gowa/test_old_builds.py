"""Before version 8 GOWA serves one device, at other addresses."""

import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.gowa import SINGLE, GowaGateway
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import State
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.gowa.conftest import FLAGS, JID, RECONNECT, Connect, done, flags, listed, row
from tests.contract.gateways.wire import Reply, Wire
from tests.contract.gateways.worlds import PHONE, reached_at

NO_SUCH_ROUTE = Reply(404, b"Cannot GET /devices", {"Content-Type": "text/plain; charset=utf-8"})


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
