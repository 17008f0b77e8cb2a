"""Sending what is owed: send, then record, so that everything arrives at least once under one Message-ID."""

import asyncio
import logging
from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from healthcheckd.engine.pausing import pause, undisturbed
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.channel import Channel, Message
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.store import NoticeStore, OwedNotice
from healthcheckd.settings import NotifySettings

logger = logging.getLogger(__name__)

LONGEST_REST = timedelta(minutes=1)
SHORTEST_REST = timedelta(seconds=1)
MAIL = "email"
"""The channel that notices may be owed by though it is off."""

MINUTE = timedelta(minutes=1)

JUMP_SECONDS = 60.0
"""So far apart, wall clock and monotonic time no longer drift: somebody set the clock, or the machine slept."""

SETTLING_SECONDS = 30.0
"""Time enough for the daemon to notice a jump, and to put right when everything is due."""

_STEPS = (1, 2, 5, 15, 30, 60)
"""How the pauses between tries grow, in multiples of the first."""


def retry_delay(tries: int, base: timedelta, cap: timedelta) -> timedelta:
    """How long to wait after so many failed tries before (0 is the first)."""
    return min(cap, base * _STEPS[min(tries, len(_STEPS) - 1)])


class Compose(Protocol):
    """Turns the notices that go together into one message, in the words of its reader."""

    def __call__(self, notices: Sequence[OwedNotice], now: datetime) -> Message: ...


@dataclass(frozen=True, slots=True)
class _Jam:
    """A channel that does not work: nothing is sent by it before `until`, in monotonic seconds."""

    failures: int
    until: float


@dataclass(slots=True)
class Outbox:
    """Takes due messages, sends each by its channel, records what became of it. Each channel has a lane of its own, in
    which one message follows the other: a slow one keeps nobody else waiting."""

    store: NoticeStore
    channels: Mapping[str, Channel]
    compose: Compose
    clock: Clock
    settings: NotifySettings
    publish: Publish
    _wakes: dict[str, asyncio.Event] = field(default_factory=dict)
    _jams: dict[str, _Jam] = field(default_factory=dict)
    _sent_at: deque[datetime] = field(default_factory=deque)
    _offset: float | None = None
    _settled_at: float = 0.0

    def wake(self) -> None:
        """Something was committed that may be due."""
        for wake in self._wakes.values():
            wake.set()

    def works(self, channel: str) -> None:
        """Somebody saw it take a message: what waits for it goes now."""
        self._jams.pop(channel, None)
        self.wake()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; the messages under way are finished first."""
        lanes = [asyncio.create_task(self._lane(name, stop)) for name in self.channels]
        try:
            await asyncio.gather(*lanes)
        finally:
            for lane in lanes:
                lane.cancel()

    async def deliver_due(self, stop: asyncio.Event | None = None) -> int:
        """Send what is due and allowed, until nothing is; returns how many messages were accepted."""
        return sum(await asyncio.gather(*(self._deliver_by(name, stop) for name in self.channels)))

    async def _lane(self, name: str, stop: asyncio.Event) -> None:
        wake = self._wakes.setdefault(name, asyncio.Event())
        while not stop.is_set():
            wake.clear()
            await self._deliver_by(name, stop)
            await pause(self.clock, (await self._pause(name)).total_seconds(), stop, wake)

    async def _deliver_by(self, name: str, stop: asyncio.Event | None) -> int:
        """One message is taken at a time: each is checked against its accounts' state right before it goes."""
        accepted = 0
        while not (stop is not None and stop.is_set()) and self._may_send(name):
            due = await self.store.due_messages(self.clock.now(), 1, self._others(name))
            if not due:
                break
            accepted += await self._deliver(due[0])
        return accepted

    def _others(self, name: str) -> frozenset[str]:
        """What is not for this lane; mail that is off keeps what it owes. What is for no channel at all is for any
        lane, to give it up."""
        return frozenset({*self.channels, MAIL}) - {name}

    async def _deliver(self, notices: Sequence[OwedNotice]) -> bool:
        """Whether it was accepted; everything else is recorded as what it was."""
        name = notices[0].channel
        channel = self.channels.get(name)
        if channel is None:
            await self._dead(notices, f"there is no channel called {name}")
            return False
        message = await self._composed(notices)
        if message is None:
            return False
        _announce(notices)
        try:
            words = await channel.deliver(message)
        except DeliveryError as error:
            await self._failed(notices, error)
            return False
        await undisturbed(self._accepted(notices, words))
        return True

    async def _composed(self, notices: Sequence[OwedNotice]) -> Message | None:
        """None when it cannot be written: that is our fault; it is tried again, and must not keep the others."""
        try:
            return self.compose(notices, self.clock.now())
        except Exception as error:  # whatever breaks one letter, the others go out
            _log(logging.ERROR, "notice_unwritable", notices, "A message could not be written", exc_info=True)
            what = f"it could not be written: {type(error).__name__}: {error}"
            await self._failed(notices, DeliveryError(what, scope=DeliveryScope.MESSAGE, permanent=False))
            return None

    async def _accepted(self, notices: Sequence[OwedNotice], words: str) -> None:
        first, now = notices[0], self.clock.now()
        self._sent_at.append(now)
        events = list(await self.store.sent(notices, now, words))
        self._jams.pop(first.channel, None)
        events += await self.store.channel_outcome(first.channel, now, "")
        self.publish(events)
        said = "The message to %s by %s was accepted: %s"
        _log(logging.INFO, "notice_sent", notices, said, first.recipient, first.channel, words)

    async def _failed(self, notices: Sequence[OwedNotice], error: DeliveryError) -> None:
        if error.scope is DeliveryScope.CHANNEL:
            await self._jam(notices, error)
        elif error.permanent or self._too_old(notices):
            await self._dead(notices, str(error))
        else:
            await self._postpone(notices, error)

    async def _jam(self, notices: Sequence[OwedNotice], error: DeliveryError) -> None:
        """The channel's fault: everything for it stays owed as it is, and nothing is sent by it for a while.

        The message at hand comes a moment later, so that another one tries the channel first: were it this message
        that the server stumbles over, it could not keep the others waiting for ever.
        """
        name, now = notices[0].channel, self.clock.now()
        failures = self._jams[name].failures if name in self._jams else 0
        delay = max(self._delay(failures), error.retry_after or timedelta(0))
        self._jams[name] = _Jam(failures + 1, self.clock.monotonic() + delay.total_seconds())
        until = now + max(delay, self._delay(_tries(notices))) + SHORTEST_REST
        await self.store.postponed(notices, until, str(error), unclear=error.unclear)
        self.publish(await self.store.channel_outcome(name, now, str(error)))
        hint = f" ({error.hint})" if error.hint else ""
        words = "Nothing can be sent by channel %s: %s%s; trying again in %d s"
        _log(logging.ERROR, "channel_failed", notices, words, name, error, hint, delay.total_seconds())

    async def _postpone(self, notices: Sequence[OwedNotice], error: DeliveryError) -> None:
        """This message's fault, and it may pass."""
        delay = self._delay(_tries(notices))
        await self.store.postponed(notices, self.clock.now() + delay, str(error), unclear=error.unclear)
        words = "The message to %s by %s was not accepted: %s; trying again in %d s"
        to = (notices[0].recipient, notices[0].channel)
        _log(logging.WARNING, "notice_postponed", notices, words, *to, error, delay.total_seconds())

    async def _dead(self, notices: Sequence[OwedNotice], why: str) -> None:
        self.publish(await self.store.dead(notices, self.clock.now(), why))
        words = "The message to %s by %s is given up: %s"
        _log(logging.ERROR, "notice_dead", notices, words, notices[0].recipient, notices[0].channel, why)

    def _too_old(self, notices: Sequence[OwedNotice]) -> bool:
        """Refused again and again for as long as it was worth saying."""
        oldest = min(notice.owed_since or notice.created_at for notice in notices)
        return self.clock.now() - oldest >= self.settings.max_age

    def _delay(self, tries: int) -> timedelta:
        return retry_delay(tries, self.settings.retry_base, self.settings.retry_cap)

    def _may_send(self, name: str) -> bool:
        """The clock is steady, the channel works, and fewer than `per_minute` went within the last minute."""
        if not self._steady():
            return False
        now = self.clock.now()
        while self._sent_at and not now - MINUTE < self._sent_at[0] <= now:
            self._sent_at.popleft()
        return len(self._sent_at) < self.settings.per_minute and not self._jammed_for(name)

    def _steady(self) -> bool:
        """False for a while after a jump of the clock, by which all that is owed seems too old, or not due at all."""
        monotonic = self.clock.monotonic()
        before, self._offset = self._offset, self.clock.now().timestamp() - monotonic
        if before is not None and abs(self._offset - before) > JUMP_SECONDS:
            self._settled_at = monotonic + SETTLING_SECONDS
        return monotonic >= self._settled_at

    def _jammed_for(self, name: str) -> timedelta:
        """How long the channel is still to be left alone; nothing when it may be used."""
        until = self._jams[name].until if name in self._jams else 0.0
        return timedelta(seconds=max(until - self.clock.monotonic(), 0.0))

    async def _pause(self, name: str) -> timedelta:
        """Until the next message is due, or the channel may be tried again."""
        rest = self._jammed_for(name)
        if not rest:
            due = await self.store.next_notice_at(self._others(name))
            rest = LONGEST_REST if due is None else due - self.clock.now()
        return max(min(rest, LONGEST_REST), SHORTEST_REST)


def _tries(notices: Sequence[OwedNotice]) -> int:
    return max(notice.tries for notice in notices)


def _announce(notices: Sequence[OwedNotice]) -> None:
    """The line people search for, one for each account."""
    first = notices[0]
    accounts = [str(subject.account.id) for notice in notices for subject in notice.subjects]
    kind, to = first.kind.replace("_", " "), first.recipient
    for account in accounts:
        words = "Sending %s notification to %s for account %s by %s"
        _log(logging.INFO, "notice_sending", notices, words, kind, to, account, first.channel)
    if not accounts:
        _log(logging.INFO, "notice_sending", notices, "Sending %s notification to %s by %s", kind, to, first.channel)


def _log(
    level: int, action: str, notices: Sequence[OwedNotice], words: str, *values: object, exc_info: bool = False
) -> None:
    first = notices[0]
    extra = {
        "action": action,
        "kind": first.kind,
        "channel": first.channel,
        "recipient": first.recipient,
        "message_id": first.message_id,
    }
    logger.log(level, words, *values, extra=extra, exc_info=exc_info)
