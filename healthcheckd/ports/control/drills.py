"""For `drill`."""

from collections.abc import Callable
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.drills import DrillLine, DrillPlan, DrillResult
from healthcheckd.ports.control.calling import Caller


class DrillControl(Protocol):
    """A rehearsal of one account's outage, to those who would hear of a real one. Session, ledger and incidents are
    left alone; the audit trail gets its row."""

    async def plan(self, account: AccountId, kind: str) -> DrillPlan:
        """Whom it would reach; nothing is sent. Raises `UnknownName` for a kind that there is not."""

    async def run(
        self, account: AccountId, kind: str, caller: Caller, tell: Callable[[DrillLine], None]
    ) -> DrillResult:
        """Raises `Refused` where nothing may be sent, or nobody would be told."""
