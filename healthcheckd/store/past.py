"""What was owed of an incident before: by it, news is told from what was said already."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from healthcheckd.domain.acknowledging import still_told
from healthcheckd.domain.notices import NoticeKind, NoticePlan
from healthcheckd.store.rows import listed

Slot = tuple[str, str, str, int]
"""News with the same kind, channel, recipient and reminder take each other's place."""


class Earlier(NamedTuple):
    """A notice that was owed before. A `pending` one did not arrive, and is not on its way; one that was `heard`
    arrived, or may have."""

    key: str
    kind: str
    channel: str
    recipient: str
    reminder: int
    variant: str
    created_at: str
    sent_at: str | None
    pending: int
    heard: int

    @property
    def slot(self) -> Slot:
        return self.kind, self.channel, self.recipient, self.reminder


@dataclass(frozen=True, slots=True)
class Past:
    """`round` is how often the incident was reopened."""

    incident: int
    round: int
    acknowledged: bool
    notices: tuple[Earlier, ...]

    def news(self, plans: Iterable[NoticePlan]) -> dict[str, NoticePlan]:
        """What of it is still to be told and was not owed before, by key. A reopened outage is the same one to somebody
        who was told of it and of no recovery."""
        known = {notice.key for notice in self.notices}
        news: dict[str, NoticePlan] = {}
        for plan in plans:
            key = plan.key(self.incident, self.round)
            if key not in known and self._still_to_tell(plan):
                news.setdefault(key, plan)
        return news

    def replaced_by(self, news: Mapping[str, NoticePlan]) -> list[str]:
        """Keys of what was not told yet and need not be any more: newer news takes its place."""
        pending = defaultdict(list)
        for notice in self.notices:
            if notice.pending:
                pending[notice.slot].append(notice.key)
        replaced = []
        for key, plan in news.items():
            replaced += pending[_slot(plan)]
            pending[_slot(plan)] = [key]
        return replaced

    def _still_to_tell(self, plan: NoticePlan) -> bool:
        if self.acknowledged and not still_told(plan):
            return False
        return not self.round or not self._told_since_recovery(plan)

    def _told_since_recovery(self, plan: NoticePlan) -> bool:
        """Who is told of the end was told of the outage since the end before. An end that nobody heard of, because it
        fell again before, is none."""
        if plan.kind is NoticeKind.RECOVERED:
            return False
        to = [one for one in self.notices if (one.channel, one.recipient) == plan.to.way]
        same = (one for one in to if one.slot == _slot(plan) and one.variant == plan.variant)
        told_at = max((one.sent_at for one in same if one.sent_at is not None), default=None)
        good_at = max((one.created_at for one in to if one.kind == NoticeKind.RECOVERED and one.heard), default="")
        return told_at is not None and good_at < told_at


def _slot(plan: NoticePlan) -> Slot:
    return plan.kind, plan.to.channel, plan.to.address, plan.reminder


def past_of(connection: sqlite3.Connection, incident: int) -> Past:
    reopened, acknowledged = connection.execute(
        "SELECT reopened, acknowledged_by IS NOT NULL FROM incidents WHERE id = ?", (incident,)
    ).fetchone()
    rows = connection.execute(
        "SELECT key, kind, channel, recipient, reminder, variant, created_at, sent_at, state = 'owed' AND unclear = 0,"
        " state = 'sent' OR unclear > 0 FROM notices WHERE incident = ?",
        (incident,),
    )
    return Past(incident, reopened, bool(acknowledged), tuple(map(Earlier._make, rows)))


def known_keys(connection: sqlite3.Connection, keys: Iterable[str]) -> frozenset[str]:
    """Those that were owed before."""
    query = "SELECT key FROM notices WHERE key IN (SELECT value FROM json_each(?))"
    return frozenset(row[0] for row in connection.execute(query, (listed(list(keys)),)))
