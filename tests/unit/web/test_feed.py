"""One line of messages: everybody hears all of it, at a pace of its own, and what all have heard is gone."""

import asyncio
import gc
import weakref
from datetime import UTC, datetime

from engineio.packet import Packet

from healthcheckd.domain.accounts import AccountId
from healthcheckd.ports.store import Event
from healthcheckd.web.feed import Feed
from healthcheckd.web.outgoing import AT_ONCE, Outgoing
from tests.fakes.clock import until

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def attempts(*numbers: int) -> list[Event]:
    data = {"state": "started", "most": 1000}
    return [Event("attempt", NOW, AccountId("main", "shop"), {**data, "number": number}) for number in numbers]


def number(message: Packet) -> int:
    return int(message.encode().split('"attempt":')[1].split(",")[0])


async def test_a_message_is_what_goes_over_the_wire() -> None:
    feed = Feed()
    with feed.follow() as reader:
        feed.publish(attempts(3))
        message = await anext(reader.messages())
    sent = '{"accountId":"main/shop","attempt":3,"maxAttempts":1000,"nextAttemptIn":0}'
    assert message.encode() == f'42["whatsapp:connection:reconnecting",{sent}]'


async def test_everybody_hears_everything_from_when_they_came_and_shares_it() -> None:
    feed = Feed()
    feed.publish(attempts(0))
    with feed.follow() as first, feed.follow() as second:
        one, other = first.messages(), second.messages()
        feed.publish(attempts(1, 2))
        heard = [await anext(one), await anext(one)]
        assert [number(message) for message in heard] == [1, 2]
        assert (first.behind, second.behind) == (0, 2)
        assert await anext(other) is heard[0]


async def test_a_reader_waits_for_news() -> None:
    feed = Feed()
    heard: list[int] = []

    async def listen() -> None:
        with feed.follow() as reader:
            async for message in reader.messages():
                heard.append(number(message))

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    for each in range(3):
        feed.publish(attempts(each))
        await until(lambda each=each: heard[-1:] == [each])
    task.cancel()


async def test_what_everybody_has_passed_is_kept_by_nobody_however_much_it_was() -> None:
    feed = Feed()
    with feed.follow() as reader:
        feed.publish(attempts(*range(100_000)))
        assert reader.behind == 100_000
        messages = reader.messages()
        first = weakref.ref(await anext(messages))
        await anext(messages)
        assert first() is None
    del messages, reader
    gc.collect()
    assert feed.end.after is None


async def test_one_who_takes_nothing_is_handed_little_and_its_end_waits_for_nothing() -> None:
    outgoing = Outgoing()
    task = asyncio.create_task(fill(outgoing, 100))
    for _ in range(50):
        await asyncio.sleep(0)
    assert outgoing.qsize() == AT_ONCE
    for _ in range(1000):
        await outgoing.put(Packet(6))
    assert outgoing.qsize() == 32
    await outgoing.put(None)
    taken = [outgoing.get_nowait() for _ in range(33)]
    assert taken[-1] is None
    task.cancel()


async def test_whoever_takes_gets_everything_in_turn() -> None:
    outgoing = Outgoing()
    task = asyncio.create_task(fill(outgoing, 100))
    taken = [await outgoing.get() for _ in range(100)]
    assert [packet.data for packet in taken if packet] == list(map(str, range(100)))
    await task


async def fill(outgoing: Outgoing, count: int) -> None:
    for each in range(count):
        await outgoing.put_in_turn(Packet(4, str(each)))
