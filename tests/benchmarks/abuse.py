"""Every door under attack, one attack after the other, while sweeps go on and a friend wants an answer."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import pairwise

from tests.benchmarks import attacks
from tests.benchmarks.attacks import Attack, Outcome
from tests.benchmarks.besieged import SWEEP_SECONDS, Besieged, besieged
from tests.benchmarks.figures import MIB, Figure
from tests.benchmarks.friend import Friend, befriended

_EVERY = 0.1
_PAUSE = 4.0
"""Seconds between two attacks, for what they left."""

_AT_PEACE = 12.0


async def _nothing(_: Besieged) -> Outcome:
    await asyncio.sleep(_AT_PEACE)
    return Outcome()


_STORIES: tuple[tuple[str, Attack], ...] = (
    ("at peace", _nothing),
    ("200 API requests a second for 30 s", attacks.calls),
    ("500 Socket.IO clients", attacks.listeners),
    ("slow-loris: 300 heads and bodies that drip", attacks.slow_loris),
    ("1,500 silent and 300 half-closed connections", attacks.half_open),
    ("220 bodies of 10 MB", attacks.large_bodies),
    ("150 readers that never read", attacks.deaf_readers),
    ("10,000 bad tokens", attacks.bad_tokens),
    ("20,000 forwarded addresses", attacks.many_addresses),
    ("9,000 hook posts", attacks.hooks),
    ("4,500 huge or broken heads", attacks.huge_heads),
    ("20,000 requests, pipelined", attacks.pipelining),
    ("at peace again", _nothing),
)


def abuse() -> Iterator[Figure]:
    """A line for each attack on 300 accounts that are swept every three seconds, a fifth of them never at rest."""
    with asyncio.Runner() as runner:
        siege = _siege()
        while figures := runner.run(_next(siege)):
            yield from figures


async def _next(siege: AsyncIterator[list[Figure]]) -> list[Figure]:
    return await anext(siege, [])


async def _siege() -> AsyncIterator[list[Figure]]:
    async with besieged() as daemon:
        for what, attack in _STORIES:
            yield await _told(what, attack, daemon)


@dataclass(slots=True)
class _Watch:
    """What was seen while an attack went on."""

    resident: list[int] = field(default_factory=list)
    files: list[int] = field(default_factory=list)
    friend: Friend = field(default_factory=Friend)


async def _told(what: str, attack: Attack, daemon: Besieged) -> list[Figure]:
    began, before, lags = datetime.now(UTC), daemon.resident(), await daemon.lags()
    files = daemon.files()
    async with _watching(daemon) as watch:
        outcome = await attack(daemon)
    took = (datetime.now(UTC) - began).total_seconds()
    lagged = _worst(lags, await daemon.lags())
    await asyncio.sleep(_PAUSE)
    memory = "→".join(f"{one / MIB:.0f}" for one in (before, max(watch.resident), daemon.resident()))
    opened = "→".join(f"{one:,}" for one in (files, max(watch.files), daemon.files()))
    met = ", ".join(f"{count:,}× {how}" for how, count in sorted(outcome.items()) if count)
    return [
        Figure(what, f"{took:.0f} s", met),
        Figure("… sweeps, and the event loop", _sweeps(daemon, began), lagged),
        Figure("… memory, files, and how a friend is answered", f"{memory} MiB, {opened}", str(watch.friend)),
    ]


@asynccontextmanager
async def _watching(daemon: Besieged) -> AsyncIterator[_Watch]:
    watch = _Watch()
    eye = asyncio.create_task(_look(daemon, watch))
    try:
        async with befriended(daemon.api) as watch.friend:
            yield watch
    finally:
        eye.cancel()
        with suppress(asyncio.CancelledError):
            await eye


async def _look(daemon: Besieged, watch: _Watch) -> None:
    while True:
        watch.resident.append(daemon.resident())
        watch.files.append(daemon.files())
        await asyncio.sleep(_EVERY)


def _sweeps(daemon: Besieged, since: datetime) -> str:
    """How many, how much later than asked for one began at most, and how long one took at most."""
    found = daemon.sweeps(since)
    gaps = [(later[0] - one[0]).total_seconds() for one, later in pairwise(found)]
    late = max((gap - SWEEP_SECONDS for gap in gaps), default=0.0)
    longest = max(((ended - began).total_seconds() for began, ended in found), default=0.0)
    return f"{len(found)}, late ≤ {max(late, 0.0):.2f} s, took ≤ {longest:.2f} s"


def _worst(before: dict[float, float], after: dict[float, float]) -> str:
    """The first bound that all turns kept since."""
    turns = {bound: after[bound] - before.get(bound, 0) for bound in after}
    most = max(turns.values(), default=0)
    bound = min((bound for bound, count in turns.items() if count == most), default=0.0)
    return f"loop ≤ {bound:g} s late, over 0.1 s in {most - turns.get(0.1, most):.0f} of {most:.0f} turns"
