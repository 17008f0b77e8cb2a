"""What WuzAPI is told to do: connect, disconnect and pair."""

from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wuzapi import WuzapiGateway
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import State
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Wire
from tests.contract.gateways.worlds import KEY, PHONE, reached_at
from tests.contract.gateways.wuzapi.conftest import (
    CODE,
    DIAL,
    HANG_UP,
    PAIR,
    QR,
    STATUS,
    TOKEN,
    USERS,
    Connect,
    done,
    failed,
    listed,
    row,
    sent,
)


async def test_a_connect_keeps_the_subscriptions_that_the_row_has_now(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", USERS, done([row()]), done([row(events="Message,Connected")]))
    wire.on("POST", DIAL, done({"details": "Connected!"}))
    await listed(wuzapi)
    await wuzapi.reconnect("shop")
    assert sent(wire, DIAL) == [{"Subscribe": ["Message", "Connected"], "Immediate": True}]


async def test_subscriptions_that_a_stop_clears_are_sent_with_the_next_connect(connect: Connect) -> None:
    life = Script("up", (Step(State.WORKING, label="well", restart="well"),), starting=0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="wuzapi-2025", api_key=KEY) as server:
        wuzapi = connect(reached_at(server.url, "wuzapi"))
        await wuzapi.stop("shop")
        assert (await wuzapi.observe("shop")).connection is Connection.STOPPED
        await wuzapi.reconnect("shop")
        await wuzapi.reconnect("shop")
        known = await wuzapi._known("shop")
    assert known.events == ["Message", "ReadReceipt"]


@pytest.mark.parametrize("words", ["Already Connected", "already connected"])
async def test_a_dead_client_in_the_way_is_taken_away_once(wire: Wire, wuzapi: WuzapiGateway, words: str) -> None:
    wire.on("GET", STATUS, done({"Connected": False, "LoggedIn": True}))
    wire.on("POST", DIAL, failed(words), done({}))
    wire.on("POST", HANG_UP, failed("Cannot disconnect because it is not logged in"))
    await wuzapi.reconnect("shop")
    assert wire.targets("POST") == [DIAL, HANG_UP, DIAL]


async def test_a_dead_client_that_stays_in_the_way_is_told_and_not_fought(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, done({"Connected": False, "LoggedIn": False}))
    wire.on("POST", DIAL, failed("Already Connected"))
    wire.on("POST", HANG_UP, failed("Cannot disconnect"))
    error = await failing(wuzapi.reconnect("shop"))
    assert (error.fault, "process ends" in error.what) == (GatewayFault.CONFLICT, True)
    assert wire.targets("POST") == [DIAL, HANG_UP, DIAL]


@pytest.mark.parametrize("changes", [{}, {"loggedIn": False, "qrcode": CODE}])
async def test_what_is_up_or_shows_a_code_is_not_taken_away(
    wire: Wire, wuzapi: WuzapiGateway, changes: dict[str, Any]
) -> None:
    wire.on("GET", STATUS, done(row(**changes)))
    wire.on("POST", DIAL, failed("already connected"))
    await wuzapi.reconnect("shop")
    assert wire.targets("POST") == [DIAL]


async def test_a_connect_that_fails_says_why_and_is_made_once(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("POST", DIAL, failed(f"failed to connect {TOKEN} {KEY}"))
    error = await failing(wuzapi.reconnect("shop"))
    assert error.what == "failed to connect **** **** (500)"
    assert wire.targets("POST") == [DIAL]


async def test_stopped_by_us_is_remembered_until_it_runs_again(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("POST", HANG_UP, done({"Details": "Disconnected"}))
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED
    await wuzapi.stop("shop")
    assert (await wuzapi.observe("shop")).cause is Cause.STOPPED
    wire.on("GET", STATUS, done(row()))
    await wuzapi.observe("shop")
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED


async def test_a_stop_that_fails_on_a_running_client_is_no_success(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("POST", HANG_UP, failed("problem"))
    wire.on("GET", STATUS, done(row()))
    assert (await failing(wuzapi.stop("shop"))).what == "problem (500)"
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    await wuzapi.stop("shop")


async def test_a_phone_that_logged_out_shows_after_the_next_connect(connect: Connect) -> None:
    life = Script("out", (Step(State.FAILED, restart="qr"),), starting=0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="wuzapi", api_key=KEY) as server:
        wuzapi = connect(reached_at(server.url, "wuzapi"))
        assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED
        await wuzapi.begin_pairing("shop")
        for _ in range(50):
            if (seen := await wuzapi.observe("shop")).connection is Connection.NEEDS_PAIRING:
                break
        assert (seen.linked, seen.phone) == (False, None)
        assert (await wuzapi.pairing("shop")).qr_png.startswith(b"\x89PNG")


@pytest.mark.parametrize("words", ["no session", "Not connected", "already logged in"])
async def test_no_code_on_show_is_no_error(wire: Wire, wuzapi: WuzapiGateway, words: str) -> None:
    wire.on("GET", STATUS, done(row(loggedIn=False, jid="")))
    wire.on("GET", QR, failed(words))
    assert (await wuzapi.pairing("shop")).qr_png == b""
    wire.on("GET", QR, failed("problem"))
    await failing(wuzapi.pairing("shop"))
    wire.on("GET", QR, done({"QRCode": "data:image/png;base64,???"}))
    assert (await failing(wuzapi.pairing("shop"))).fault is GatewayFault.BAD_ANSWER


async def test_a_code_to_type_is_asked_for_with_digits(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, done(row(loggedIn=False, jid="")))
    wire.on("POST", PAIR, done({"LinkingCode": "ABCD-EFGH"}))
    assert (await wuzapi.pairing("shop", "+1 555")).code == "ABCD-EFGH"
    assert sent(wire, PAIR) == [{"Phone": "1555"}]
