"""Messages that travel by WhatsApp themselves do not go by what is in trouble."""

from datetime import datetime, timedelta

from healthcheckd.domain.notices import Ruling, Verdict
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms

_LOOK_AGAIN = timedelta(minutes=1)


def carrier_down(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """It waits until what carries the channel is well again. What concerns the carrier itself was planned for others
    where there are any."""
    trouble = seen.barred.get(due.notice.channel)
    return Ruling(Verdict.WAIT, trouble, now + _LOOK_AGAIN) if trouble else None
