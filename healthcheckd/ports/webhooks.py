"""What is told to other programs: what is owed to them, and how it gets there."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.ports.store import Event


@dataclass(frozen=True, slots=True)
class Parcel:
    """One event on its way. `delivery` is this try's own, `key` the event's, over all tries and replays."""

    delivery: str
    key: str
    event: str
    body: str
    replayed: bool = False


@dataclass(frozen=True, slots=True)
class OwedDelivery:
    """One event owed to one webhook. `lane` is the account's permanent key: what shares it goes in order."""

    id: int
    webhook: str
    lane: int
    account: AccountId
    key: str
    event: str
    body: str
    tries: int = 0
    replayed: bool = False


class Webhook(Protocol):
    """One receiver."""

    @property
    def name(self) -> str: ...

    async def post(self, parcel: Parcel) -> str:
        """Returns the receiver's own words once it took it. Raises `DeliveryError`: of scope `MESSAGE` when it
        answered, of scope `CHANNEL` when nobody did."""

    async def close(self) -> None: ...


class DeliveryStore(Protocol):
    """For the courier. What is taken is lent out until its fate is told, or it is given back."""

    async def take(self, webhook: str, now: datetime) -> OwedDelivery | None:
        """The oldest that is due and whose account's older ones are done. What is too old is given up first."""

    async def give_back(self, delivery: OwedDelivery) -> None: ...

    async def delivered(self, delivery: OwedDelivery, now: datetime, parcel: Parcel, words: str) -> None: ...

    async def postponed(self, delivery: OwedDelivery, until: datetime, parcel: Parcel, error: str) -> None: ...

    async def dead(self, delivery: OwedDelivery, now: datetime, parcel: Parcel, error: str) -> None: ...

    async def outcome(self, webhook: str, now: datetime, error: str) -> tuple[Event, ...]:
        """An empty error is success. The second failure in a row opens the webhook's incident."""

    async def next_delivery_at(self, webhook: str) -> datetime | None: ...
