"""Hints: each is a fresh reading soon, a flood of them is a few, and none is lost."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from healthcheckd.engine.aftercare import MANY
from healthcheckd.engine.hints import ALL, GATHER, QUICK, WINDOW, Hints
from tests.fakes.gateway import UP
from tests.fakes.virtual import VirtualClock
from tests.unit.engine.bench import Bench, bench

SHOPS = [f"shop-{number}" for number in range(2 * MANY)]


class Life:
    """Hints that are followed while virtual time passes."""

    def __init__(self) -> None:
        self.clock = VirtualClock()
        self.bench: Bench = bench("main", "eu")
        self.bench.main.states = dict.fromkeys(SHOPS, UP)
        self.stop = asyncio.Event()
        self.hints = Hints(self.bench.rounds, self.clock)
        self.running = asyncio.create_task(self.hints.run(self.stop))

    def read(self, session: str) -> int:
        return self.bench.main.asked.count(session)


@pytest.fixture
async def life() -> AsyncIterator[Life]:
    life = Life()
    yield life
    life.stop.set()
    await life.clock.until_done(life.running)


async def test_a_hint_is_a_reading_of_that_account_alone_within_a_second(life: Life) -> None:
    life.hints.heed("main", ["shop-1"])
    await life.clock.pass_time(seconds=GATHER)
    assert life.bench.main.asked == ["shop-1"]
    assert life.bench.main.lists == 0
    assert GATHER < 1


async def test_nothing_is_read_without_a_hint(life: Life) -> None:
    await life.clock.pass_time(hours=5)
    assert (life.bench.main.asked, life.bench.main.lists) == ([], 0)


async def test_a_flood_for_one_account_is_one_reading(life: Life) -> None:
    for _ in range(5_000):
        life.hints.heed("main", ["shop-1"])
    await life.clock.pass_time(minutes=1)
    assert life.read("shop-1") == 1


async def test_a_flood_that_does_not_end_is_bounded_and_its_last_word_is_read(life: Life) -> None:
    for _ in range(int(WINDOW)):
        life.hints.heed("main", ["shop-1"])
        await life.clock.pass_time(seconds=1)
    assert life.read("shop-1") <= QUICK + 1
    before = life.read("shop-1")
    life.hints.heed("main", ["shop-1"])
    await life.clock.pass_time(seconds=WINDOW)
    assert life.read("shop-1") == before + 1


async def test_one_that_floods_does_not_delay_another(life: Life) -> None:
    for _ in range(2 * QUICK):
        life.hints.heed("main", ["shop-1"])
        await life.clock.pass_time(seconds=1)
    life.hints.heed("main", ["shop-1", "shop-2"])
    await life.clock.pass_time(seconds=1)
    assert life.read("shop-2") == 1
    assert life.read("shop-1") == QUICK


async def test_of_too_many_the_list_is_read_instead(life: Life) -> None:
    life.hints.heed("main", SHOPS)
    await life.clock.pass_time(seconds=1)
    assert life.bench.main.lists == 1


async def test_a_list_that_is_asked_for_again_and_again_is_bounded_too(life: Life) -> None:
    for _ in range(30):
        life.hints.heed("main", [ALL])
        await life.clock.pass_time(seconds=1)
    assert life.bench.main.lists == QUICK


async def test_what_comes_while_it_reads_is_read_again(life: Life) -> None:
    life.bench.main.list_gate = asyncio.Event()
    life.hints.heed("main", [ALL])
    await life.clock.pass_time(seconds=1)
    life.hints.heed("main", [ALL])
    await life.clock.pass_time(seconds=1)
    assert life.bench.main.lists == 1
    life.bench.main.list_gate.set()
    await life.clock.pass_time(seconds=1)
    assert life.bench.main.lists == 2


async def test_what_waits_when_it_is_told_to_stop_is_read_first(life: Life) -> None:
    for _ in range(QUICK + 1):
        life.hints.heed("main", ["shop-1"])
        await life.clock.pass_time(seconds=1)
    life.hints.heed("main", ["shop-1", "shop-2"])
    life.stop.set()
    await life.clock.until_done(life.running)
    assert (life.read("shop-2"), life.read("shop-1")) == (1, QUICK + 1)
