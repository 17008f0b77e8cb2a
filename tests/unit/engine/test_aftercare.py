"""Between the sweeps: second looks, owed attempts, gateways that fell silent."""

import asyncio
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.engine.aftercare import MANY
from healthcheckd.engine.rounds import RoundResult
from healthcheckd.errors import StoreError
from tests.fakes.clock import NOON, until
from tests.fakes.gateway import DOWN, UP, unreachable
from tests.unit.engine.bench import PATIENCE, Bench, bench, shops

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def rechecked(a: Bench, *numbers: int, after: timedelta = timedelta(0)) -> None:
    for one in shops(*numbers):
        a.main.states[one.session] = UP
        a.sweeps.due[one] = NOON + after


async def silent(a: Bench, *names: str) -> None:
    """These stop answering, and a sweep has noticed."""
    for name in names:
        a.gateways[name].list_error = unreachable()
        await a.rounds.read(name)


async def minutes(a: Bench, number: int) -> None:
    """As the loop does it: every five seconds."""
    for _ in range(12 * number):
        await a.aftercare.ask_silent()
        a.clock.advance(5)


async def test_a_few_are_read_again_singly() -> None:
    a = bench()
    rechecked(a, 1, 2)
    await a.aftercare.turn()
    assert (sorted(a.main.asked), a.main.lists) == (["shop-1", "shop-2"], 0)


async def test_many_of_one_gateway_are_read_again_by_its_list() -> None:
    a = bench()
    rechecked(a, *range(MANY + 1))
    await a.aftercare.turn()
    assert a.main.lists == 1
    assert len(a.main.asked) < MANY


async def test_what_is_not_due_yet_is_not_read() -> None:
    a = bench()
    rechecked(a, 1, after=SECOND)
    await a.aftercare.turn()
    assert a.main.asked == []


async def test_accounts_of_a_gateway_no_longer_ours_are_not_read() -> None:
    a = bench()
    a.sweeps.due[AccountId("gone", "shop")] = NOON
    await a.aftercare.turn()
    assert a.sweeps.applied == []


async def test_a_turn_makes_the_attempts_that_are_due() -> None:
    a = bench()
    a.main.states["shop-1"] = DOWN
    a.attempts.owe("shop-1")
    await a.aftercare.turn()
    await a.reconnector.finish()
    assert a.main.restarted == ["shop-1"]


async def test_settling_turns_until_nothing_is_due_before_the_end() -> None:
    a = bench()
    rechecked(a, 1, after=30 * SECOND)
    rechecked(a, 2, after=200 * SECOND)
    await a.aftercare.settle(90 * SECOND)
    assert a.main.asked == ["shop-1"]
    assert a.clock.at == NOON + 30 * SECOND


async def test_settling_waits_for_attempts_under_way() -> None:
    a = bench()
    a.main.states["shop-1"], a.main.gate = DOWN, asyncio.Event()
    a.attempts.owe("shop-1")
    settling = asyncio.create_task(a.aftercare.settle(timedelta(hours=1)))
    for _ in range(50):
        await asyncio.sleep(0)
    assert not settling.done()
    a.main.gate.set()
    await settling
    assert a.attempts.ended == {1: ("connected", "")}


async def test_settling_ends_at_its_end_whatever_is_under_way() -> None:
    a = bench()
    a.main.states["shop-1"], a.main.gate = DOWN, asyncio.Event()
    a.attempts.owe("shop-1")
    await a.aftercare.settle(90 * SECOND)
    assert NOON + 89 * SECOND < a.clock.at <= NOON + 90 * SECOND
    assert a.reconnector.under_way == 1
    await a.reconnector.cut_off()


async def test_setting_the_clock_back_does_not_prolong_settling() -> None:
    a = bench()
    rechecked(a, 1, after=30 * SECOND)
    a.main.states["shop-2"], a.main.gate = DOWN, asyncio.Event()
    a.attempts.owe("shop-2")
    settling = asyncio.create_task(a.aftercare.settle(90 * SECOND))
    await asyncio.sleep(0)
    a.clock.step(-timedelta(days=1))
    await settling
    assert a.clock.elapsed <= 90
    await a.reconnector.cut_off()


async def test_settling_ends_when_the_daemon_is_told_to_stop() -> None:
    a, stop = bench(), asyncio.Event()
    stop.set()
    await a.aftercare.run(stop)
    rechecked(a, 1, after=30 * SECOND)
    await a.aftercare.settle(90 * SECOND)
    assert a.clock.at == NOON


async def test_the_loop_sleeps_until_something_is_due_but_never_long() -> None:
    a, stop = bench(), asyncio.Event()
    rechecked(a, 1, after=2 * SECOND)
    rechecked(a, 2, after=60 * SECOND)
    running = asyncio.create_task(a.aftercare.run(stop))
    await until(lambda: "shop-2" in a.main.asked)
    stop.set()
    await running
    assert a.clock.slept[0] == 2.0
    assert set(a.clock.slept[1:]) <= {5.0, 3.0}


async def test_a_store_that_fails_ends_the_loop() -> None:
    a = bench()
    rechecked(a, 1)
    a.sweeps.broken = StoreError("the disk is full")
    with pytest.raises(StoreError):
        await a.aftercare.run(asyncio.Event())


async def test_a_silent_gateway_is_asked_again_after_a_minute_then_each_minute() -> None:
    a = bench()
    await silent(a, "main")
    await minutes(a, 1)
    assert a.main.lists == 1
    await minutes(a, 5)
    assert a.main.lists == 1 + 5


async def test_the_store_is_asked_once_for_all_gateways() -> None:
    a = bench("main", "eu", "us")
    await silent(a, "main")
    await a.aftercare.ask_silent()
    assert a.sweeps.asked_for_silent == 1


async def test_a_gateway_that_answers_is_not_asked_between_the_sweeps() -> None:
    a = bench()
    await a.rounds.read("main")
    await minutes(a, 5)
    assert a.main.lists == 1


async def test_its_first_answer_is_a_fresh_round_of_it() -> None:
    a = bench()
    a.main.states = {"shop-1": UP, "shop-2": DOWN}
    await silent(a, "main")
    a.main.list_error = None
    await minutes(a, 3)
    assert a.main.lists == 2
    assert {one.session for _, one in a.sweeps.applied} == {"shop-1", "shop-2"}


async def test_setting_the_clock_back_leaves_no_gateway_unasked() -> None:
    a = bench()
    await silent(a, "main")
    await minutes(a, 2)
    before = a.main.lists
    a.clock.step(-timedelta(days=1))
    await minutes(a, 2)
    assert a.main.lists == before + 2


async def test_a_gateway_that_hangs_keeps_no_other_silent_one_waiting() -> None:
    a = bench("main", "eu")
    await silent(a, "main", "eu")
    await a.aftercare.ask_silent()
    a.main.list_gate, a.gateways["eu"].list_error = asyncio.Event(), None
    a.clock.advance(60)
    asking = asyncio.create_task(a.aftercare.ask_silent())
    for _ in range(30):
        await asyncio.sleep(0)
    assert (await a.rounds.standing("eu")).silent_since is None
    a.main.list_gate.set()
    await asking


async def test_before_half_an_hour_its_accounts_are_left_as_they_are() -> None:
    a = bench()
    a.sweeps.know("main", "shop-1")
    await silent(a, "main")
    await minutes(a, 29)
    assert a.sweeps.applied == []


async def test_after_half_an_hour_its_accounts_hear_of_it() -> None:
    a = bench()
    a.sweeps.know("main", "shop-1")
    await silent(a, "main")
    await minutes(a, 32)
    [first, *_] = a.sweeps.seen("shop-1")
    assert first.at - NOON >= PATIENCE
    assert (first.whole_gateway, first.elsewhere) == (True, False)


async def test_another_gateway_that_answered_meanwhile_proves_our_network() -> None:
    a = bench("main", "eu")
    a.sweeps.know("main", "shop-1")
    await silent(a, "main")
    a.clock.advance(60)
    await a.aftercare.heard([RoundResult("eu", answered=True)])
    await minutes(a, 32)
    assert {one.elsewhere for one in a.sweeps.seen("shop-1")} == {True}


async def test_an_answer_from_before_the_silence_proves_nothing() -> None:
    a = bench("main", "eu")
    a.sweeps.know("main", "shop-1")
    await a.aftercare.heard([RoundResult("eu", answered=True)])
    a.clock.advance(60)
    await silent(a, "main")
    await minutes(a, 32)
    assert {one.elsewhere for one in a.sweeps.seen("shop-1")} == {False}


async def test_nothing_is_its_own_witness() -> None:
    a = bench()
    await a.aftercare.heard([RoundResult("main", answered=True)])
    assert not await a.together.elsewhere("main", NOON)


async def test_what_is_done_while_a_sweep_counts_is_the_sweeps() -> None:
    a = bench()
    rechecked(a, 1)
    a.sweeps.notices_each = 1
    with a.aftercare.counting() as tally:
        await a.aftercare.turn()
    rechecked(a, 2)
    await a.aftercare.turn()
    assert tally.notified == 1
