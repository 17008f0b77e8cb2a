"""Who asks, and how much of a list."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `who` is a name for people, `how` the way it came."""

    who: str
    how: Literal["socket", "token", "signal"] = "socket"
    may_read: bool = False
    may_manage: bool = False


@dataclass(frozen=True, slots=True)
class Span:
    """Which part of a long list: from, until, and at most so many, newest first; 0 is no limit."""

    since: datetime | None = None
    until: datetime | None = None
    limit: int = 100
