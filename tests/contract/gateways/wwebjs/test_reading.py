"""What wwebjs-api's list and its statuses mean, in the shapes that running servers showed."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wwebjs import WwebjsGateway
from healthcheckd.gateways.wwebjs_rows import STATES
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import Live, State
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at
from tests.contract.gateways.wwebjs.conftest import ABSENT, CLOSED, LIST, STATUS, UP, Connect, listed, state

INFO = "/client/getClassInfo/shop"
REFUSED = shown({"success": False, "error": "Invalid API key"}, 403)
BAD_NAME = shown({"success": False, "error": "Session should be alphanumerical or -"}, 422)
NO_INFO = shown({"success": False, "error": "session_not_found"}, 404)


async def test_the_list_names_and_each_status_tells(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", LIST, shown({"success": True, "result": ["shop", "other"]}))
    wire.on("GET", STATUS, UP)
    wire.on("GET", "/session/status/other", CLOSED)
    seen = {one.session: one.connection for one in await listed(wwebjs)}
    assert seen == {"shop": Connection.CONNECTED, "other": Connection.FAILED}
    assert wwebjs.thorough


async def test_names_that_are_none_are_counted(
    wire: Wire, wwebjs: WwebjsGateway, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET", LIST, shown({"success": True, "result": ["shop", 42, "", None]}))
    wire.on("GET", STATUS, UP)
    assert [one.session for one in await listed(wwebjs)] == ["shop"]
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 3)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("reply", [shown({"success": True}), shown([]), Reply(200, b"<html>"), Reply(200, b"")])
async def test_a_list_that_is_none_breaks(wire: Wire, wwebjs: WwebjsGateway, reply: Reply) -> None:
    wire.on("GET", LIST, reply)
    assert (await failing(listed(wwebjs))).fault is GatewayFault.BAD_ANSWER


@pytest.mark.parametrize(
    ("reply", "connection", "cause"),
    [
        (UP, Connection.CONNECTED, None),
        (state("OPENING"), Connection.CONNECTING, None),
        (state("PAIRING"), Connection.CONNECTING, None),
        (state("UNLAUNCHED"), Connection.CONNECTING, None),
        (state(None), Connection.CONNECTING, None),
        (state("UNPAIRED"), Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        (state("UNPAIRED_IDLE"), Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        (state("TIMEOUT"), Connection.DISCONNECTED, Cause.NETWORK),
        (state("CONFLICT"), Connection.DISCONNECTED, Cause.REPLACED),
        (state("PROXYBLOCK"), Connection.FAILED, Cause.NETWORK),
        (state("DEPRECATED_VERSION"), Connection.FAILED, Cause.OUTDATED_CLIENT),
        (state("TOS_BLOCK"), Connection.FAILED, Cause.BANNED),
        (state("SMB_TOS_BLOCK"), Connection.FAILED, Cause.BANNED),
        (CLOSED, Connection.FAILED, None),
        (shown({"success": False, "state": None, "message": "browser tab closed"}), Connection.FAILED, None),
        (ABSENT, Connection.STOPPED, Cause.STOPPED),
    ],
)
async def test_every_word_has_its_meaning(
    wire: Wire, wwebjs: WwebjsGateway, reply: Reply, connection: Connection, cause: Cause | None
) -> None:
    wire.on("GET", STATUS, reply)
    wire.on("GET", INFO, NO_INFO)
    seen = await wwebjs.observe("shop")
    assert (seen.connection, seen.cause, seen.silence) == (connection, cause, "")
    assert (seen.proof is Proof.PROVED) is (connection is Connection.CONNECTED)


def test_no_state_that_a_client_is_in_is_missing_from_the_table() -> None:
    web = "CONFLICT CONNECTED DEPRECATED_VERSION OPENING PAIRING PROXYBLOCK SMB_TOS_BLOCK TIMEOUT TOS_BLOCK UNLAUNCHED"
    assert set(web.split()) | {"UNPAIRED", "UNPAIRED_IDLE"} <= set(STATES)


@pytest.mark.parametrize(
    "reply",
    [
        state("HIBERNATING"),
        shown({"success": False, "state": None, "message": "Runtime.callFunctionOn timed out."}),
        shown({"success": False, "state": None, "message": "Cannot read properties of undefined"}),
        shown({"success": False, "error": "unforeseen"}, 500),
        shown({}),
        Reply(200, b""),
        Reply(200, b'{"success":tr'),
        Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"}),
        Reply(302, headers={"Location": "/login"}),
        Reply(200, b"{}", cut=True),
    ],
)
async def test_what_is_not_known_is_silence(wire: Wire, wwebjs: WwebjsGateway, reply: Reply) -> None:
    wire.on("GET", STATUS, reply)
    seen = await wwebjs.observe("shop")
    assert (seen.found, seen.connection) == (True, Connection.UNKNOWN)
    assert seen.silence


async def test_a_hung_page_is_silence_by_our_deadline_and_not_by_its_own(wire: Wire, connect: Connect) -> None:
    wire.on("GET", STATUS, Reply(hangs=True))
    seen = await connect(reached_at(wire.url, "wwebjs", timeout=timedelta(seconds=0.2))).observe("shop")
    assert seen.silence == "no answer within 0.2 s"


async def test_a_name_that_it_allows_to_nobody_is_not_found(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, BAD_NAME)
    assert not (await wwebjs.observe("shop")).found


async def test_identity_that_cannot_be_had_takes_nothing_from_the_state(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, UP)
    for reply in (NO_INFO, Reply(500), Reply(200, b"<"), shown({"success": True, "sessionInfo": None})):
        wire.on("GET", INFO, reply)
        seen = await wwebjs.observe("shop")
        assert (seen.connection, seen.phone, seen.linked) == (Connection.CONNECTED, None, None)
    info = {"wid": {"user": "1555", "_serialized": "1555@c.us"}, "pushname": "S", "platform": "android"}
    wire.on("GET", INFO, shown({"success": True, "sessionInfo": info}))
    seen = await wwebjs.observe("shop")
    assert (seen.phone, seen.linked, seen.push_name) == ("1555", True, "S")


async def test_a_wrong_key_is_403_and_the_gateways(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, REFUSED)
    assert (await failing(wwebjs.observe("shop"))).fault is GatewayFault.UNAUTHORIZED


@pytest.mark.parametrize(
    ("live", "cause"), [(Live.CONFLICT, Cause.REPLACED), (Live.TIMEOUT, Cause.NETWORK), (Live.BANNED, Cause.BANNED)]
)
async def test_a_simulated_lie_is_seen_through(connect: Connect, live: Live, cause: Cause) -> None:
    life = Script("lie", (Step(State.WORKING, live=live),))
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="wwebjs", api_key=KEY) as server:
        seen = await connect(reached_at(server.url, "wwebjs")).observe("shop")
    assert (seen.connection is Connection.CONNECTED, seen.cause) == (False, cause)


async def test_what_is_set_up_is_in_no_list_of_the_simulator(connect: Connect) -> None:
    life = Script("slow", (Step(State.FAILED, restart="up"),), starting=60)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="wwebjs", api_key=KEY) as server:
        gateway = connect(reached_at(server.url, "wwebjs"))
        assert [one.session for one in await listed(gateway)] == ["shop"]
        await gateway.reconnect("shop")
        assert await listed(gateway) == []
