"""Reconnections: read before, act once, read after; within the limits; each to its end."""

import asyncio
import itertools

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Connection
from healthcheckd.engine.reconnector import LOOKS
from healthcheckd.errors import GatewayError, GatewayFault, StoreError
from healthcheckd.ports.store import AttemptPace
from tests.fakes.gateway import DOWN, GOING_UP, UP
from tests.unit.engine.bench import WAIT, Bench, bench, shops

SHOP = AccountId("main", "shop-1")


def down(*numbers: int, **limits: int) -> Bench:
    """So many shops down, each owed an attempt."""
    a = bench(**limits)
    a.main.states = {one.session: DOWN for one in shops(*numbers)}
    a.attempts.owe(*a.main.states)
    return a


async def still(a: Bench) -> None:
    """Until everything waits."""
    for _ in range(20):
        await asyncio.sleep(0)


async def test_it_reads_right_before_and_drops_what_is_no_longer_called_for() -> None:
    a = down(1)
    a.attempts.called_for = lambda account: a.sweeps.seen(account.session)[-1].connection is DOWN
    a.main.states["shop-1"] = UP
    tally = await a.reconnect()
    assert (a.main.restarted, len(a.attempts.dropped), tally.attempted) == ([], 1, set())


async def test_the_reading_before_comes_before_the_attempt_begins() -> None:
    a = down(1)
    read_first = []
    a.attempts.called_for = lambda account: read_first.append(len(a.sweeps.applied)) or True
    await a.reconnect()
    assert read_first == [1]


async def test_a_reconnection_is_only_believed_when_it_is_read() -> None:
    a = down(1)
    tally = await a.reconnect()
    assert a.attempts.ended == {1: ("connected", "")}
    assert (tally.attempted, tally.reconnected) == ({SHOP}, {SHOP})
    assert a.sweeps.seen("shop-1")[-1].connection is UP


async def test_success_by_the_gateways_word_alone_is_none() -> None:
    a = down(1)
    a.main.after = DOWN
    tally = await a.reconnect()
    assert a.attempts.ended == {1: ("still_down", "Failed")}
    assert (tally.attempted, tally.reconnected) == ({SHOP}, set())


async def test_the_same_failure_right_after_the_attempt_may_be_the_old_one() -> None:
    a = down(1)
    a.main.after = DOWN
    await a.reconnect()
    assert len(a.sweeps.seen("shop-1")) == 1 + 2


async def test_what_asks_for_a_person_is_not_looked_at_further() -> None:
    a = down(1)
    a.main.after = Connection.NEEDS_PAIRING
    await a.reconnect()
    assert len(a.sweeps.seen("shop-1")) == 1 + 1
    assert a.attempts.ended == {1: ("still_down", "NeedsPairing")}


async def test_what_goes_on_connecting_is_looked_at_ever_less_often_until_the_wait_is_over() -> None:
    a = down(1)
    a.main.after = GOING_UP
    await a.reconnect()
    pauses = [seconds for seconds in a.clock.slept if seconds]
    assert len(pauses) == LOOKS
    assert sum(pauses) == pytest.approx(WAIT.total_seconds())
    assert all(later == pytest.approx(2 * sooner) for sooner, later in itertools.pairwise(pauses))


async def test_a_gateway_that_refuses_is_recorded_with_its_words() -> None:
    a = down(1)
    a.main.refusal = GatewayError(GatewayFault.CONFLICT, "the session does not exist")
    tally = await a.reconnect()
    assert a.attempts.ended == {1: ("refused", "the session does not exist")}
    assert tally.attempted == {SHOP}


async def test_an_adapters_own_fault_ends_the_attempt_too(caplog: pytest.LogCaptureFixture) -> None:
    a = down(1)
    a.main.refusal = ZeroDivisionError("?")
    await a.reconnect()
    assert a.attempts.ended == {1: ("error", "ZeroDivisionError")}
    assert "Reconnection of account main/shop-1 failed unexpectedly" in caplog.text


async def test_an_attempt_that_cannot_be_recorded_is_not_made(caplog: pytest.LogCaptureFixture) -> None:
    a = down(1)
    a.attempts.broken = StoreError("the disk is full")
    await a.reconnect()
    assert a.main.restarted == []
    assert "Reconnection of account main/shop-1 broke off: the disk is full" in caplog.text


async def test_one_account_is_never_attempted_twice_at_once() -> None:
    a = down(1)
    a.main.gate = asyncio.Event()
    await a.reconnector.start_due(a.tally)
    await still(a)
    a.attempts.owe("shop-1")
    assert await a.reconnector.start_due(a.tally) == 0
    a.main.gate.set()
    await a.reconnector.finish()
    assert a.main.restarted == ["shop-1"]


async def test_two_slots_of_one_account_due_together_are_taken_one_after_the_other() -> None:
    a = down(1)
    a.attempts.owe("shop-1")
    a.main.after = DOWN
    assert await a.reconnector.start_due(a.tally) == 1
    await a.reconnect()
    assert a.main.most_at_once == 1


async def test_at_most_two_at_once_to_a_gateway() -> None:
    a = down(1, 2, 3, 4, 5)
    a.main.gate = asyncio.Event()
    assert await a.reconnector.start_due(a.tally) == 2
    await still(a)
    assert await a.reconnector.start_due(a.tally) == 0
    a.main.gate.set()
    await a.reconnect()
    while a.attempts.owed:
        await a.reconnect()
    assert (sorted(a.main.restarted), a.main.most_at_once) == ([f"shop-{n}" for n in range(1, 6)], 2)


async def test_a_busy_gateway_keeps_no_other_waiting() -> None:
    a = bench("main", "eu")
    for name, gateway in a.gateways.items():
        gateway.states = {one.session: DOWN for one in shops(1, 2, 3)}
        a.attempts.owe(*gateway.states, gateway=name)
    assert await a.reconnector.start_due(a.tally) == 4
    await a.reconnector.finish()
    assert [len(gateway.restarted) for gateway in a.gateways.values()] == [2, 2]


async def test_at_most_ten_a_minute_to_a_gateway() -> None:
    a = down(1, 2, 3)
    a.attempts.before = AttemptPace(9, {"main": 9})
    assert await a.reconnector.start_due(a.tally) == 1
    await a.reconnector.finish()


async def test_at_most_thirty_a_minute_in_all() -> None:
    a = down(1, 2, 3)
    a.attempts.before = AttemptPace(29, {"elsewhere": 29})
    assert await a.reconnector.start_due(a.tally) == 1
    await a.reconnector.finish()


async def test_what_is_still_being_read_counts_for_the_minute_already() -> None:
    a = down(1, 2, 3, per_gateway=9, per_minute_total=2)
    assert await a.reconnector.start_due(a.tally) == 2
    assert await a.reconnector.start_due(a.tally) == 0
    await a.reconnector.finish()


async def test_attempts_of_gateways_that_are_not_ours_are_left_alone() -> None:
    a = bench()
    a.attempts.owe("shop-1", gateway="gone")
    assert await a.reconnector.start_due(a.tally) == 0


async def test_notices_that_its_readings_make_owed_are_counted() -> None:
    a = down(1)
    a.sweeps.notices_each = 1
    assert (await a.reconnect()).notified == 2


async def test_finishing_begins_no_more_and_waits_for_what_is_under_way() -> None:
    a = down(1, 2, 3)
    a.main.gate = asyncio.Event()
    await a.reconnector.start_due(a.tally)
    finishing = asyncio.create_task(a.reconnector.finish())
    await still(a)
    assert (finishing.done(), await a.reconnector.start_due(a.tally)) == (False, 0)
    a.main.gate.set()
    await finishing
    assert len(a.attempts.ended) == 2


async def test_what_is_cut_off_leaves_its_row_open() -> None:
    a = down(1)
    a.main.gate = asyncio.Event()
    await a.reconnector.start_due(a.tally)
    await still(a)
    await a.reconnector.cut_off()
    assert (len(a.attempts.begun), a.attempts.ended, a.reconnector.under_way) == (1, {}, 0)
