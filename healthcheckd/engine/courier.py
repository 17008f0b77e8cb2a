"""Telling other programs: post, then record, so that each event arrives at least once, in order for each account."""

import asyncio
import logging
import uuid
from dataclasses import dataclass, field
from datetime import timedelta

from healthcheckd.engine.outbox import LONGEST_REST, SHORTEST_REST, retry_delay
from healthcheckd.engine.pausing import pause, undisturbed
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.webhooks import DeliveryStore, OwedDelivery, Parcel, Webhook
from healthcheckd.settings import NotifySettings

logger = logging.getLogger(__name__)

IN_A_ROW = 3
"""After so many refusals in a row the receiver is unwell, whatever it says of each: the rest is kept from it."""


@dataclass(frozen=True, slots=True)
class Rules:
    """By what all webhooks go; `clock` and `publish` are the daemon's."""

    store: DeliveryStore
    clock: Clock
    notify: NotifySettings
    publish: Publish


@dataclass(slots=True)
class Route:
    """One webhook's way out: at most `turns` posts at once, each for another account.

    Whether a failure concerns one event or all of them cannot be told from one answer. Nobody answering, a request for
    patience, or several refusals in a row close the route for a while; anything taken opens it.
    """

    webhook: Webhook
    turns: int
    rules: Rules
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _refusals: int = 0
    _closings: int = 0
    _closed_until: float = 0.0
    _known_well: bool = False

    def wake(self) -> None:
        """Something was committed that may be due."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Until `stop`; the posts under way are finished first."""
        while not stop.is_set():
            self._wake.clear()
            await self.deliver_due(stop)
            await pause(self.rules.clock, (await self._pause()).total_seconds(), stop, self._wake)

    async def deliver_due(self, stop: asyncio.Event | None = None) -> int:
        """Post what is due, until nothing is or the route is closed; returns how many events were taken."""
        async with asyncio.TaskGroup() as group:
            workers = [group.create_task(self._work(stop)) for _ in range(self.turns)]
        return sum(worker.result() for worker in workers)

    async def _work(self, stop: asyncio.Event | None) -> int:
        taken = 0
        while not (stop is not None and stop.is_set()) and not self._closed:
            owed = await self.rules.store.take(self.webhook.name, self.rules.clock.now())
            if owed is None:
                break
            taken += await self._deliver(owed)
        return taken

    async def _deliver(self, owed: OwedDelivery) -> bool:
        """Whether it was taken; everything else is recorded as what it was."""
        parcel = Parcel(uuid.uuid4().hex, owed.key, owed.event, owed.body, owed.replayed)
        try:
            words = await self.webhook.post(parcel)
        except DeliveryError as error:
            await self._failed(owed, parcel, error)
            return False
        except asyncio.CancelledError:
            await self.rules.store.give_back(owed)
            raise
        await undisturbed(self._taken(owed, parcel, words))
        return True

    async def _taken(self, owed: OwedDelivery, parcel: Parcel, words: str) -> None:
        self._refusals = self._closings = 0
        self._closed_until = 0.0
        await self.rules.store.delivered(owed, self.rules.clock.now(), parcel, words)
        _log(logging.INFO, "webhook_delivered", owed, parcel, f"was taken: {words}")
        if not self._known_well:
            self._known_well = True
            self.rules.publish(await self.rules.store.outcome(self.webhook.name, self.rules.clock.now(), ""))

    async def _failed(self, owed: OwedDelivery, parcel: Parcel, error: DeliveryError) -> None:
        self._refusals += 1
        now, unanswered = self.rules.clock.now(), error.scope is DeliveryScope.CHANNEL
        closes = not self._closed and (unanswered or error.retry_after or self._refusals >= IN_A_ROW)
        if closes:
            self._close(error)
        if error.permanent:
            await self.rules.store.dead(owed, now, parcel, str(error))
            _log(logging.ERROR, "webhook_dead", owed, parcel, f"is given up: {error}")
        else:
            rest = self._rest_of(owed, error)
            await self.rules.store.postponed(owed, now + rest, parcel, str(error))
            words = f"was not taken: {error}; trying again in {rest.total_seconds():.0f} s"
            _log(logging.WARNING, "webhook_postponed", owed, parcel, words)
        if closes and (unanswered or self._refusals >= IN_A_ROW):
            await self._tell_unwell(error)

    def _close(self, error: DeliveryError) -> None:
        """At once, before anything is awaited: posts that began before are not counted again."""
        rest = max(self._delay(self._closings), error.retry_after or timedelta(0))
        self._closings += 1
        self._closed_until = self.rules.clock.monotonic() + rest.total_seconds()

    async def _tell_unwell(self, error: DeliveryError) -> None:
        self._known_well = False
        self.rules.publish(await self.rules.store.outcome(self.webhook.name, self.rules.clock.now(), str(error)))
        extra = {"action": "webhook_failed", "webhook": self.webhook.name}
        hint = f" ({error.hint})" if error.hint else ""
        logger.error("Webhook %s takes nothing: %s%s", self.webhook.name, error, hint, extra=extra)

    def _rest_of(self, owed: OwedDelivery, error: DeliveryError) -> timedelta:
        """What nobody answered comes a moment after the route opens, so that another event tries it first."""
        if error.scope is DeliveryScope.CHANNEL:
            return self._until_open + SHORTEST_REST
        return max(self._delay(owed.tries), error.retry_after or timedelta(0))

    def _delay(self, tries: int) -> timedelta:
        return retry_delay(tries, self.rules.notify.retry_base, self.rules.notify.retry_cap)

    @property
    def _closed(self) -> bool:
        return self.rules.clock.monotonic() < self._closed_until

    @property
    def _until_open(self) -> timedelta:
        return timedelta(seconds=max(self._closed_until - self.rules.clock.monotonic(), 0.0))

    async def _pause(self) -> timedelta:
        """Until the route opens, or the next event is due."""
        if self._closed:
            rest = self._until_open
        else:
            due = await self.rules.store.next_delivery_at(self.webhook.name)
            rest = due - self.rules.clock.now() if due else LONGEST_REST
        return max(min(rest, LONGEST_REST), SHORTEST_REST)


@dataclass(frozen=True, slots=True)
class Courier:
    """Every webhook by its name; each goes its own way."""

    routes: dict[str, Route]

    def wake(self) -> None:
        for route in self.routes.values():
            route.wake()

    async def run(self, stop: asyncio.Event) -> None:
        async with asyncio.TaskGroup() as group:
            for name, route in self.routes.items():
                group.create_task(route.run(stop), name=f"webhook {name}")

    async def deliver_due(self) -> int:
        return sum([await route.deliver_due() for route in self.routes.values()])

    async def close(self) -> None:
        for route in self.routes.values():
            await route.webhook.close()


def _log(level: int, action: str, owed: OwedDelivery, parcel: Parcel, words: str) -> None:
    extra = {"action": action, "webhook": owed.webhook, "event": owed.event, "account": str(owed.account)}
    extra |= {"delivery": parcel.delivery, "key": parcel.key}
    logger.log(level, "%s for account %s %s (webhook %s)", owed.event, owed.account, words, owed.webhook, extra=extra)
