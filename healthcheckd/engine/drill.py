"""A rehearsal sent for real: its messages go out by the same outbox and the same channels, and leave no row behind."""

import uuid
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from healthcheckd.domain.reports.drills import DrillLine
from healthcheckd.engine.outbox import Compose, Outbox
from healthcheckd.errors import DeliveryError
from healthcheckd.ports.channel import Channel
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.store import Event, OwedNotice
from healthcheckd.ports.webhooks import Parcel, Webhook
from healthcheckd.settings import NotifySettings

TRIES = 2
PAUSE = timedelta(seconds=3)
"""Between them: somebody is waiting for the answer."""

Tell = Callable[[DrillLine], None]


@dataclass(slots=True)
class Rehearsed:
    """Fills `NoticeStore` in memory, and tells what the outbox says of each. Nobody else's messages are touched, and
    no channel is held to have failed."""

    clock: Clock
    tell: Tell
    waiting: dict[int, OwedNotice]
    not_before: dict[int, datetime] = field(default_factory=dict)
    accepted: int = 0
    failed: int = 0

    async def due_messages(
        self, now: datetime, limit: int, jammed: Collection[str] = ()
    ) -> Sequence[Sequence[OwedNotice]]:
        for notice in self.waiting.values():
            if notice.channel not in jammed and self.not_before.get(notice.id, now) <= now:
                self._say("sending", notice, what=notice.kind)
                return [[notice]]
        return []

    async def sent(self, notices: Sequence[OwedNotice], now: datetime, words: str) -> tuple[Event, ...]:
        for notice in notices:
            self.accepted += self.waiting.pop(notice.id, None) is not None
            self._say("accepted", notice, words=words)
        return ()

    async def postponed(
        self, notices: Sequence[OwedNotice], until: datetime, error: str, *, unclear: bool = False
    ) -> None:
        for notice in notices:
            tried = replace(notice, tries=notice.tries + 1)
            if tried.tries >= TRIES:
                await self.dead([notice], self.clock.now(), error)
            else:
                self.waiting[notice.id], self.not_before[notice.id] = tried, until
                self._say("failed", notice, words=error)

    async def dead(self, notices: Sequence[OwedNotice], now: datetime, error: str) -> tuple[Event, ...]:
        for notice in notices:
            self.failed += self.waiting.pop(notice.id, None) is not None
            self._say("given_up", notice, words=error)
        return ()

    async def channel_outcome(self, channel: str, now: datetime, error: str) -> tuple[Event, ...]:
        return ()

    async def next_notice_at(self, jammed: Collection[str] = ()) -> datetime | None:
        return min((self.not_before.get(number, self.clock.now()) for number in self.waiting), default=None)

    def _say(self, step: str, notice: OwedNotice, what: str = "", words: str = "") -> None:
        tries = notice.tries + 1
        self.tell(DrillLine(self.clock.now(), step, what, notice.channel, notice.recipient, tries, words))


@dataclass(frozen=True, slots=True)
class Stage:
    """What a drill is sent by: everything here is the daemon's own."""

    channels: Mapping[str, Channel]
    compose: Compose
    clock: Clock
    notify: NotifySettings

    async def send(self, notices: Sequence[OwedNotice], tell: Tell) -> Rehearsed:
        """Until every message was accepted or given up."""
        store = Rehearsed(self.clock, tell, {notice.id: notice for notice in notices})
        pace = replace(self.notify, retry_base=PAUSE, retry_cap=PAUSE, per_minute=max(self.notify.per_minute, 1000))
        outbox = Outbox(store, self.channels, self.compose, self.clock, pace, lambda events: None)
        while store.waiting:
            await outbox.deliver_due()
            if store.waiting:
                await self.clock.sleep(PAUSE.total_seconds())
        return store

    async def post(self, webhook: Webhook, bodies: Sequence[tuple[str, str]], tell: Tell) -> bool:
        """Each event and its body, once and in order; whether all were taken."""
        for event, body in bodies:
            told = DrillLine(self.clock.now(), "sending", event, f"webhook:{webhook.name}", webhook.name, 1)
            tell(told)
            try:
                words = await webhook.post(Parcel(uuid.uuid4().hex, uuid.uuid4().hex, event, body))
            except DeliveryError as error:
                tell(replace(told, at=self.clock.now(), step="given_up", words=str(error), hint=error.hint))
                return False
            tell(replace(told, at=self.clock.now(), step="accepted", words=words))
        return True
