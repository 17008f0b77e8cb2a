"""Channels, and how each is doing."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class ChannelStanding:
    """What the database knows of one channel. `failing_since` is empty while it works."""

    owed: int = 0
    last_ok_at: datetime | None = None
    last_error: str = ""
    failing_since: datetime | None = None


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """One way by which messages go; `via` is what carries it, `used_by` the contacts (or what stands for them) that it
    reaches. Of its URL nothing is shown."""

    name: str
    kind: str
    via: str = ""
    used_by: tuple[str, ...] = ()
    owed: int = 0
    last_ok_at: datetime | None = None
    last_error: str = ""
    failing_since: datetime | None = None
