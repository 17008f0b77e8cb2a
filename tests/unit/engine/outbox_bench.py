"""An outbox on fakes: a store in memory, and a channel that refuses what it is told to."""

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from healthcheckd.domain.accounts import Account, AccountId, Vitals
from healthcheckd.engine.outbox import Outbox
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.channel import Message
from healthcheckd.ports.store import Event, NoticeSubject, OwedNotice
from healthcheckd.settings import NotifySettings
from tests.fakes.clock import ManualClock

START = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


@dataclass
class MemoryNotices:
    """A `NoticeStore` that lends each message out for five minutes, as the real one does."""

    owed: dict[int, OwedNotice] = field(default_factory=dict)
    not_before: dict[int, datetime] = field(default_factory=dict)
    words: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    buried: dict[int, str] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)
    unclear: dict[int, int] = field(default_factory=dict)
    turns: int = 0

    async def due_messages(
        self, now: datetime, limit: int, jammed: Collection[str] = ()
    ) -> Sequence[Sequence[OwedNotice]]:
        groups: dict[str, list[OwedNotice]] = {}
        for notice in self.owed.values():
            if self.not_before.get(notice.id, START) <= now and notice.channel not in jammed:
                groups.setdefault(notice.message_id, []).append(notice)
        lent = list(groups.values())[:limit]
        self.not_before |= {notice.id: now + 5 * MINUTE for group in lent for notice in group}
        return lent

    async def sent(self, notices: Sequence[OwedNotice], now: datetime, words: str) -> tuple[Event, ...]:
        for _ in range(self.turns):
            await asyncio.sleep(0)
        for notice in notices:
            del self.owed[notice.id]
            self.words[notice.id] = words
        return (Event("notice", now, data={"state": "sent"}),)

    async def postponed(
        self, notices: Sequence[OwedNotice], until: datetime, error: str, *, unclear: bool = False
    ) -> None:
        for notice in notices:
            self.unclear[notice.id] = self.unclear.get(notice.id, 0) + unclear
            self.owed[notice.id] = replace(notice, tries=notice.tries + 1)
            self.not_before[notice.id] = until
            self.errors[notice.id] = error

    async def dead(self, notices: Sequence[OwedNotice], now: datetime, error: str) -> tuple[Event, ...]:
        for notice in notices:
            del self.owed[notice.id]
            self.buried[notice.id] = error
        return (Event("notice", now, data={"state": "dead"}),)

    async def channel_outcome(self, channel: str, now: datetime, error: str) -> tuple[Event, ...]:
        self.outcomes.append(error)
        return ()

    async def next_notice_at(self, jammed: Collection[str] = ()) -> datetime | None:
        return min((self.not_before.get(number, START) for number in self.owed), default=None)


@dataclass
class FakeChannel:
    """Accepts everything but what it is told to refuse, by recipient."""

    name: str = "email"
    refuse: dict[str, DeliveryError] = field(default_factory=dict)
    delivered: list[Message] = field(default_factory=list)
    tried: list[str] = field(default_factory=list)

    async def deliver(self, message: Message) -> str:
        self.tried.append(message.recipient)
        if message.recipient in self.refuse:
            raise self.refuse[message.recipient]
        self.delivered.append(message)
        return "250 queued"

    async def verify(self) -> str:
        return "fine"


def owed(number: int, recipient: str = "", **parts: object) -> OwedNotice:
    account = Account(number, AccountId("main", f"shop-{number}"))
    notice = OwedNotice(
        id=number,
        key=f"k{number}",
        kind="offline",
        channel="email",
        recipient=recipient or f"owner{number}@example.com",
        language="",
        time_zone="",
        message_id=f"<m{number}@here>",
        incident=number,
        started_at=START,
        ended_at=None,
        reminder=0,
        tries=0,
        created_at=START,
        subjects=(NoticeSubject(account, Vitals()),),
    )
    return replace(notice, **parts)


def compose(notices: Sequence[OwedNotice], now: datetime) -> Message:
    if notices[0].recipient.startswith("unwritable"):
        raise LookupError("no such phrase")
    return Message(notices[0].recipient, "subject", "text", "html", notices[0].message_id)


@dataclass
class Bench:
    store: MemoryNotices
    channel: FakeChannel
    clock: ManualClock
    outbox: Outbox
    events: list[Event]


def bench(*notices: OwedNotice, settings: NotifySettings | None = None, **refuse: DeliveryError) -> Bench:
    store = MemoryNotices({notice.id: notice for notice in notices})
    channel = FakeChannel(refuse={f"{name}@example.com": error for name, error in refuse.items()})
    clock, events = ManualClock(START), list[Event]()
    outbox = Outbox(store, {"email": channel}, compose, clock, settings or NotifySettings(), events.extend)
    return Bench(store, channel, clock, outbox, events)


def fault(scope: DeliveryScope, *, permanent: bool = False) -> DeliveryError:
    return DeliveryError("refused", scope=scope, permanent=permanent, where="email server", hint="try this")
