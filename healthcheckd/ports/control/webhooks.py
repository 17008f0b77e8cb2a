"""For the commands on webhooks."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.webhooks import WebhookRow
from healthcheckd.ports.control.calling import Caller


@dataclass(frozen=True, slots=True)
class Again:
    """Which events are wanted again: everything stated has to hold, and something has to be."""

    since: datetime | None = None
    account: AccountId | None = None
    dead: bool = False


class WebhookControl(Protocol):
    """A name that the configuration does not have raises `UnknownName`."""

    async def listed(self) -> Sequence[WebhookRow]: ...

    async def test(self, webhook: str, caller: Caller) -> str:
        """Post `whatsapp.test` now; the receiver's own words. Raises `DeliveryError`."""

    async def replay(self, webhook: str, wanted: Again, caller: Caller) -> int:
        """Owed again under their keys, marked so; returns how many."""
