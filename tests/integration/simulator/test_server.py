"""The simulator as a server: faults of the whole gateway, accounts that come and go, time."""

import asyncio
import time

import aiohttp
import pytest

from healthcheckd.errors import Refused, UnknownName
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step, script
from healthcheckd.simulator.scripts import State
from tests.integration.simulator.by_hand import PHONE, Hand

LIST = "/api/sessions?all=true"
STEADY = ScriptedSession("new", script("steady"), PHONE)
SHORTLY = aiohttp.ClientTimeout(total=0.05)


async def status(client: aiohttp.ClientSession, path: str = LIST) -> int:
    async with client.get(path) as answer:
        return answer.status


async def names(client: aiohttp.ClientSession) -> set[str]:
    async with client.get(LIST) as answer:
        return {row["name"] for row in await answer.json()}


async def test_a_gateway_that_is_down_hangs_up(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.faults.down = True
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.get(LIST)
    simulator.faults.down = False
    assert await status(client) == 200


async def test_a_stopped_gateway_refuses_and_comes_back_at_its_address(
    client: aiohttp.ClientSession, simulator: Simulator
) -> None:
    url = simulator.url
    await simulator.stop()
    with pytest.raises(aiohttp.ClientConnectionError):
        await client.get(LIST)
    await simulator.start(port=int(url.rpartition(":")[2]))
    assert (simulator.url, await status(client)) == (url, 200)


async def test_a_key_that_was_changed(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.faults.wrong_key = True
    assert await status(client) == 401


async def test_every_answer_is_an_error(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.faults.server_error = True
    assert [await status(client, path) for path in (LIST, "/ping", "/api/sessions/steady")] == [500, 500, 500]


async def test_an_empty_list_while_sessions_are_found_singly(
    client: aiohttp.ClientSession, simulator: Simulator
) -> None:
    simulator.faults.empty_list = True
    assert await names(client) == set()
    assert await status(client, "/api/sessions/steady") == 200


async def test_a_gateway_that_hangs(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.faults.hang = True
    with pytest.raises(TimeoutError):
        await client.get("/ping", timeout=SHORTLY)


async def test_stopping_does_not_wait_for_requests_that_hang(simulator: Simulator) -> None:
    simulator.faults.hang = True
    async with aiohttp.ClientSession(simulator.url) as client:
        request = asyncio.create_task(status(client))
        while not simulator.requests.total:  # noqa: ASYNC110 - the server tells nobody that it hangs
            await asyncio.sleep(0)
        began = time.monotonic()
        await simulator.stop()
        assert time.monotonic() - began < 5
        with pytest.raises(aiohttp.ClientError):
            await request


async def test_a_slow_gateway_answers_late(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    simulator.faults.latency = 0.2
    with pytest.raises(TimeoutError):
        await client.get("/ping", timeout=SHORTLY)
    simulator.faults.latency = 0.01
    assert await status(client) == 200


async def test_a_slow_session_answers_late(client: aiohttp.ClientSession, simulator: Simulator) -> None:
    with pytest.raises(TimeoutError):
        await client.get("/api/sessions/slow", timeout=SHORTLY)
    assert await status(client) == 200


async def test_accounts_come_change_and_go(client: aiohttp.ClientSession, simulator: Simulator, hand: Hand) -> None:
    hand.at = 10_000.0
    simulator.add(STEADY)
    assert "new" in await names(client)
    simulator.replace(ScriptedSession("new", script("needs-restart"), PHONE))
    hand.at += 599
    assert simulator.claim("new").state is State.WORKING
    hand.at += 1
    assert simulator.claim("new").state is State.FAILED
    simulator.remove("new")
    assert "new" not in await names(client)
    assert await status(client, "/api/sessions/new") == 404


async def test_a_name_is_taken_once(simulator: Simulator) -> None:
    simulator.add(STEADY)
    with pytest.raises(Refused, match="new"):
        simulator.add(STEADY)


async def test_an_unknown_account_names_those_there_are(simulator: Simulator) -> None:
    for act in (simulator.remove, simulator.claim, lambda name: simulator.scan(name, PHONE)):
        with pytest.raises(UnknownName) as error:
            act("nobody")
        assert "steady" in error.value.candidates


async def test_an_unknown_dialect_names_those_spoken() -> None:
    with pytest.raises(UnknownName) as error:
        Simulator([], dialect="klingon")
    assert "waha" in error.value.candidates


async def test_a_port_in_use_is_refused_with_a_hint(simulator: Simulator) -> None:
    taken = int(simulator.url.rpartition(":")[2])
    with pytest.raises(Refused) as error:
        await Simulator([]).start(port=taken)
    assert "port" in error.value.hint


async def test_starting_twice_is_refused(simulator: Simulator) -> None:
    with pytest.raises(Refused, match="already"):
        await simulator.start()


async def test_requests_are_recorded_with_simulated_time(hand: Hand) -> None:
    async with (
        Simulator([STEADY], speed=60, monotonic=hand) as fast,
        aiohttp.ClientSession(fast.url) as client,
    ):
        hand.at = 10.0
        await status(client)
        await client.post("/api/sessions/new/restart")
        recorded = [(call.method, call.target, call.at) for call in fast.requests]
        assert recorded == [("GET", LIST, 600.0), ("POST", "/api/sessions/new/restart", 600.0)]
        assert fast.requests.verbs("new") == ["restart"]


async def test_speed_makes_minutes_of_seconds(hand: Hand) -> None:
    fast = Simulator([ScriptedSession("x", script("needs-restart"), PHONE)], speed=60, monotonic=hand)
    hand.at = 9.9
    assert fast.claim("x").state is State.WORKING
    hand.at = 10.0
    assert fast.claim("x").state is State.FAILED


async def test_a_script_of_ones_own() -> None:
    waiting = Script("own", (Step(State.PAIRING, linked=False),))
    async with (
        Simulator([ScriptedSession("own", waiting, PHONE)]) as own,
        aiohttp.ClientSession(own.url) as client,
        client.get("/api/sessions/own") as answer,
    ):
        assert (await answer.json())["status"] == "SCAN_QR_CODE"
