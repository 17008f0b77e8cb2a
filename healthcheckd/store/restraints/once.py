"""What another message about the same outage says too, to the same reader: that one goes, this one is needless."""

from datetime import datetime

from healthcheckd.domain.notices import NoticeKind, Ruling, Verdict
from healthcheckd.store.grouping import Due
from healthcheckd.store.restraints.outlook import Outlook
from healthcheckd.store.terms import Terms

# After days of silence, ours or the channel's, the first word and its reminders are due together; after a night of
# quiet hours, what to do and that it is offline too.
SAID_TOO = (
    f"((notices.reminder > 0 OR notices.kind = '{NoticeKind.ACTION_REQUIRED}') AND EXISTS ("
    " SELECT 1 FROM notices AS other WHERE other.incident = notices.incident AND other.channel = notices.channel"
    " AND other.recipient = notices.recipient"
    f" AND (other.kind = '{NoticeKind.OFFLINE}'"
    f"  AND (other.reminder < notices.reminder OR notices.kind = '{NoticeKind.ACTION_REQUIRED}')"
    f"  OR other.kind = '{NoticeKind.ESCALATION}' AND notices.reminder > 0)"
    " AND (other.state = 'owed' AND other.due_at <= ?1 OR other.sent_at > notices.due_at)))"
)
"""Of a row of `notices`; takes the present instant first."""


def said_too(due: Due, seen: Outlook, terms: Terms, now: datetime) -> Ruling | None:
    """A reminder of what is told only now, or was told after it was due; what to do, where that it is offline is told
    as well."""
    return Ruling(Verdict.SUPERSEDED, "another message says it too") if due.said_too else None
