"""Whom to tell, and by which way."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Role(StrEnum):
    OWNER = "owner"
    OPERATOR = "operator"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody to tell. `after` is how long an outage lasts before this contact hears of it; None is the default.
    `kinds` are those wanted; none stated means all of them. `address` is the name where the channel needs none."""

    address: str
    name: str = ""
    channel: str = "email"
    language: str = ""
    time_zone: str = ""
    after: timedelta | None = None
    kinds: frozenset[str] = frozenset()

    @property
    def way(self) -> tuple[str, str]:
        """Two contacts with the same way are one and the same to their reader."""
        return self.channel, self.address

    def wants(self, kind: str) -> bool:
        return not self.kinds or kind in self.kinds


@dataclass(frozen=True, slots=True)
class Audience:
    """Who hears of one account."""

    owners: tuple[Contact, ...] = ()
    operators: tuple[Contact, ...] = ()
