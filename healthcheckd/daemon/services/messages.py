"""Messages that programs sent and received."""

from dataclasses import dataclass
from datetime import date

from healthcheckd.daemon.services.backstage import Backstage
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import Caller


@dataclass(frozen=True, slots=True)
class MessageService:
    """Fills `MessageCounters`. A program posts these all day long, so they leave no trace in the trail."""

    backstage: Backstage

    async def add(self, account: AccountId, counts: DayCount, key: str, caller: Caller) -> DayCount:
        _check_day(counts.day)
        now = self.backstage.clock.now()
        total, events = await self.backstage.store.messages.add(account, counts, key, now)
        self.backstage.events.publish(events)
        return total


def _check_day(day: str) -> None:
    try:
        well_written = not day or date.fromisoformat(day).isoformat() == day
    except ValueError:
        well_written = False
    if not well_written:
        raise UsageError(f"“{day}” is not a day", where="day", hint='write it as "2026-01-31"')
