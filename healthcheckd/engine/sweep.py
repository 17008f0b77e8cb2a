"""One run of the health check: read all, make the first attempts, read again until it settles."""

import asyncio
import logging
from collections.abc import Callable
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
        with self._aftercare.counting() as tally:
            await self._aftercare.heard(await self._read_all(progress))
            progress("settling", 0, 1)
            await self._aftercare.settle(self._wait)
        return await self._report(tally)

    async def _read_all(self, progress: Progress) -> list[RoundResult]:
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

        return await asyncio.gather(*map(read, names))

    def _turn(self) -> int:
        return int(self._clock.now().timestamp() // self._cadence.total_seconds())

    async def _report(self, tally: Tally) -> dict[str, int]:
        after = await self._store.tally()
        report = {
            **after,
            "attempted": len(tally.attempted),
            "reconnected": len(tally.reconnected),
            "notified": tally.notified,
        }
        words = ", ".join(f"{name}: {report[name]}" for name in ("total", "healthy", "warning", "critical"))
        logger.info(
            "WhatsApp session health check completed { %s }", words, extra={"action": "sweep_completed", **report}
        )
        return report
