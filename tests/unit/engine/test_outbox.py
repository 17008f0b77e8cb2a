"""What becomes of owed messages: sent once where possible, again where not, and never lost."""

import asyncio
import logging
from datetime import timedelta

import pytest

from healthcheckd.engine.outbox import SETTLING_SECONDS, retry_delay
from healthcheckd.errors import DeliveryScope
from healthcheckd.settings import NotifySettings
from tests.fakes.clock import ManualClock, until
from tests.unit.engine.outbox_bench import MINUTE, START, bench, fault, owed


async def test_what_is_due_is_sent_and_recorded_with_the_servers_words() -> None:
    b = bench(owed(1), owed(2))
    assert await b.outbox.deliver_due() == 2
    assert b.store.words == {1: "250 queued", 2: "250 queued"}
    assert b.store.outcomes == ["", ""]
    assert [event.data["state"] for event in b.events] == ["sent", "sent"]


async def test_notices_that_share_a_message_id_go_as_one_message() -> None:
    b = bench(owed(1, "a@example.com", message_id="<m>"), owed(2, "a@example.com", message_id="<m>"))
    assert await b.outbox.deliver_due() == 1
    assert len(b.channel.delivered) == 1
    assert set(b.store.words) == {1, 2}


async def test_the_log_line_is_the_one_people_search_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    await bench(owed(1, "user@example.com")).outbox.deliver_due()
    assert "Sending offline notification to user@example.com for account main/shop-1 by email" in caplog.messages
    assert all("email" in line for line in caplog.messages)
    assert {record.action for record in caplog.records} == {"notice_sending", "notice_sent"}


async def test_a_recipient_refused_for_ever_is_dead_at_once_and_others_go_on() -> None:
    b = bench(owed(1, "gone@example.com"), owed(2), gone=fault(DeliveryScope.RECIPIENT, permanent=True))
    assert await b.outbox.deliver_due() == 1
    assert b.store.buried == {1: "email server: refused"}
    assert b.store.outcomes == [""]
    assert [event.data["state"] for event in b.events] == ["dead", "sent"]


async def test_a_recipient_refused_for_now_is_tried_again_later() -> None:
    b = bench(owed(1, "grey@example.com"), grey=fault(DeliveryScope.RECIPIENT))
    await b.outbox.deliver_due()
    assert b.store.not_before[1] == START + MINUTE
    b.channel.refuse.clear()
    b.clock.advance(60)
    assert await b.outbox.deliver_due() == 1


async def test_a_message_refused_is_retried_with_growing_pauses_for_a_day_then_given_up() -> None:
    b = bench(owed(1, "odd@example.com"), odd=fault(DeliveryScope.MESSAGE))
    tried = []
    while b.store.owed:
        await b.outbox.deliver_due()
        tried.append((b.clock.at - START) // MINUTE)
        b.clock.advance((b.store.not_before[1] - b.clock.at).total_seconds())
    assert tried[:6] == [0, 1, 3, 8, 23, 53]
    assert timedelta(minutes=tried[-1]) >= timedelta(hours=24)
    assert b.store.buried == {1: "email server: refused"}


async def test_a_channel_that_fails_keeps_everything_owed_and_is_left_alone() -> None:
    b = bench(owed(1), owed(2), owed(3), owner1=fault(DeliveryScope.CHANNEL))
    assert await b.outbox.deliver_due() == 0
    assert b.channel.tried == ["owner1@example.com"]
    assert set(b.store.owed) == {1, 2, 3}
    assert [notice.tries for notice in b.store.owed.values()] == [1, 0, 0]
    assert b.store.outcomes == ["email server: refused"]
    b.clock.advance(59)
    await b.outbox.deliver_due()
    assert b.channel.tried == ["owner1@example.com"]


async def test_a_channel_is_tried_again_with_growing_pauses() -> None:
    everyone = {f"owner{number}": fault(DeliveryScope.CHANNEL) for number in range(1, 9)}
    b = bench(*(owed(number) for number in range(1, 9)), **everyone)
    tried = []
    for minute in range(60):
        before = len(b.channel.tried)
        await b.outbox.deliver_due()
        tried += [minute] * (len(b.channel.tried) - before)
        b.clock.advance(60)
    assert tried == [0, 1, 3, 8, 23, 53]
    assert not b.store.buried


async def test_a_message_that_fails_the_channel_does_not_keep_the_others_waiting() -> None:
    b = bench(owed(1, "poison@example.com"), owed(2), owed(3), poison=fault(DeliveryScope.CHANNEL))
    await b.outbox.deliver_due()
    b.clock.advance(60)
    assert await b.outbox.deliver_due() == 2
    assert set(b.store.owed) == {1}
    assert b.store.outcomes == ["email server: refused", "", ""]


async def test_an_unwritable_letter_does_not_keep_the_others() -> None:
    b = bench(owed(1, "unwritable@example.com"), owed(2))
    assert await b.outbox.deliver_due() == 1
    assert "LookupError: no such phrase" in b.store.errors[1]
    b.clock.advance(25 * 3600)
    await b.outbox.deliver_due()
    assert "LookupError" in b.store.buried[1]


async def test_a_notice_for_a_channel_that_is_not_there_is_given_up() -> None:
    b = bench(owed(1, channel="pager"))
    await b.outbox.deliver_due()
    assert b.store.buried == {1: "there is no channel called pager"}


async def test_at_most_so_many_a_minute() -> None:
    b = bench(*(owed(number) for number in range(1, 8)), settings=NotifySettings(per_minute=3))
    assert await b.outbox.deliver_due() == 3
    b.clock.advance(59)
    assert await b.outbox.deliver_due() == 0
    b.clock.advance(1)
    assert await b.outbox.deliver_due() == 3


async def test_a_step_back_of_the_clock_does_not_silence_it() -> None:
    b = bench(*(owed(number) for number in range(1, 5)), settings=NotifySettings(per_minute=2))
    await b.outbox.deliver_due()
    b.clock.step(-timedelta(days=1))
    b.store.not_before = dict.fromkeys(b.store.owed, b.clock.at)
    assert await b.outbox.deliver_due() == 0
    b.clock.advance(SETTLING_SECONDS)
    assert await b.outbox.deliver_due() == 2


async def test_right_after_a_jump_of_the_clock_nothing_is_sent() -> None:
    """What is owed would seem too old, before it is put right."""
    b = bench(owed(1))
    await b.outbox.deliver_due()
    b.store.owed[2] = owed(2)
    b.clock.step(timedelta(days=3))
    assert await b.outbox.deliver_due() == 0
    b.clock.advance(SETTLING_SECONDS - 1)
    assert await b.outbox.deliver_due() == 0
    b.clock.advance(1)
    assert await b.outbox.deliver_due() == 1


async def test_what_the_server_accepted_is_recorded_though_cancelled() -> None:
    b = bench(owed(1))
    b.store.turns = 20
    task = asyncio.create_task(b.outbox.deliver_due())
    await until(lambda: b.channel.delivered)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert b.store.words == {1: "250 queued"}


async def test_a_stop_lets_the_message_under_way_finish_and_starts_no_other() -> None:
    b, stop = bench(owed(1), owed(2)), asyncio.Event()
    b.store.turns = 20
    task = asyncio.create_task(b.outbox.run(stop))
    await until(lambda: b.channel.delivered)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert set(b.store.words) == {1}
    assert set(b.store.owed) == {2}


async def test_it_runs_until_stopped_and_sends_what_becomes_due() -> None:
    b, stop = bench(owed(1, "grey@example.com"), grey=fault(DeliveryScope.RECIPIENT)), asyncio.Event()
    task = asyncio.create_task(b.outbox.run(stop))
    await until(lambda: b.store.errors)
    b.channel.refuse.clear()
    await until(lambda: not b.store.owed)
    stop.set()
    await asyncio.wait_for(task, 5)
    assert b.store.words == {1: "250 queued"}


class SleepyClock(ManualClock):
    """Never wakes by itself."""

    async def sleep(self, seconds: float) -> None:
        await asyncio.Event().wait()


async def test_a_commit_wakes_it() -> None:
    b, stop = bench(), asyncio.Event()
    b.outbox.clock = SleepyClock(START)
    task = asyncio.create_task(b.outbox.run(stop))
    await asyncio.sleep(0)
    b.store.owed[1] = owed(1)
    b.outbox.wake()
    await until(lambda: b.store.words)
    stop.set()
    await asyncio.wait_for(task, 5)


@pytest.mark.parametrize(("tries", "minutes"), [(0, 1), (1, 2), (2, 5), (3, 15), (4, 30), (5, 60), (6, 60), (500, 60)])
def test_pauses_between_tries_grow_to_an_hour(tries: int, minutes: int) -> None:
    assert retry_delay(tries, MINUTE, timedelta(hours=1)) == minutes * MINUTE


def test_pauses_never_exceed_the_cap() -> None:
    assert retry_delay(5, MINUTE, timedelta(minutes=30)) == timedelta(minutes=30)


async def test_setting_the_clock_back_does_not_prolong_a_channels_pause() -> None:
    b = bench(owed(1, "poison@example.com"), owed(2), poison=fault(DeliveryScope.CHANNEL))
    await b.outbox.deliver_due()
    b.clock.step(-timedelta(days=1))
    b.store.not_before = dict.fromkeys(b.store.owed, b.clock.at)
    assert await b.outbox.deliver_due() == 0
    b.clock.advance(60)
    del b.channel.refuse["poison@example.com"]
    assert await b.outbox.deliver_due() == 2
