"""What is told to other programs: which changes make which event, who wants it, and what it says."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import NamedTuple

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause, Connection, Health

TEST_EVENT = "whatsapp.test"

INCLUDABLE = ("name", "phone", "customer", "tags")
"""Of an account: personal data, or what may be, and so only told where it is asked for."""

_HEALTHS = {health: f"whatsapp.health.{health.value.lower()}" for health in Health}
_CONNECTIONS = {
    Connection.CONNECTED: "whatsapp.connection.connected",
    Connection.CONNECTING: "whatsapp.connection.connecting",
    Connection.NEEDS_PAIRING: "whatsapp.connection.needs_pairing",
    Connection.DISCONNECTED: "whatsapp.connection.disconnected",
    Connection.LOGGED_OUT: "whatsapp.connection.logged_out",
    Connection.FAILED: "whatsapp.connection.failed",
    Connection.STOPPED: "whatsapp.connection.stopped",
    Connection.UNREACHABLE: "whatsapp.connection.unreachable",
    Connection.UNKNOWN: "whatsapp.connection.unknown",
}
EVENTS = (*_HEALTHS.values(), *_CONNECTIONS.values())


@dataclass(frozen=True, slots=True)
class Subscription:
    """What one webhook wants to hear of. Patterns are those of a shell; an empty filter lets everything through."""

    webhook: str
    events: tuple[str, ...] = ("*",)
    gateways: tuple[str, ...] = ()
    accounts: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    include: tuple[str, ...] = ()

    def wants(self, event: str) -> bool:
        return _fits(event, self.events)

    def concerns(self, account: AccountId, tags: Iterable[str]) -> bool:
        here = not self.gateways or account.gateway in self.gateways
        named = not self.accounts or _fits(str(account), self.accounts)
        return here and named and (not self.tags or bool(set(self.tags) & set(tags)))


class Change(NamedTuple):
    """One event: what changed is the connection or the health, `before` and `after` in its own words."""

    event: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A change of an account, as it is told. `offline` is how long the outage lasts, or lasted if this ends it."""

    account: AccountId
    at: datetime
    connections: tuple[Connection, Connection]
    healths: tuple[Health, Health]
    cause: Cause | None
    reason: str
    offline: timedelta = timedelta(0)
    incident: int | None = None

    def changes(self) -> Iterator[Change]:
        """Of the connection first, then of the health that follows from it."""
        connection, health = self.connections, self.healths
        if connection[0] is not connection[1]:
            yield Change(_CONNECTIONS[connection[1]], connection[0].value, connection[1].value)
        if health[0] is not health[1]:
            yield Change(_HEALTHS[health[1]], health[0].value, health[1].value)


def body_of(occurrence: Occurrence, change: Change, personal: Mapping[str, object], instant: str) -> dict[str, object]:
    """The first five are the promised ones; the others stand beside them. `instant` is the change's, in UTC."""
    return {
        "event": change.event,
        "accountId": str(occurrence.account),
        "status": change.after,
        "offlineDuration": max(occurrence.offline // timedelta(milliseconds=1), 0),
        "timestamp": instant,
        "previousStatus": change.before,
        "health": occurrence.healths[1].value,
        "connection": occurrence.connections[1].value,
        "cause": None if occurrence.cause is None else occurrence.cause.value,
        "reason": occurrence.reason,
        "incident": occurrence.incident,
        "gateway": occurrence.account.gateway,
        "session": occurrence.account.session,
        **personal,
    }


def as_json(body: Mapping[str, object]) -> str:
    """In ASCII alone: whatever a name holds, nothing of it steers a terminal or a log on its way."""
    return json.dumps(body, ensure_ascii=True, separators=(",", ":"))


def _fits(text: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(text, pattern) for pattern in patterns)
