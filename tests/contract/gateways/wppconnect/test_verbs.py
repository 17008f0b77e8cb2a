"""What WPPConnect is told to do: close, start and pair."""

import pytest

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wppconnect import LETTING_GO, WppconnectGateway
from healthcheckd.gateways.wppconnect_memory import STUCK_AFTER
from tests.contract.gateways.conftest import QuickClock, failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import PHONE
from tests.contract.gateways.wppconnect.conftest import (
    CLOSE,
    CLOSED,
    NO,
    NO_CLIENT,
    START,
    STATUS,
    TOKEN,
    Turned,
    listed,
    stands,
    status,
)

GONE_ALREADY = shown({"status": False, "message": "Error closing session", "error": {"level": "error"}}, 500)


@pytest.mark.parametrize("closing", [GONE_ALREADY, shown({"status": True, "message": "Session successfully closed"})])
async def test_reconnecting_closes_lets_go_and_starts_with_an_empty_body(
    wire: Wire, wpp: WppconnectGateway, clock: QuickClock, closing: Reply
) -> None:
    wire.on("POST", CLOSE, closing)
    await wpp.reconnect("shop")
    deeds = [(one.target, one.body) for one in wire.asked if one.method == "POST"]
    assert deeds == [(TOKEN, b""), (CLOSE, b""), (START, b"{}")]
    assert clock.slept == [LETTING_GO]


async def test_what_is_closed_is_only_started(wire: Wire, wpp: WppconnectGateway, clock: QuickClock) -> None:
    wire.on("GET", STATUS, CLOSED)
    await wpp.reconnect("shop")
    assert (wire.targets("POST"), clock.slept) == ([TOKEN, START], [])


@pytest.mark.parametrize("reply", [Reply(500), Reply(502), Reply(aborts=True)])
async def test_a_start_whose_answer_is_lost_is_not_repeated(wire: Wire, wpp: WppconnectGateway, reply: Reply) -> None:
    wire.on("POST", START, reply)
    await failing(wpp.reconnect("shop"))
    assert (wire.targets("POST").count(CLOSE), wire.targets("POST").count(START)) == (1, 1)


async def test_a_closing_that_was_refused_is_not_followed_by_a_start(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("POST", CLOSE, NO_CLIENT)
    await failing(wpp.reconnect("shop"))
    assert START not in wire.targets("POST")


async def test_a_start_that_sticks_twice_is_told_instead_of_repeated(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, status("INITIALIZING"))
    wire.on("POST", CLOSE, GONE_ALREADY)
    await wpp.reconnect("shop")
    wire.on("GET", STATUS, CLOSED, status("INITIALIZING"))
    assert (await wpp.observe("shop")).connection is Connection.DISCONNECTED
    error = await failing(wpp.reconnect("shop"))
    assert (error.fault, "restart of the WPPConnect process" in error.what) == (GatewayFault.CONFLICT, True)
    assert wire.targets("POST").count(START) == 1


async def test_a_start_that_came_further_may_stick_again(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, status("INITIALIZING"))
    await wpp.reconnect("shop")
    wire.on("GET", STATUS, status("QRCODE"), status("INITIALIZING"))
    await wpp.observe("shop")
    await wpp.reconnect("shop")
    assert wire.targets("POST").count(START) == 2


async def test_a_check_tells_of_starts_that_never_end(wire: Wire, patient: WppconnectGateway, turned: Turned) -> None:
    wire.on("GET", STATUS, status("INITIALIZING"))
    await patient.observe("shop")
    assert (await patient.check()).advice == ()
    turned.at += STUCK_AFTER
    (advice,) = (await patient.check()).advice
    assert advice.startswith("shop: INITIALIZING for too long; only a restart of the WPPConnect process helps")


async def test_stopping_is_closed_afterwards_or_an_error(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("POST", CLOSE, GONE_ALREADY)
    wire.on("GET", STATUS, CLOSED)
    await wpp.stop("shop")
    wire.on("GET", STATUS, status("CONNECTED"))
    assert (await failing(wpp.stop("shop"))).fault is GatewayFault.CONFLICT


async def test_what_we_closed_ourselves_is_stopped_until_it_is_started(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, CLOSED)
    await wpp.stop("shop")
    for seen in ((await listed(wpp))["shop"], await wpp.observe("shop")):
        assert (seen.connection, seen.cause) == (Connection.STOPPED, Cause.STOPPED)
    await wpp.reconnect("shop")
    assert (await wpp.observe("shop")).connection is Connection.DISCONNECTED


async def test_the_raw_text_of_the_qr_code_is_in_the_status(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, status("QRCODE", qrcode="data:image/png;base64,xx", urlcode="2@abc,def"))
    assert (await wpp.pairing("shop")).qr_text == "2@abc,def"


@pytest.mark.parametrize("word", ["CONNECTED", "INITIALIZING", "CLOSED"])
async def test_a_code_that_is_left_over_is_not_shown(wire: Wire, wpp: WppconnectGateway, word: str) -> None:
    wire.on("GET", STATUS, status(word, qrcode="data:image/png;base64,xx", urlcode="2@of-long-ago"))
    assert (await wpp.pairing("shop")).qr_text == ""
    assert (await wpp.observe("shop")).connection is not Connection.NEEDS_PAIRING


@pytest.mark.parametrize(("told", "check"), [(status("CONNECTED"), NO), (status("INITIALIZING"), NO), (CLOSED, NO)])
async def test_pairing_begins_with_a_start_that_keeps_the_webhook(
    wire: Wire, wpp: WppconnectGateway, told: Reply, check: Reply
) -> None:
    stands(wire, told, check)
    await wpp.begin_pairing("shop", PHONE)
    assert [one.body for one in wire.asked if one.target == START] == [b"{}"]
