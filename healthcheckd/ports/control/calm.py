"""For those who do not want to be told: acknowledgements and silences."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.reports.incidents import SilenceRow
from healthcheckd.ports.control.calling import Caller


@dataclass(frozen=True, slots=True)
class IncidentFilter:
    """Incidents for which everything stated holds; of a gateway are its own and those of its accounts."""

    only_open: bool = False
    account: AccountId | None = None
    gateway: str = ""
    scope: str = ""


class IncidentControl(Protocol):
    """For `incidents ack`. An incident is named by its number."""

    async def acknowledge(self, incident: int, comment: str, caller: Caller) -> bool:
        """From now on operators hear no more of it, and nobody is reminded. False when it was so already; raises
        `Refused` when it is over."""

    async def take_back(self, incident: int, caller: Caller) -> bool:
        """False when nobody had acknowledged it."""


class SilenceControl(Protocol):
    """For `silence add` and `silence end`."""

    async def add(self, reach: Reach, until: datetime | None, comment: str, caller: Caller) -> SilenceRow:
        """Raises `UsageError` unless it says whom it reaches and ends within thirty days."""

    async def end(self, silence: int, caller: Caller) -> bool:
        """What it held back and is still true is told now. False when it was over already."""
