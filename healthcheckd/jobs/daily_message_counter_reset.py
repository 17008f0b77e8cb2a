"""`daily-message-counter-reset`: close yesterday's counters into history, and start today's at zero."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from healthcheckd.engine.sweep import Progress
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.store import RunStore
from healthcheckd.settings import COUNTER_RESET

logger = logging.getLogger(__name__)


class CounterReset:
    """Closes every day up to yesterday, so that missed midnights are made up for in one run."""

    name = COUNTER_RESET

    def __init__(self, store: RunStore, clock: Clock, zone: ZoneInfo) -> None:
        self._store = store
        self._clock = clock
        self._zone = zone

    async def run(self, progress: Progress) -> Mapping[str, int]:
        now = self._clock.now()
        yesterday = now.astimezone(self._zone).date() - timedelta(days=1)
        closed = await self._store.close_day(yesterday.isoformat(), now)
        trimmed = await self._store.trim(now)
        logger.info(
            "Daily message counters closed for %d accounts",
            closed,
            extra={"action": "counters_closed", "closed": closed},
        )
        return {"closed": closed, "trimmed": trimmed}
