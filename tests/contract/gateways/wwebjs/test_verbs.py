"""What wwebjs-api is told to do: starts, stops and pairing, each verified."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wwebjs import SET_UP_TAKES, WwebjsGateway
from tests.contract.gateways.conftest import QuickClock, failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at
from tests.contract.gateways.wwebjs.conftest import (
    ABSENT,
    CLOSED,
    RESTART,
    RESTARTED,
    START,
    STARTED,
    STATUS,
    STOP,
    STOPPED,
    UP,
    Connect,
    state,
)

NO_NETWORK = shown({"success": False, "error": "net::ERR_NAME_NOT_RESOLVED at https://web.whatsapp.com/"}, 422)
NO_WORDS = shown({"success": False}, 422)


class HeldClock(QuickClock):
    """Its monotonic time is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds


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
