"""`inactive-client-cleanup`: stop the clients that nobody uses."""

import logging
from collections.abc import Mapping

from healthcheckd.domain.accounts import AccountId
from healthcheckd.engine.sweep import Progress
from healthcheckd.errors import GatewayError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import Gateway
from healthcheckd.ports.store import RunStore
from healthcheckd.settings import CLIENT_CLEANUP

logger = logging.getLogger(__name__)


class ClientCleanup:
    """Stops what the store finds idle; a hold or the watch mode leaves everything as it is."""

    name = CLIENT_CLEANUP

    def __init__(self, gateways: Mapping[str, Gateway], store: RunStore, clock: Clock) -> None:
        self._gateways = gateways
        self._store = store
        self._clock = clock

    async def candidates(self) -> list[AccountId]:
        """What a run would stop now."""
        idle = await self._store.idle_clients(self._clock.now())
        return [one for one in idle if one.gateway in self._gateways and not await self._store.held(one.gateway)]

    async def run(self, progress: Progress) -> Mapping[str, int]:
        idle = await self.candidates()
        stopped = 0
        for number, account in enumerate(idle, start=1):
            stopped += await self._stop(account)
            progress("stopping", number, len(idle))
        return {"idle": len(idle), "stopped": stopped}

    async def _stop(self, account: AccountId) -> bool:
        try:
            await self._gateways[account.gateway].stop(account.session)
        except GatewayError as error:
            logger.warning("Inactive client %s was not stopped: %s", account, error, extra={"action": "cleanup_failed"})
            return False
        await self._store.client_stopped(account, self._clock.now())
        logger.info("Stopped the inactive client %s", account, extra={"action": "client_stopped"})
        return True
