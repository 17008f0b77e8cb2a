"""Sweeps of a fleet at peace: by lists, with close looks, one request to each session; and what memory they take."""

import asyncio
import multiprocessing
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.figures import MIB, Cost, Figure, cost_of, least, resident
from tests.benchmarks.fleet import QUARTER, Bench, Proof, bench

ROUNDS = 5


def sweeps() -> Iterator[Figure]:
    """10,000 and 100,000 accounts on ten gateways."""
    small, small_peak = _apart(10_000, 10, "off")
    yield Figure("sweep by lists, 10,000 accounts on 10 gateways", str(small), "≤ 0.3 s")
    yield Figure("the same with a close look at a quarter (the default)", str(_apart(10_000, 10, "local")[0]))
    large, large_peak = _apart(100_000, 10, "off")
    yield Figure("sweep by lists, 100,000 accounts on 10 gateways", str(large), "≤ 3 s")
    yield Figure("the same with a close look at a quarter (the default)", str(_apart(100_000, 10, "local")[0]))
    each = (large_peak - small_peak) / 90_000
    peaks = f"{each:.0f} B ({large_peak / MIB:.0f} MiB, {small_peak / MIB:.0f} MiB)"
    yield Figure("peak memory of 100,000 less that of 10,000, an account", peaks, "≤ 1 KB")


def single() -> Iterator[Figure]:
    """10,000 accounts, one request to each."""
    cost, _ = _apart(10_000, 10, "singly")
    yield Figure("sweep with one request per session, 10,000 accounts", str(cost), "≤ 2 s")


def million() -> Iterator[Figure]:
    """1,000,000 accounts on a hundred gateways."""
    cost, peak = _apart(1_000_000, 100, "off", rounds=2)
    yield Figure("sweep by lists, 1,000,000 accounts on 100 gateways", str(cost), "≤ 35 s")
    yield Figure("peak memory of it", f"{peak / MIB:.0f} MiB")


def _apart(accounts: int, gateways: int, how: str, rounds: int = ROUNDS) -> tuple[Cost, int]:
    """In a process of its own, for the peak is a process's."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(measure, (accounts, gateways, how, rounds))


def measure(accounts: int, gateways: int, how: str, rounds: int) -> tuple[Cost, int]:
    """The least of some sweeps a quarter of an hour apart, and the most memory this process ever held."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        return asyncio.run(_measure(Path(folder), accounts, gateways, how, rounds))


async def _measure(folder: Path, accounts: int, gateways: int, how: str, rounds: int) -> tuple[Cost, int]:
    proof: Proof = "local" if how == "local" else "off"
    async with bench(folder, accounts, gateways, proof) as ready:
        costs = []
        for _ in range(rounds):
            costs.append(await cost_of(ready.read_singly if how == "singly" else ready.sweep))
            await _still_well(ready, accounts)
            ready.pass_time(QUARTER)
        return least(costs), resident(peak=True)


async def _still_well(ready: Bench, accounts: int) -> None:
    """A sweep that read nothing would be fast."""
    counts = await ready.counts()
    oldest = await ready.store.core.run(
        lambda connection, _: connection.execute("SELECT min(last_checked_at) FROM readings").fetchone()[0]
    )
    if counts["healthy"] != accounts or oldest < f"{ready.clock.now() - QUARTER:%Y-%m-%dT%H:%M:%S}":
        raise RuntimeError(f"not all of {accounts} accounts were read: {counts}, {oldest}")
