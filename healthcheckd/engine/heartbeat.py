"""A sign of life to somebody outside, who tells people when it stays away."""

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from healthcheckd.domain.vitality import lacking
from healthcheckd.engine.pausing import pause
from healthcheckd.errors import DeliveryError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.vitality import Pinger, VitalStore

logger = logging.getLogger(__name__)

FIRST_AFTER = 60.0
"""Seconds, in which the first sweep is over and the first self-test has arrived."""

AtFault = Callable[[], str]
"""What else does not work, in words; empty when all does."""


@dataclass(slots=True)
class Heartbeat:
    """Sent only while sweep, store and outbox all work; why it is withheld is logged once."""

    store: VitalStore
    pinger: Pinger
    clock: Clock
    cadence: timedelta
    every: timedelta
    besides: AtFault = lambda: ""
    _withheld: str = ""

    async def run(self, stop: asyncio.Event) -> None:
        """From a minute after the start on: what has not begun yet does not fail."""
        await pause(self.clock, min(self.every.total_seconds(), FIRST_AFTER), stop)
        while not stop.is_set():
            await self.turn()
            await pause(self.clock, self.every.total_seconds(), stop)

    async def turn(self) -> bool:
        """Whether a sign of life arrived."""
        now = self.clock.now()
        why = lacking(await self.store.vital_signs(now), self.cadence, now) or self.besides()
        self._tell(why)
        return not why and await self._ping()

    async def _ping(self) -> bool:
        try:
            await self.pinger.ping()
        except DeliveryError as error:
            logger.warning("The heartbeat did not arrive: %s", error, extra={"action": "heartbeat_lost"})
            return False
        return True

    def _tell(self, why: str) -> None:
        if why and not self._withheld:
            logger.error("The heartbeat is withheld: %s", why, extra={"action": "heartbeat_withheld"})
        elif self._withheld and not why:
            logger.info("The heartbeat is sent again", extra={"action": "heartbeat_resumed"})
        self._withheld = why
