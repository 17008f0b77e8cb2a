"""Webhooks, and how each is doing."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WebhookRow:
    """`place` is scheme, host and port of its URL, the rest of which is a secret. `owed` counts what waits, `sent` and
    `dead` what was taken and given up within seven days. `failing_since` is empty while it works."""

    name: str
    place: str
    events: tuple[str, ...] = ()
    owed: int = 0
    sent: int = 0
    dead: int = 0
    oldest_owed_at: datetime | None = None
    last_sent_at: datetime | None = None
    last_error: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database knows of one webhook."""

    owed: int = 0
    sent: int = 0
    dead: int = 0
    oldest_owed_at: datetime | None = None
    last_sent_at: datetime | None = None
    last_error: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class DeliveryRow:
    """One event for one webhook: `owed`, `sent`, `cancelled` or `dead`, and what the receiver said."""

    webhook: str
    event: str
    state: str
    created_at: datetime
    ended_at: datetime | None = None
    tries: int = 0
    words: str = ""
    last_error: str = ""
