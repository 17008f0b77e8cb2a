"""A drill goes by the outbox itself, and is over when every message was accepted or given up."""

from collections.abc import Sequence
from datetime import datetime

from healthcheckd.domain.reports.drills import DrillLine
from healthcheckd.engine.drill import TRIES, Rehearsed, Stage
from healthcheckd.errors import DeliveryScope
from healthcheckd.ports.channel import Message
from healthcheckd.ports.store import OwedNotice
from healthcheckd.settings import NotifySettings
from tests.fakes.clock import ManualClock
from tests.unit.engine.courier_bench import Receiver, raising, refusal
from tests.unit.engine.outbox_bench import START, FakeChannel, compose, fault, owed


def stage(channel: FakeChannel) -> Stage:
    return Stage({"email": channel}, compose, ManualClock(START), NotifySettings(per_minute=1))


async def send(channel: FakeChannel, *notices: OwedNotice) -> tuple[Rehearsed, list[tuple[str, str, int]]]:
    lines: list[DrillLine] = []
    done = await stage(channel).send(notices, lines.append)
    return done, [(line.step, line.recipient, line.tries) for line in lines]


async def test_each_message_is_told_as_it_goes_and_as_it_is_accepted() -> None:
    done, lines = await send(FakeChannel(), owed(1), owed(2))
    assert (done.accepted, done.failed) == (2, 0)
    assert lines == [
        ("sending", "owner1@example.com", 1),
        ("accepted", "owner1@example.com", 1),
        ("sending", "owner2@example.com", 1),
        ("accepted", "owner2@example.com", 1),
    ]


async def test_one_that_is_refused_for_good_does_not_keep_the_others() -> None:
    channel = FakeChannel(refuse={"owner1@example.com": fault(DeliveryScope.RECIPIENT, permanent=True)})
    done, lines = await send(channel, owed(1), owed(2))
    assert (done.accepted, done.failed) == (1, 1)
    assert ("given_up", "owner1@example.com", 1) in lines


async def test_a_channel_that_fails_is_tried_again_and_given_up_soon() -> None:
    channel = FakeChannel(refuse={"owner1@example.com": fault(DeliveryScope.CHANNEL)})
    done, lines = await send(channel, owed(1))
    assert done.failed == 1
    assert len(channel.tried) == TRIES
    assert [step for step, _, _ in lines] == ["sending", "failed", "sending", "given_up"]


async def test_a_channel_that_there_is_not_is_said_to_be_missing() -> None:
    done, lines = await send(FakeChannel(), owed(1, channel="slack"))
    assert done.failed == 1
    assert [step for step, _, _ in lines] == ["sending", "given_up"]


async def test_a_letter_that_cannot_be_written_ends_too() -> None:
    done, _ = await send(FakeChannel(), owed(1, "unwritable@example.com"))
    assert done.failed == 1


async def test_limits_for_real_messages_do_not_hold_it_up() -> None:
    clock = ManualClock(START)

    def plain(notices: Sequence[OwedNotice], now: datetime) -> Message:
        return compose(notices, now)

    made = Stage({"email": FakeChannel()}, plain, clock, NotifySettings(per_minute=1))
    assert (await made.send([owed(number) for number in range(1, 6)], lambda line: None)).accepted == 5
    assert clock.slept == []


async def test_a_webhook_gets_its_events_in_order_each_once() -> None:
    receiver, lines = Receiver(), list[DrillLine]()
    events = [("whatsapp.connection.failed", "{1}"), ("whatsapp.health.warning", "{2}")]
    assert await stage(FakeChannel()).post(receiver, events, lines.append)
    assert [(parcel.event, parcel.body) for parcel in receiver.got] == events
    assert [line.step for line in lines] == ["sending", "accepted"] * 2


async def test_a_webhook_that_refuses_ends_there() -> None:
    receiver, lines = Receiver(answer=raising(refusal())), list[DrillLine]()
    assert not await stage(FakeChannel()).post(receiver, [("a", "{1}"), ("b", "{2}")], lines.append)
    assert [line.step for line in lines] == ["sending", "given_up"]
