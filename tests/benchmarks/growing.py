"""How the database grows: days on which nothing happens, and a week in which much does."""

import asyncio
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from healthcheckd.settings import COUNTER_RESET
from tests.benchmarks.figures import KIB, MIB, Figure
from tests.benchmarks.fleet import QUARTER, Bench, bench

ACCOUNTS = 300
DAY = timedelta(days=1)
HOURS_OF_OUTAGE = 1
TURN = 100
"""In the lively week each account falls once in so many hours."""


def sizes() -> Iterator[Figure]:
    """300 accounts on two gateways, looked at every quarter of an hour."""
    yield from asyncio.run(_grow())


async def _grow() -> list[Figure]:
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        async with bench(Path(folder), ACCOUNTS, 2) as ready:
            sizes = [await ready.size()]
            for days, eventful in ((1, False), (7, False), (7, True)):
                await _pass(ready, days * DAY, eventful)
                sizes.append(await ready.size())
            falls = await ready.ask("SELECT count(*) FROM incidents")
    first, day, quiet, lively = sizes
    return [
        Figure("database of 300 accounts, after the first sweep", f"{first / MIB:.2f} MiB", "bounded"),
        Figure("… a quiet day more", f"{(quiet - day) / 7 / KIB:.1f} KiB", "no row per check"),
        Figure(f"… after a lively week, {falls:,} outages", f"{lively / MIB:.2f} MiB"),
        Figure("… an outage", f"{(lively - quiet) / falls / KIB:.1f} KiB"),
    ]


async def _pass(ready: Bench, span: timedelta, lively: bool) -> None:
    """Every round of it; what falls is down for an hour, and a hundredth of all is down at any time."""
    until = ready.clock.now() + span
    quarter = 0
    while ready.clock.now() < until:
        if lively:
            ready.gateways.show(every=TURN, offset=quarter // (4 * HOURS_OF_OUTAGE) % TURN)
        await _quarter(ready)
        quarter += 1
        if quarter % 96 == 0:
            await ready.engine.runs.run(COUNTER_RESET, "benchmark")
    ready.gateways.show()


async def _quarter(ready: Bench) -> None:
    next_at = ready.clock.now() + QUARTER
    await ready.sweep()
    await ready.engine.aftercare.settle(QUARTER)
    ready.clock.until(next_at)
