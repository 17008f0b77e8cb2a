"""One sweep: read all, first attempts, second readings, counts."""

import asyncio
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.errors import StoreError
from tests.fakes.clock import NOON
from tests.fakes.gateway import DOWN, UP, unreachable
from tests.unit.engine.bench import bench


async def test_the_counts_are_those_of_the_accounts_after_it() -> None:
    a = bench()
    a.main.states = {"a": UP, "b": UP}
    a.sweeps.know("main", "a", "b")
    counts = await a.run()
    assert (counts["total"], counts["healthy"], counts["warning"], counts["critical"], counts["unknown"]) == (
        *(2, 2, 0, 0),
        0,
    )


async def test_attempted_and_reconnected_are_those_of_this_sweep() -> None:
    a = bench()
    a.main.states = {"a": DOWN, "b": DOWN}
    a.attempts.owe("a")
    counts = await a.run()
    assert (counts["attempted"], counts["reconnected"]) == (1, 1)
    again = await a.run()
    assert (again["attempted"], again["reconnected"]) == (0, 0)


async def test_what_the_loop_attempts_meanwhile_counts_for_the_sweep() -> None:
    a = bench()
    a.main.states, a.main.list_gate = {"a": DOWN}, asyncio.Event()
    a.attempts.owe("a")
    running = asyncio.create_task(a.run())
    for _ in range(5):
        await asyncio.sleep(0)
    await a.aftercare.turn()
    await a.reconnector.finish()
    a.main.list_gate.set()
    assert (await running)["attempted"] == 1


async def test_notified_counts_accounts_of_every_phase() -> None:
    a = bench()
    a.main.states, a.sweeps.notices_each, a.main.thorough = {"a": UP}, 1, True
    a.sweeps.due[AccountId("main", "b")] = NOON + timedelta(seconds=30)
    assert (await a.run())["notified"] == 2


async def test_a_gateway_that_fails_leaves_the_others_swept() -> None:
    a = bench("main", "eu")
    a.main.list_error, a.gateways["eu"].states = unreachable(), {"b": UP}
    a.sweeps.know("main", "a")
    await a.run()
    assert [one.silence for one in a.sweeps.seen("a")] == ["connection refused"]
    assert [one.connection for one in a.sweeps.seen("b")] == [UP]


@pytest.mark.parametrize("others_answer", [True, False])
async def test_the_silent_ones_know_whether_they_are_alone_in_it(others_answer: bool) -> None:
    a = bench("main", "eu")
    a.main.list_error = unreachable()
    a.gateways["eu"].list_error = None if others_answer else unreachable()
    a.sweeps.know("main", "a")
    await a.run()
    assert [one.elsewhere for one in a.sweeps.seen("a")] == [others_answer]


async def test_another_that_answered_since_it_fell_silent_is_remembered() -> None:
    a = bench("main", "eu")
    a.sweeps.know("main", "a")
    a.main.list_error = unreachable()
    await a.run()
    a.clock.advance(900)
    a.gateways["eu"].list_error = unreachable()
    await a.run()
    assert [one.elsewhere for one in a.sweeps.seen("a")] == [True, True]


async def test_second_readings_belong_to_the_sweep_while_it_waits() -> None:
    a = bench()
    a.main.states = {"a": UP, "b": UP}
    a.sweeps.due[AccountId("main", "a")] = NOON + timedelta(seconds=60)
    a.sweeps.due[AccountId("main", "b")] = NOON + timedelta(seconds=91)
    a.main.thorough = True
    a.sweeps.know("main")
    await a.run()
    assert a.clock.at - NOON <= timedelta(seconds=90)


async def test_progress_is_told_gateway_by_gateway() -> None:
    a, told = bench("main", "eu"), []
    await a.sweep.run(lambda *progress: told.append(progress))
    assert told == [("reading", 1, 2), ("reading", 2, 2), ("settling", 0, 1)]


async def test_four_sweeps_take_four_turns() -> None:
    a = bench()
    a.main.states = {f"s{number}": UP for number in range(40)}
    for _ in range(4):
        await a.run()
        a.clock.at = NOON + timedelta(minutes=15) * (1 + (a.clock.at - NOON) // timedelta(minutes=15))
    assert sorted(a.main.asked) == sorted(a.main.states)


async def test_a_store_that_fails_fails_the_sweep_in_its_own_words() -> None:
    a = bench()
    a.main.states, a.sweeps.broken = {"a": UP}, StoreError("the disk is full")
    with pytest.raises(StoreError, match="the disk is full"):
        await a.run()


async def test_it_says_what_people_search_for(caplog: pytest.LogCaptureFixture) -> None:
    a = bench()
    a.main.states = {"a": UP}
    a.sweeps.know("main", "a")
    with caplog.at_level("INFO"):
        await a.run()
    assert [record.message for record in caplog.records] == [
        "Starting WhatsApp session health check...",
        "Found 1 active WhatsApp accounts to check",
        "WhatsApp session health check completed { total: 1, healthy: 1, warning: 0, critical: 0 }",
    ]
