"""Calls that were refused, for the log and the trail: each source at once, and then once a minute with a count."""

import logging
from collections import Counter
from collections.abc import Awaitable, Callable

from healthcheckd.errors import StoreError
from healthcheckd.ports.clock import Clock

logger = logging.getLogger(__name__)

EVERY = 60.0
"""Seconds."""

MOST_SOURCES = 20
"""Told of one by one in a minute; all others are told of together."""

OTHERS = "other addresses"
_MOST_REASONS = 5

Trail = Callable[[str, str, str], Awaitable[None]]
"""Writes a row: who, what, and what became of it."""


class Refusals:
    """A flood fills neither log nor database."""

    def __init__(self, clock: Clock, trail: Trail) -> None:
        self._clock = clock
        self._trail = trail
        self._met: set[str] = set()
        self._more: dict[str, Counter[str]] = {}

    async def note(self, source: str, why: str) -> None:
        """`why` is a sentence of ours."""
        if source not in self._met and len(self._met) < MOST_SOURCES:
            self._met.add(source)
            await self._tell(source, Counter([why]))
            return
        reasons = self._more.setdefault(source if source in self._met else OTHERS, Counter())
        reasons[why if why in reasons or len(reasons) < _MOST_REASONS else "other reasons"] += 1

    async def keep_telling(self) -> None:
        """For as long as it is not cancelled."""
        while True:
            await self._clock.sleep(EVERY)
            await self.settle()

    async def settle(self) -> None:
        """Tell of what came after the first of each source; a new minute begins."""
        more, self._more, self._met = self._more, {}, set()
        for source, reasons in more.items():
            await self._tell(source, reasons)

    async def _tell(self, source: str, reasons: Counter[str]) -> None:
        outcome = "; ".join(why if count == 1 else f"{why} ({count} times)" for why, count in reasons.items())
        told = {"action": "refused", "source": source, "count": reasons.total()}
        logger.warning("A call from %s was refused: %s", source, outcome, extra=told)
        try:
            await self._trail(source, "call the API", f"refused: {outcome}")
        except StoreError as error:
            logger.warning("It could not be put into the trail: %s", error, extra={"action": "refused_unaudited"})
