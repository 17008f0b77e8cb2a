"""What the adapters have in common: one client to one gateway, and whose fault a failure is."""

import logging
from typing import Any

from healthcheckd.domain.observations import Observation, silent
from healthcheckd.errors import GatewayError
from healthcheckd.gateways.advice import general_advice
from healthcheckd.gateways.faults import ITS_OWN
from healthcheckd.gateways.http import CONCURRENCY, Client
from healthcheckd.ports.clock import Clock
from healthcheckd.settings import GatewaySettings

logger = logging.getLogger(__name__)


class Adapter:
    """One gateway, asked over HTTP."""

    def __init__(
        self,
        settings: GatewaySettings,
        clock: Clock,
        concurrency: int = CONCURRENCY,
        *,
        key_header: str | None = None,
        **client: Any,
    ) -> None:
        """Without a `key_header`, name and password are the key; `client` is what else its `Client` is told."""
        self.name = settings.name
        self._settings = settings
        self._clock = clock
        self._http = Client(settings, clock, key_header=key_header, concurrency=concurrency, **client)

    async def close(self) -> None:
        await self._http.close()

    @property
    def _advice(self) -> tuple[str, ...]:
        return general_advice(self._settings, self._http.credentials.key)

    def _silenced(self, session: str, error: GatewayError) -> Observation:
        """A failure of a reading that is this session's alone; raises any other."""
        if error.fault not in ITS_OWN:
            raise error
        return silent(session, self._clock.now(), error.what)


def tell_unnamed(gateway: str, count: int) -> None:
    """Rows of a list that belong to nobody."""
    if count:
        told = {"action": "unnamed_rows", "gateway": gateway, "count": count}
        logger.warning("%d rows of the list of gateway %s have no readable name", count, gateway, extra=told)
