"""What Evolution is told to do: connect what is closed, restart what runs, pair."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.evolution import REST, EvolutionGateway
from healthcheckd.simulator import ScriptedSession, Simulator, script
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.evolution.conftest import CONNECT, NOTHING_DONE, STATE, Connect, Turned, row, stands, state
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

RESTART = "/instance/restart/shop"
QR = shown({"pairingCode": None, "code": "2@abc,def", "base64": "data:image/png;base64,xx", "count": 1})


async def test_an_instance_without_a_state_is_stopped_and_no_call_is_tried_on_it(
    wire: Wire, evolution: EvolutionGateway
) -> None:
    stands(wire, None, row("close"))
    seen = await evolution.observe("shop")
    assert (seen.connection, seen.cause) == (Connection.STOPPED, Cause.STOPPED)
    error = await failing(evolution.reconnect("shop"))
    assert (error.fault, "process" in error.hint) == (GatewayFault.CONFLICT, True)
    assert (await failing(evolution.begin_pairing("shop"))).fault is GatewayFault.CONFLICT
    await evolution.stop("shop")
    assert {asked.target for asked in wire.asked} == {STATE}


async def test_success_that_is_none_is_an_error(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "open", row())
    wire.on("POST", RESTART, NOTHING_DONE)
    error = await failing(evolution.reconnect("shop"))
    assert (error.fault, error.what) == (GatewayFault.CONFLICT, "it did nothing: no reason given")


async def test_success_that_is_none_says_why_where_it_can(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, shown({"error": True, "message": f"Error: no {KEY} for you"}))
    assert (await failing(evolution.reconnect("shop"))).what == "it did nothing: Error: no **** for you"


async def test_what_is_closed_is_connected_and_never_restarted(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, shown({"count": 0}))
    wire.on("POST", RESTART, NOTHING_DONE)
    await evolution.reconnect("shop")
    assert (wire.targets("GET").count(CONNECT), wire.targets("POST")) == (1, [])


@pytest.mark.parametrize("word", ["open", "connecting"])
async def test_what_runs_is_restarted_and_never_connected(wire: Wire, evolution: EvolutionGateway, word: str) -> None:
    stands(wire, word, row())
    wire.on("POST", RESTART, state(word))
    await evolution.reconnect("shop")
    assert (wire.targets("POST"), CONNECT in wire.targets("GET")) == ([RESTART], False)


@pytest.mark.parametrize("reply", [Reply(500), Reply(503), Reply(aborts=True)])
@pytest.mark.parametrize(("word", "target"), [("close", CONNECT), ("open", RESTART)])
async def test_a_verb_whose_answer_is_lost_is_not_repeated(
    wire: Wire, evolution: EvolutionGateway, word: str, target: str, reply: Reply
) -> None:
    stands(wire, word, row("close"))
    wire.on("GET", CONNECT, reply)
    wire.on("POST", RESTART, reply)
    await failing(evolution.reconnect("shop"))
    assert [asked.target for asked in wire.asked].count(target) == 1


async def test_one_instance_is_not_reinitialised_twice_in_a_moment(
    wire: Wire, patient: EvolutionGateway, turned: Turned
) -> None:
    stands(wire, "open", row())
    wire.on("POST", RESTART, state("open"))
    await patient.reconnect("shop")
    turned.at += REST - 1
    assert "29 s ago" in (await failing(patient.reconnect("shop"))).what
    turned.at += 1
    await patient.reconnect("shop")
    assert wire.targets("POST") == [RESTART, RESTART]


async def test_the_raw_text_of_the_qr_code_is_shown(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "connecting", row("connecting"))
    wire.on("GET", CONNECT, QR)
    assert (await evolution.pairing("shop")).qr_text == "2@abc,def"


@pytest.mark.parametrize(("word", "status"), [("connecting", "open"), ("open", "open"), ("close", "connecting")])
async def test_a_code_that_is_left_over_is_not_shown(
    wire: Wire, evolution: EvolutionGateway, word: str, status: str
) -> None:
    """A linked instance that connects again still holds its old code; a closed one would be started by the question."""
    stands(wire, word, row(status))
    wire.on("GET", CONNECT, QR)
    assert (await evolution.pairing("shop")).qr_text == ""
    assert CONNECT not in wire.targets("GET")


async def test_a_code_to_type_needs_the_number_at_the_start(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close", disconnectionReasonCode=401))
    wire.on("GET", CONNECT + "?number=5511", shown({"count": 0}))
    await evolution.begin_pairing("shop", "+55 11")
    stands(wire, "connecting", row("connecting"))
    wire.on("GET", CONNECT + "?number=5511", shown({"pairingCode": "WZYEH1YY", "code": "2@a", "count": 1}))
    paired = await evolution.pairing("shop", "+55 11")
    assert (paired.code, paired.qr_text, paired.lives) == ("WZYEH1YY", "", timedelta(minutes=2))


async def test_beside_a_qr_code_no_code_to_type_is_to_be_had(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "connecting", row("connecting"))
    wire.on("GET", CONNECT + "?number=5511", QR)
    error = await failing(evolution.pairing("shop", "+55 11"))
    assert (error.fault, "scan" in error.hint) == (GatewayFault.CONFLICT, True)


@pytest.mark.parametrize("word", ["logged-out-failed", "logged-out"])
async def test_a_person_links_a_logged_out_account_by_code(connect: Connect, word: str) -> None:
    life = script(word).after(0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="evolution", api_key=KEY, speed=60) as server:
        evolution = connect(reached_at(server.url, "evolution"))
        while (seen := await evolution.observe("shop")).connection is Connection.CONNECTED:
            pass
        if word == "logged-out-failed":
            assert (seen.connection, seen.cause) == (Connection.LOGGED_OUT, Cause.LOGGED_OUT)
            await evolution.begin_pairing("shop", PHONE)
            while (await evolution.observe("shop")).connection is not Connection.NEEDS_PAIRING:
                pass
            assert (await evolution.pairing("shop", PHONE)).code
        else:
            assert seen.connection is Connection.NEEDS_PAIRING
            assert (await failing(evolution.pairing("shop", PHONE))).fault is GatewayFault.CONFLICT
