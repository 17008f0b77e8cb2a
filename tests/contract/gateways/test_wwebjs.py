"""wwebjs-api's oddities, in the shapes that running servers showed."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.wwebjs import SET_UP_TAKES, WwebjsGateway
from healthcheckd.gateways.wwebjs_rows import STATES
from healthcheckd.settings import GatewaySettings
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import Live, State
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], WwebjsGateway]

LIST = "/session/getSessions"
STATUS, START, RESTART, STOP = (f"/session/{verb}/shop" for verb in ("status", "start", "restart", "stop"))
INFO = "/client/getClassInfo/shop"
ABSENT = shown({"success": False, "state": None, "message": "session_not_found"})
CLOSED = shown({"success": False, "state": None, "message": "session closed"})
UP = shown({"success": True, "state": "CONNECTED", "message": "session_connected"})
STARTED = shown({"success": True, "message": "Session initiated successfully"})
RESTARTED = shown({"success": True, "message": "Restarted successfully"})
STOPPED = shown({"success": True, "message": "Session stopped successfully"})
NO_NETWORK = shown({"success": False, "error": "net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/"}, 422)
NO_WORDS = shown({"success": False}, 422)
REFUSED = shown({"success": False, "error": "Invalid API key"}, 403)
BAD_NAME = shown({"success": False, "error": "Session should be alphanumerical or -"}, 422)
NO_INFO = shown({"success": False, "error": "session_not_found"}, 404)


def state(word: str | None) -> Reply:
    return shown({"success": False, "state": word, "message": "session_not_connected"})


@pytest.fixture
def wwebjs(wire: Wire, connect: Connect) -> WwebjsGateway:
    return connect(reached_at(wire.url, "wwebjs"))


class HeldClock(QuickClock):
    """Its monotonic time is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


async def listed(gateway: WwebjsGateway) -> list[Observation]:
    return [seen async for chunk in gateway.sessions() for seen in chunk]


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


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
    ("statuses", "verbs"),
    [
        ([ABSENT], [START]),
        ([CLOSED, UP], [RESTART]),
        ([state("TIMEOUT"), state("OPENING")], [RESTART]),
        ([CLOSED, ABSENT], [RESTART]),
        ([CLOSED, CLOSED], [RESTART, STOP, START]),
    ],
)
async def test_the_recipe_depends_on_what_is_found_and_is_verified(
    wire: Wire, wwebjs: WwebjsGateway, statuses: list[Reply], verbs: list[str]
) -> None:
    wire.on("GET", STATUS, *statuses)
    for verb, reply in ((START, STARTED), (RESTART, RESTARTED), (STOP, STOPPED)):
        wire.on("GET", verb, reply)
    await wwebjs.reconnect("shop")
    assert [target for target in wire.targets("GET") if target != STATUS] == verbs
    assert wire.targets("POST") == []


async def test_a_restart_that_succeeded_in_words_only_is_a_failure_and_no_stop(
    wire: Wire, wwebjs: WwebjsGateway
) -> None:
    wire.on("GET", STATUS, CLOSED, ABSENT)
    wire.on("GET", RESTART, RESTARTED)
    await wwebjs.reconnect("shop")
    seen = await wwebjs.observe("shop")
    assert (seen.connection, seen.cause) == (Connection.FAILED, None)


@pytest.mark.parametrize(
    ("reply", "words"),
    [(NO_NETWORK, "net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/ (422)"), (NO_WORDS, "present state (422)")],
)
async def test_a_start_that_fails_says_why_and_is_made_once(
    wire: Wire, wwebjs: WwebjsGateway, reply: Reply, words: str
) -> None:
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, reply)
    error = await failing(wwebjs.reconnect("shop"))
    assert error.fault is GatewayFault.CONFLICT
    assert words in error.what
    assert wire.targets("GET").count(START) == 1
    assert (await wwebjs.observe("shop")).connection is Connection.FAILED


async def test_a_verb_whose_connection_breaks_is_not_made_again(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, Reply(aborts=True))
    await failing(wwebjs.reconnect("shop"))
    assert wire.targets("GET").count(START) == 1


async def test_a_start_without_an_answer_is_being_set_up_and_then_failed(wire: Wire) -> None:
    clock = HeldClock()
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, Reply(hangs=True))
    gateway = WwebjsGateway(reached_at(wire.url, "wwebjs", timeout=timedelta(seconds=0.1)), clock)
    await gateway.reconnect("shop")
    seen = await gateway.observe("shop")
    assert (seen.connection, seen.self_healing) == (Connection.CONNECTING, True)
    clock.seconds = SET_UP_TAKES
    assert (await gateway.observe("shop")).connection is Connection.FAILED
    wire.on("GET", STATUS, UP)
    await gateway.observe("shop")
    wire.on("GET", STATUS, ABSENT)
    assert (await gateway.observe("shop")).connection is Connection.STOPPED
    await gateway.close()


async def test_a_session_that_somebody_started_meanwhile_is_started(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, shown({"success": False, "error": "Session already exists for: shop"}, 422))
    await wwebjs.reconnect("shop")
    assert wire.targets("GET") == [STATUS, START]


async def test_what_we_stopped_is_stopped_even_after_a_start_of_ours(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, NO_NETWORK)
    wire.on("GET", STOP, STOPPED)
    await failing(wwebjs.reconnect("shop"))
    await wwebjs.stop("shop")
    assert (await wwebjs.observe("shop")).connection is Connection.STOPPED


async def test_a_hung_page_can_be_restarted_by_hand(wire: Wire, connect: Connect) -> None:
    wire.on("GET", STATUS, Reply(hangs=True))
    wire.on("GET", RESTART, RESTARTED)
    await connect(reached_at(wire.url, "wwebjs", timeout=timedelta(seconds=0.1))).reconnect("shop")
    assert wire.targets("GET") == [STATUS, RESTART, STATUS]


async def test_pairing_begins_with_a_start_or_a_restart(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", START, STARTED)
    wire.on("GET", RESTART, RESTARTED)
    wire.on("GET", STATUS, ABSENT)
    await wwebjs.begin_pairing("shop")
    wire.on("GET", STATUS, CLOSED, state("UNPAIRED"))
    await wwebjs.begin_pairing("shop")
    await wwebjs.begin_pairing("shop")
    assert [target for target in wire.targets("GET") if target != STATUS] == [START, RESTART]


async def test_a_code_scanned_a_moment_ago_is_none(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, state("UNPAIRED"))
    wire.on("GET", "/session/qr/shop", shown({"success": False, "message": "qr code not ready or already scanned"}))
    assert (await wwebjs.pairing("shop")).qr_text == ""
    wire.on("GET", "/session/qr/shop", shown({"success": True, "qr": "2@abc,def"}))
    assert (await wwebjs.pairing("shop")).qr_text == "2@abc,def"


async def test_a_code_to_type_is_asked_for_with_digits(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", STATUS, state("UNPAIRED"))
    wire.on("POST", "/session/requestPairingCode/shop", shown({"success": True, "result": "ABCDEFGH"}))
    paired = await wwebjs.pairing("shop", "+1 555")
    assert (paired.code, paired.lives > timedelta(minutes=1)) == ("ABCDEFGH", True)
    assert wire.asked[-1].body == b'{"phoneNumber":"1555","showNotification":true}'


async def test_a_server_that_asks_for_no_key_is_pointed_out_and_ping_proves_none(
    wire: Wire, wwebjs: WwebjsGateway
) -> None:
    wire.on("GET", "/ping", shown({"success": True, "message": "pong"}))
    wire.on("GET", LIST, shown({"success": True, "result": []}))
    check = await wwebjs.check()
    assert (check.key_ok, check.version) == (None, "")
    assert "API_KEY" in check.advice[0]
    assert "x-api-key" not in wire.asked[-1].headers
    assert "/ping" not in wire.targets("GET")


async def test_nothing_that_ends_or_deletes_a_login_is_ever_asked(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", LIST, shown({"success": True, "result": ["shop"]}))
    wire.on("GET", STATUS, CLOSED)
    for verb, reply in ((START, STARTED), (RESTART, RESTARTED), (STOP, STOPPED)):
        wire.on("GET", verb, reply)
    await listed(wwebjs)
    await wwebjs.check()
    await wwebjs.prove("shop")
    await wwebjs.reconnect("shop")
    await wwebjs.begin_pairing("shop")
    await wwebjs.stop("shop")
    assert set(wire.targets("GET")) == {LIST, STATUS, START, RESTART, STOP}


async def test_no_secret_of_an_answer_is_kept_or_told(wire: Wire, wwebjs: WwebjsGateway) -> None:
    said = {"success": False, "state": None, "message": f"bad {KEY}", "webhookUrl": "http://h/?t=tok-91"}
    wire.on("GET", STATUS, shown(said))
    told = repr(await wwebjs.observe("shop"))
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, shown({"success": False, "error": f"proxy {KEY} refused", "proxy": "proxy-93"}, 422))
    error = await failing(wwebjs.reconnect("shop"))
    told += str(error) + error.hint + repr(error)
    assert "bad ****" in told
    assert "proxy **** refused" in told
    assert not [secret for secret in (KEY, "tok-91", "proxy-93") if secret in told]


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
