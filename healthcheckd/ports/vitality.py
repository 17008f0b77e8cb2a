"""What the sign of life stands on."""

from datetime import datetime
from typing import Protocol

from healthcheckd.domain.vitality import VitalSigns


class VitalStore(Protocol):
    """For the sign of life."""

    async def vital_signs(self, now: datetime) -> VitalSigns:
        """Also writes a row: a store that can only be read does not work."""


class Pinger(Protocol):
    """Who waits for a sign of life."""

    async def ping(self) -> None:
        """Raises `DeliveryError`, which never shows the address."""
