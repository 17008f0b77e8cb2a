"""What gateways tell: kept once, whatever comes again, and as evidence only where that is wanted."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from healthcheckd.engine.hearing import MOST, REMEMBERED, Hearing
from healthcheckd.engine.hints import Hints
from healthcheckd.engine.rounds import Rounds
from healthcheckd.ports.hooks import Heard, HookOverrun, News, Told, Understood
from tests.fakes.clock import ManualClock
from tests.fakes.stores import MemorySweeps

SHOP = News(("shop",), received=1, message="A")


class Kept:
    """Fills `HookStore`, and remembers what was written in which transaction."""

    def __init__(self) -> None:
        self.batches: list[list[Told]] = []

    async def hear(self, told: Sequence[Told], now: datetime) -> Heard:
        self.batches.append(list(told))
        return Heard()


def hearing(clock: ManualClock, store: Kept, *, evidence: bool = True) -> Hearing:
    hints = Hints(Rounds({}, MemorySweeps(), clock, lambda _: None), clock)
    return Hearing(store, hints, clock, lambda _: None, evidence=evidence)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def store() -> Kept:
    return Kept()


async def test_without_evidence_a_message_is_counted_and_proves_nothing(clock: ManualClock, store: Kept) -> None:
    told = SHOP._replace(proved_at=clock.now())
    await hearing(clock, store, evidence=False).hear("main", Understood((told,)))
    await hearing(clock, store).hear("main", Understood((told,)))
    assert store.batches == [[Told("main", SHOP)], [Told("main", told)]]


async def test_the_same_event_is_taken_once_for_each_gateway(clock: ManualClock, store: Kept) -> None:
    ears = hearing(clock, store)
    assert await ears.hear("main", Understood((SHOP,), "evt")) == ""
    assert await ears.hear("main", Understood((SHOP,), "evt")) == "its event came before"
    assert await ears.hear("eu", Understood((SHOP,), "evt")) == ""
    assert len(store.batches) == 2


async def test_only_so_many_events_are_remembered(clock: ManualClock, store: Kept) -> None:
    ears = hearing(clock, store)
    for number in range(REMEMBERED + 1):
        await ears.hear("main", Understood((SHOP,), str(number)))
    assert await ears.hear("main", Understood((SHOP,), "0")) == ""
    assert await ears.hear("main", Understood((SHOP,), str(REMEMBERED))) == "its event came before"


@pytest.mark.parametrize(("age", "taken"), [(299, True), (301, False), (-3_600, True)])
async def test_an_old_event_is_none(clock: ManualClock, store: Kept, age: int, taken: bool) -> None:
    at = clock.now() - timedelta(seconds=age)
    ignored = await hearing(clock, store).hear("main", Understood((SHOP,), at=at))
    assert bool(store.batches) is taken
    assert ("is the gateway's clock right?" in ignored) is not taken


async def test_more_than_can_be_written_has_to_come_again(clock: ManualClock, store: Kept) -> None:
    many = tuple(SHOP._replace(message=str(number)) for number in range(MOST + 1))
    ears = hearing(clock, store)
    with pytest.raises(HookOverrun):
        await ears.hear("main", Understood(many))
    assert store.batches == []
    assert await ears.hear("main", Understood(many[1:])) == ""
    assert len(store.batches[0]) == MOST


async def test_the_same_said_twice_in_one_post_is_one(clock: ManualClock, store: Kept) -> None:
    await hearing(clock, store).hear("main", Understood((SHOP, SHOP)))
    assert store.batches == [[Told("main", SHOP)]]
