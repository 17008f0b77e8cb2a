"""`whatsapp-health-check`: the sweep."""

from collections.abc import Mapping

from healthcheckd.engine.sweep import Progress, Sweep
from healthcheckd.settings import HEALTH_CHECK


class HealthCheck:
    name = HEALTH_CHECK

    def __init__(self, sweep: Sweep) -> None:
        self._sweep = sweep

    async def run(self, progress: Progress) -> Mapping[str, int]:
        return await self._sweep.run(progress)
