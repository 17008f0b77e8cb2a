"""One run of the health check: read all, make the first attempts, read again until it settles."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta

from healthcheckd.engine.aftercare import Aftercare
from healthcheckd.engine.reconnector import Tally
from healthcheckd.engine.rounds import RoundResult, Rounds
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.store import SweepStore

logger = logging.getLogger(__name__)

GATEWAYS_AT_ONCE = 16

Progress = Callable[[str, int, int], None]
"""Told of each phase: its name, how much is done, how much there is."""


@dataclass(slots=True)
class SweepCounts:
    """What one sweep found and did; the counts of its accounts are taken after it."""

    tally: Tally = field(default_factory=Tally)
    notified: int = 0


class Sweep:
    """Phases, each committed before the next; what is unfinished at the end is a row with a due time."""

    def __init__(
        self,
        rounds: Rounds,
        aftercare: Aftercare,
        store: SweepStore,
        clock: Clock,
        wait: timedelta,
        cadence: timedelta,
    ) -> None:
        self._rounds = rounds
        self._aftercare = aftercare
        self._store = store
        self._clock = clock
        self._wait = wait
        self._cadence = cadence

    async def run(self, progress: Progress) -> dict[str, int]:
        """Returns the counts of the run, as the user's trigger answers them."""
        logger.info("Starting WhatsApp session health check...", extra={"action": "sweep_started"})
        before = await self._store.tally()
        logger.info("Found %d active WhatsApp accounts to check", before["total"], extra={"action": "accounts_found"})
        counts = SweepCounts()
        await self._read_all(counts, progress)
        progress("settling", 0, 1)
        counts.notified += await self._aftercare.settle(self._clock.now() + self._wait, counts.tally)
        return await self._report(counts)

    async def _read_all(self, counts: SweepCounts, progress: Progress) -> None:
        names = list(self._rounds.lookers)
        places = asyncio.Semaphore(GATEWAYS_AT_ONCE)
        done = 0

        async def read(name: str) -> RoundResult:
            nonlocal done
            async with places:
                result = await self._rounds.read(name, self._turn())
            done += 1
            progress("reading", done, len(names))
            return result

        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(read(name), name=f"read {name}") for name in names]
        results = [task.result() for task in tasks]
        counts.notified += sum(result.notices for result in results)
        await self._silence(results, counts)

    async def _silence(self, results: list[RoundResult], counts: SweepCounts) -> None:
        """Only after all were asked is it known whether the silent ones are alone in it."""
        now = self._clock.now()
        answered = {result.gateway for result in results if result.answered}
        self._aftercare.answered_at.update(dict.fromkeys(answered, now))
        for result in results:
            if not result.answered:
                counts.notified += await self._rounds.silence(result.gateway, result.why, elsewhere=bool(answered))

    def _turn(self) -> int:
        return int(self._clock.now().timestamp() // self._cadence.total_seconds())

    async def _report(self, counts: SweepCounts) -> dict[str, int]:
        after = await self._store.tally()
        report = {
            **after,
            "attempted": len(counts.tally.attempted),
            "reconnected": len(counts.tally.reconnected),
            "notified": counts.notified,
        }
        words = ", ".join(f"{name}: {report[name]}" for name in ("total", "healthy", "warning", "critical"))
        logger.info(
            "WhatsApp session health check completed { %s }", words, extra={"action": "sweep_completed", **report}
        )
        return report
