"""A courier on fakes: deliveries in memory, and a receiver that answers what it is told to."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId
from healthcheckd.engine.courier import Route, Rules
from healthcheckd.errors import DeliveryError, DeliveryScope
from healthcheckd.ports.store import Event
from healthcheckd.ports.webhooks import OwedDelivery, Parcel
from healthcheckd.settings import NotifySettings
from tests.fakes.clock import NOON, ManualClock


@dataclass
class MemoryDeliveries:
    """A `DeliveryStore`."""

    owed: dict[int, OwedDelivery] = field(default_factory=dict)
    not_before: dict[int, datetime] = field(default_factory=dict)
    lent: set[int] = field(default_factory=set)
    words: dict[int, str] = field(default_factory=dict)
    buried: dict[int, str] = field(default_factory=dict)
    errors: dict[int, str] = field(default_factory=dict)
    outcomes: list[str] = field(default_factory=list)

    async def take(self, webhook: str, now: datetime) -> OwedDelivery | None:
        for one in self._first():
            if one.id not in self.lent and self.not_before.get(one.id, NOON) <= now:
                self.lent.add(one.id)
                return one
        return None

    async def give_back(self, delivery: OwedDelivery) -> None:
        self.lent.discard(delivery.id)

    async def delivered(self, delivery: OwedDelivery, now: datetime, parcel: Parcel, words: str) -> None:
        self._done(delivery)
        self.words[delivery.id] = words

    async def postponed(self, delivery: OwedDelivery, until: datetime, parcel: Parcel, error: str) -> None:
        self.lent.discard(delivery.id)
        self.owed[delivery.id] = replace(delivery, tries=delivery.tries + 1)
        self.not_before[delivery.id] = until
        self.errors[delivery.id] = error

    async def dead(self, delivery: OwedDelivery, now: datetime, parcel: Parcel, error: str) -> None:
        self._done(delivery)
        self.buried[delivery.id] = error

    async def outcome(self, webhook: str, now: datetime, error: str) -> tuple[Event, ...]:
        self.outcomes.append(error)
        return (Event("incident", now, data={"error": error}),)

    async def next_delivery_at(self, webhook: str) -> datetime | None:
        return min((self.not_before.get(one.id, NOON) for one in self._first()), default=None)

    def _first(self) -> list[OwedDelivery]:
        lanes: dict[int, OwedDelivery] = {}
        for one in self.owed.values():
            lanes.setdefault(one.lane, one)
        return sorted(lanes.values(), key=lambda one: one.id)

    def _done(self, delivery: OwedDelivery) -> None:
        self.lent.discard(delivery.id)
        del self.owed[delivery.id]


@dataclass
class Receiver:
    """A `Webhook`. `answer` may raise; `at_once` is the most that were ever with it together, in all and by account."""

    name: str = "crm"
    answer: Callable[[Parcel], str] = lambda parcel: "200 OK"
    got: list[Parcel] = field(default_factory=list)
    turns: int = 3
    inside: list[str] = field(default_factory=list)
    at_once: int = 0

    async def post(self, parcel: Parcel) -> str:
        self.inside.append(parcel.body)
        self.at_once = max(self.at_once, len(self.inside))
        assert len(self.inside) == len(set(self.inside)), "two events of one account at once"
        self.got.append(parcel)
        try:
            for _ in range(self.turns):
                await asyncio.sleep(0)
            return self.answer(parcel)
        finally:
            self.inside.remove(parcel.body)

    async def close(self) -> None:
        return None

    @property
    def keys(self) -> list[str]:
        return [parcel.key for parcel in self.got]


@dataclass
class Bench:
    store: MemoryDeliveries
    receiver: Receiver
    clock: ManualClock
    route: Route
    events: list[Event]

    async def later(self, **span: float) -> int:
        self.clock.advance(timedelta(**span).total_seconds())
        return await self.route.deliver_due()


def owed(number: int, lane: int, **parts: object) -> OwedDelivery:
    """The body of the fake tells the account, by which the receiver knows it."""
    account = AccountId("main", f"shop-{lane}")
    event = "whatsapp.health.warning"
    one = OwedDelivery(number, "crm", lane, account, f"k{number}", event, str(account))
    return replace(one, **parts)  # type: ignore[arg-type]


def bench(*deliveries: OwedDelivery, turns: int = 4, settings: NotifySettings | None = None) -> Bench:
    store = MemoryDeliveries({one.id: one for one in deliveries})
    receiver, clock, events = Receiver(), ManualClock(NOON), list[Event]()
    rules = Rules(store, clock, settings or NotifySettings(), events.extend)
    return Bench(store, receiver, clock, Route(receiver, turns, rules), events)


def refusal(*, permanent: bool = False, after: timedelta | None = None) -> DeliveryError:
    error = DeliveryError("503 no", scope=DeliveryScope.MESSAGE, permanent=permanent, where="webhook crm")
    error.retry_after = after
    return error


def unanswered() -> DeliveryError:
    return DeliveryError("nothing listens there", scope=DeliveryScope.CHANNEL, permanent=False, where="webhook crm")


def raising(error: DeliveryError, *keys: str) -> Callable[[Parcel], str]:
    """For these keys, or for all."""

    def answer(parcel: Parcel) -> str:
        if not keys or parcel.key in keys:
            raise error
        return "200 OK"

    return answer
