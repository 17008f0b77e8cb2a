"""Several channels beside each other: what one cannot do keeps none of the others."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from healthcheckd.engine.outbox import Outbox
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.channel import Message
from healthcheckd.settings import NotifySettings
from tests.fakes.clock import ManualClock, until
from tests.unit.engine.outbox_bench import START, FakeChannel, MemoryNotices, compose, fault, owed


@dataclass
class SlowChannel(FakeChannel):
    """Takes a message only when the test says so."""

    go: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, message: Message) -> str:
        await self.go.wait()
        return await FakeChannel.deliver(self, message)


def outbox(store: MemoryNotices, *channels: FakeChannel, clock: ManualClock | None = None) -> Outbox:
    by_name = {channel.name: channel for channel in channels}
    return Outbox(store, by_name, compose, clock or ManualClock(START), NotifySettings(), lambda events: None)


def stored(*channels: str) -> MemoryNotices:
    return MemoryNotices({number: owed(number, channel=name) for number, name in enumerate(channels, start=1)})


async def test_each_message_goes_by_its_own_channel() -> None:
    mail, team = FakeChannel(), FakeChannel("team")
    assert await outbox(stored("email", "team", "email"), mail, team).deliver_due() == 3
    assert [message.recipient for message in mail.delivered] == ["owner1@example.com", "owner3@example.com"]
    assert [message.recipient for message in team.delivered] == ["owner2@example.com"]


async def test_a_slow_channel_delays_no_other() -> None:
    store, slow, team = stored("email", "team", "team"), SlowChannel(), FakeChannel("team")
    sending = asyncio.create_task(outbox(store, slow, team).deliver_due())
    await until(lambda: len(team.delivered) == 2)
    assert not sending.done()
    assert slow.delivered == []
    slow.go.set()
    assert await sending == 3


async def test_a_channel_that_does_not_work_delays_no_other() -> None:
    store = stored("email", "team", "email", "team")
    mail = FakeChannel(refuse={"owner1@example.com": fault(DeliveryScope.CHANNEL)})
    team = FakeChannel("team")
    assert await outbox(store, mail, team).deliver_due() == 2
    assert (mail.tried, len(team.delivered)) == (["owner1@example.com"], 2)
    assert sorted(store.owed) == [1, 3]


async def test_what_is_owed_by_mail_stays_owed_while_mail_is_off() -> None:
    store, team = stored("email", "team"), FakeChannel("team")
    assert await outbox(store, team).deliver_due() == 1
    assert (sorted(store.owed), store.buried) == ([1], {})


async def test_what_is_owed_by_a_channel_that_is_gone_is_given_up() -> None:
    store = stored("gone")
    assert await outbox(store, FakeChannel(), FakeChannel("team")).deliver_due() == 0
    assert store.buried == {1: "there is no channel called gone"}


async def test_a_channel_that_asks_to_be_left_alone_is() -> None:
    busy = fault(DeliveryScope.CHANNEL)
    busy.retry_after = timedelta(minutes=10)
    store, clock = stored("team", "team"), ManualClock(START)
    team = FakeChannel("team", refuse={"owner1@example.com": busy})
    sending = outbox(store, team, clock=clock)
    await sending.deliver_due()
    clock.advance(9 * 60)
    await sending.deliver_due()
    assert team.tried == ["owner1@example.com"]
    clock.advance(60)
    assert await sending.deliver_due() == 1


async def test_every_lane_is_woken_and_every_lane_stops() -> None:
    store, clock, stop = stored(), ManualClock(START), asyncio.Event()
    mail, team = FakeChannel(), FakeChannel("team")
    sending = outbox(store, mail, team, clock=clock)
    running = asyncio.create_task(sending.run(stop))
    for _ in range(20):
        await asyncio.sleep(0)
    store.owed = {1: owed(1, channel="email"), 2: owed(2, channel="team")}
    sending.wake()
    await until(lambda: mail.delivered and team.delivered)
    stop.set()
    await asyncio.wait_for(running, 5)


async def test_a_lane_that_breaks_ends_the_run() -> None:
    class Broken(FakeChannel):
        async def deliver(self, message: Message) -> str:
            raise LookupError("a fault of ours")

    sending = outbox(stored("team"), FakeChannel(), Broken("team"))
    with pytest.raises(LookupError, match="a fault of ours"):
        await asyncio.wait_for(sending.run(asyncio.Event()), 5)


async def test_the_log_names_the_channel(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    refused = DeliveryError("no such number", scope=DeliveryScope.RECIPIENT, permanent=True)
    team = FakeChannel("team", refuse={"owner2@example.com": refused})
    await outbox(stored("team", "team"), team).deliver_due()
    assert {record.action: record.channel for record in caplog.records} == {  # type: ignore[attr-defined]
        "notice_sending": "team",
        "notice_sent": "team",
        "notice_dead": "team",
    }
