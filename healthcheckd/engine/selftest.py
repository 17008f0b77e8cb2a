"""From time to time the whole way is walked: an account falls, is graded, is told of, and the message arrives."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta

from healthcheckd.engine.pausing import pause
from healthcheckd.ports.clock import Clock

logger = logging.getLogger(__name__)

NOT_YET = "the self-test has not arrived yet"

Rehearse = Callable[[], Awaitable[str]]
"""Walks the way once; what went wrong, in words, empty when the message arrived."""


@dataclass(slots=True)
class SelfTest:
    """`fault` is what the last walk met; until one arrived, that none did."""

    rehearse: Rehearse
    clock: Clock
    every: timedelta
    fault: str = NOT_YET

    @property
    def failed(self) -> bool:
        return self.fault not in {"", NOT_YET}

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.turn()
            await pause(self.clock, self.every.total_seconds(), stop)

    async def turn(self) -> None:
        before, self.fault = self.fault, await self._outcome()
        if self.fault:
            logger.error("The self-test failed: %s", self.fault, extra={"action": "self_test_failed"})
        elif before:
            logger.info("The self-test arrived", extra={"action": "self_test_arrived"})

    async def _outcome(self) -> str:
        """Whatever breaks a rehearsal is what it was made to find."""
        try:
            found = await self.rehearse()
        except Exception as error:
            found = f"{type(error).__name__}: {error}"
        return f"the self-test did not arrive: {found}" if found else ""
