"""Tens of thousands of accounts falling at once: each one by itself, and behind gateways that fail."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

from tests.benchmarks.figures import KIB, Figure, cost_of
from tests.benchmarks.fleet import QUARTER, Bench, bench

ACCOUNTS = 30_000
GATEWAYS = 10
CONFIRMED = timedelta(seconds=15)
SETTLED = timedelta(seconds=61)
LONG = timedelta(minutes=31)


def falls() -> Iterator[Figure]:
    """30,000 accounts on ten gateways fall, stay down and come back: each round of all of them."""
    yield from asyncio.run(_apart(_sessions_fail))
    yield from asyncio.run(_apart(_gateways_fail))


async def _apart(story: Callable[[Bench], Awaitable[list[Figure]]]) -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        async with bench(Path(folder), ACCOUNTS, GATEWAYS, "off") as ready:
            return await story(ready)


async def _sessions_fail(ready: Bench) -> list[Figure]:
    """A failed session is looked at closely, so each of these rounds makes 30,000 requests besides the lists."""
    before = await ready.size()
    ready.gateways.show(every=1)
    figures = [
        Figure("30,000 sessions fail: the first round sees it", await _round(ready)),
        Figure("… the second believes it: incidents, attempts, notices", await _round(ready, CONFIRMED)),
        Figure("… what is due among them: looks, attempts, a message", await _due(ready)),
        Figure("… a quarter of an hour later, still down", await _round(ready, QUARTER)),
    ]
    ready.gateways.show()
    figures += [
        Figure("… they are back: the first round", await _round(ready, QUARTER)),
        Figure("… the second ends the outage", await _round(ready, SETTLED)),
        Figure("… what the outage left, an account", await _grown(ready, before)),
    ]
    return figures


async def _gateways_fail(ready: Bench) -> list[Figure]:
    before = await ready.size()
    ready.gateways.show(silent=1)
    figures = [
        Figure("ten gateways fail: 30,000 accounts are stale", await _round(ready)),
        Figure("… half an hour later, unreachable", await _round(ready, LONG)),
    ]
    ready.gateways.show()
    figures += [
        Figure("… they answer again: the first round", await _round(ready, QUARTER)),
        Figure("… the second ends the outage", await _round(ready, SETTLED)),
        Figure("… what the outage left, an account", await _grown(ready, before)),
    ]
    return figures


async def _round(ready: Bench, after: timedelta = timedelta(0)) -> str:
    ready.pass_time(after)
    return str(await cost_of(ready.read_all))


async def _due(ready: Bench) -> str:
    """What the loops ask the store, each of them again and again."""
    now, store = ready.clock.now() + timedelta(hours=7), ready.store

    async def ask() -> None:
        await store.sweeps.rechecks(now, limit=10_000)
        await store.sweeps.next_recheck()
        await store.attempts.due_attempts(now, limit=300)
        await store.attempts.next_attempt_at()
        await store.notices.due_messages(now, 1)
        await store.notices.next_notice_at()

    return str(await cost_of(ask))


async def _grown(ready: Bench, before: int) -> str:
    return f"{(await ready.size() - before) / ACCOUNTS / KIB:.1f} KiB"
