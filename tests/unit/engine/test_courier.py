"""The courier: in order for each account, at least once, and never in the way of what is well."""

import asyncio
import logging
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.engine.courier import IN_A_ROW, Courier
from healthcheckd.settings import NotifySettings
from tests.fakes.clock import NOON, until
from tests.unit.engine.courier_bench import bench, owed, raising, refusal, unanswered

MINUTE = timedelta(minutes=1)


async def test_the_events_of_an_account_go_one_after_the_other() -> None:
    made = bench(owed(1, 1), owed(2, 1), owed(3, 1), turns=4)
    assert await made.route.deliver_due() == 3
    assert made.receiver.keys == ["k1", "k2", "k3"]
    assert made.receiver.at_once == 1


async def test_accounts_do_not_wait_for_each_other_and_no_more_go_at_once_than_may() -> None:
    made = bench(*(owed(number, number) for number in range(1, 10)), turns=3)
    assert await made.route.deliver_due() == 9
    assert made.receiver.at_once == 3


async def test_what_was_refused_holds_up_its_own_account_alone() -> None:
    made = bench(owed(1, 1), owed(2, 1), owed(3, 2))
    made.receiver.answer = raising(refusal(), "k1")
    assert await made.route.deliver_due() == 1
    assert set(made.receiver.keys) == {"k1", "k3"}
    assert list(made.store.owed) == [1, 2]


async def test_it_is_tried_again_with_growing_pauses_under_the_same_key_and_as_another_delivery() -> None:
    made = bench(owed(1, 1), owed(2, 2))
    made.receiver.answer = raising(refusal(), "k1")
    await made.route.deliver_due()
    assert made.store.not_before[1] == NOON + MINUTE
    await made.later(minutes=1)
    assert made.store.not_before[1] == NOON + 3 * MINUTE
    tries = [parcel for parcel in made.receiver.got if parcel.key == "k1"]
    assert len(tries) == 2
    assert len({parcel.delivery for parcel in tries}) == 2


async def test_once_it_is_taken_the_next_of_its_account_goes() -> None:
    made = bench(owed(1, 1), owed(2, 1))
    made.receiver.answer = raising(refusal())
    await made.route.deliver_due()
    made.receiver.answer = lambda parcel: "200 OK"
    assert await made.later(minutes=1) == 2
    assert made.receiver.keys == ["k1", "k1", "k2"]


async def test_what_is_refused_for_good_is_given_up_and_the_next_goes() -> None:
    made = bench(owed(1, 1), owed(2, 1))
    made.receiver.answer = raising(refusal(permanent=True), "k1")
    assert await made.route.deliver_due() == 1
    assert made.store.buried == {1: "webhook crm: 503 no"}
    assert made.receiver.keys == ["k1", "k2"]


async def test_while_nobody_answers_nothing_else_is_tried() -> None:
    made = bench(*(owed(number, number) for number in range(1, 6)), turns=1)
    made.receiver.answer = raising(unanswered())
    await made.route.deliver_due()
    assert made.receiver.keys == ["k1"]
    assert await made.later(seconds=59) == 0
    assert made.receiver.keys == ["k1"]
    made.receiver.answer = lambda parcel: "200 OK"
    assert await made.later(seconds=1.5) == 4, "another one goes first"
    assert await made.later(seconds=1) == 1
    assert made.receiver.keys == ["k1", "k2", "k3", "k4", "k5", "k1"]


async def test_pauses_grow_while_nobody_answers_and_the_event_is_not_blamed() -> None:
    made = bench(owed(1, 1), turns=1)
    made.receiver.answer = raising(unanswered())
    for minutes in (0, 1.1, 2.1, 5.1):
        await made.later(minutes=minutes)
    assert len(made.receiver.got) == 4
    made.receiver.answer = lambda parcel: "200 OK"
    assert await made.later(minutes=14) == 0
    assert await made.later(minutes=1.1) == 1


async def test_posts_that_failed_together_count_once() -> None:
    made = bench(*(owed(number, number) for number in range(1, 5)), turns=4)
    made.receiver.answer = raising(unanswered())
    await made.route.deliver_due()
    assert len(made.receiver.got) == 4
    assert made.store.outcomes == ["webhook crm: nothing listens there"]
    assert [event.data["error"] for event in made.events] == made.store.outcomes


async def test_several_refusals_in_a_row_are_the_receivers_fault() -> None:
    made = bench(*(owed(number, number) for number in range(1, 8)), turns=1)
    made.receiver.answer = raising(refusal(permanent=True))
    await made.route.deliver_due()
    assert len(made.receiver.got) == IN_A_ROW, "the rest is spared"
    assert len(made.store.owed) == 7 - IN_A_ROW
    assert made.store.outcomes == ["webhook crm: 503 no"]


async def test_one_refused_event_among_others_is_no_fault_of_the_receiver() -> None:
    made = bench(*(owed(number, number) for number in range(1, 8)), turns=1)
    made.receiver.answer = raising(refusal(), "k1", "k3", "k5")
    assert await made.route.deliver_due() == 4
    assert made.store.outcomes == [""]


async def test_recovery_is_told_once() -> None:
    made = bench(owed(1, 1), owed(2, 2), owed(3, 3), turns=1)
    made.receiver.answer = raising(unanswered())
    await made.route.deliver_due()
    made.receiver.answer = lambda parcel: "200 OK"
    await made.later(minutes=1.1)
    assert made.store.outcomes == ["webhook crm: nothing listens there", ""]


async def test_who_asks_for_patience_gets_it_and_is_not_called_broken() -> None:
    made = bench(owed(1, 1), owed(2, 2), turns=1)
    made.receiver.answer = raising(refusal(after=timedelta(minutes=7)))
    await made.route.deliver_due()
    assert made.receiver.keys == ["k1"]
    assert made.store.outcomes == []
    made.receiver.answer = lambda parcel: "200 OK"
    assert await made.later(minutes=6.9) == 0
    assert await made.later(minutes=0.2) == 2


async def test_pauses_are_those_of_the_configuration() -> None:
    settings = NotifySettings(retry_base=timedelta(seconds=2), retry_cap=timedelta(seconds=3))
    made = bench(owed(1, 1), settings=settings)
    made.receiver.answer = raising(refusal())
    await made.route.deliver_due()
    assert made.store.not_before[1] == NOON + timedelta(seconds=2)
    await made.later(seconds=2)
    assert made.store.not_before[1] == NOON + timedelta(seconds=5)


async def test_a_replay_says_that_it_is_one() -> None:
    made = bench(owed(1, 1, replayed=True), owed(2, 2))
    await made.route.deliver_due()
    assert {parcel.key: parcel.replayed for parcel in made.receiver.got} == {"k1": True, "k2": False}


async def test_a_post_under_way_is_finished_and_recorded_before_it_stops() -> None:
    made, stop = bench(owed(1, 1), owed(2, 1), turns=1), asyncio.Event()
    task = asyncio.create_task(Courier({"crm": made.route}).run(stop))
    await until(lambda: made.receiver.inside)
    stop.set()
    await task
    assert made.receiver.keys == ["k1"]
    assert made.store.words == {1: "200 OK"}


async def test_what_is_cut_off_is_owed_as_before() -> None:
    made = bench(owed(1, 1), turns=1)
    task = asyncio.create_task(made.route.deliver_due())
    await until(lambda: made.receiver.inside)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert made.store.lent == set()
    assert list(made.store.owed) == [1]


async def test_a_change_wakes_it() -> None:
    made, stop = bench(turns=1), asyncio.Event()
    courier = Courier({"crm": made.route})
    task = asyncio.create_task(courier.run(stop))
    await until(lambda: made.clock.slept)
    made.store.owed[1] = owed(1, 1)
    courier.wake()
    await until(lambda: made.store.words)
    stop.set()
    await task


async def test_each_try_is_a_line_that_can_be_searched(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    made = bench(owed(1, 1), owed(2, 2), turns=1)
    made.receiver.answer = raising(refusal(permanent=True), "k1")
    await made.route.deliver_due()
    lines = {record.action: record for record in caplog.records}  # type: ignore[attr-defined]
    assert list(lines) == ["webhook_dead", "webhook_delivered"]
    dead = lines["webhook_dead"]
    assert dead.key == "k1"  # type: ignore[attr-defined]
    assert dead.delivery == made.receiver.got[0].delivery  # type: ignore[attr-defined]
    assert str(AccountId("main", "shop-1")) in dead.getMessage()
