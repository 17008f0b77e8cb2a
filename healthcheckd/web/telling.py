"""What is told over Socket.IO: which committed event becomes which message."""

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from healthcheckd.ports.store import Event

STATUS = "whatsapp:connection:status"
RECONNECTING = "whatsapp:connection:reconnecting"
HEALTH = "whatsapp:health:changed"


class Told(NamedTuple):
    name: str
    data: Mapping[str, object]


def told(event: Event) -> Iterator[Told]:
    """Of a transition the connection first, then the health that follows from it. Of an attempt that it begins, and
    when the next one is made after it failed; that it worked is a transition."""
    if event.kind == "transition":
        yield from _transition(event)
    elif event.kind == "attempt":
        yield from _attempt(event)


def _transition(event: Event) -> Iterator[Told]:
    data, account = event.data, str(event.account)
    beside = {"cause": data["cause"], "reason": data["reason"], "timestamp": _instant(event.at)}
    if data["connection_from"] != data["connection_to"]:
        metadata = {"previousStatus": data["connection_from"], "health": data["health_to"], **beside}
        yield Told(STATUS, {"accountId": account, "status": data["connection_to"], "metadata": metadata})
    if data["health_from"] != data["health_to"]:
        change = {"accountId": account, "status": data["health_to"], "previousStatus": data["health_from"]}
        yield Told(HEALTH, {**change, "connection": data["connection_to"], **beside})


def _attempt(event: Event) -> Iterator[Told]:
    """`attempt` is the one that begins `nextAttemptIn` milliseconds from now; 0 says that it begins."""
    data, number = event.data, int(str(event.data["number"]))
    if data["state"] == "started":
        yield _reconnecting(event, number, 0)
    elif data.get("next_at"):
        wait = datetime.fromisoformat(str(data["next_at"])) - event.at
        yield _reconnecting(event, number + 1, max(wait // timedelta(milliseconds=1), 0))


def _reconnecting(event: Event, attempt: int, wait: int) -> Told:
    numbers = {"attempt": attempt, "maxAttempts": event.data["most"], "nextAttemptIn": wait}
    return Told(RECONNECTING, {"accountId": str(event.account), **numbers})


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
