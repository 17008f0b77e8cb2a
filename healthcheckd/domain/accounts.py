"""An account: who it is, and its vital signs as last known."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import NamedTuple

from healthcheckd.domain.observations import Cause, Connection, Health

LONGEST_ID = 300
"""Characters; percent-encoded it still fits a URL."""

CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
"""Signs that end a line or steer a terminal; nothing that a person says of an account has them."""


FOR_GOOD = datetime(9999, 12, 31, tzinfo=UTC)
"""Muted until somebody says otherwise."""


class AccountId(NamedTuple):
    """An account's present address, written `GATEWAY/SESSION`; the session may hold slashes."""

    gateway: str
    session: str

    def __str__(self) -> str:
        return f"{self.gateway}/{self.session}"


def parse_id(text: str) -> AccountId | None:
    """Split at the first slash; None when there is none or a side is empty."""
    gateway, slash, session = text.partition("/")
    return AccountId(gateway, session) if slash and gateway and session else None


def parse_new_id(text: str) -> AccountId | None:
    """The same for an account that a person adds: one that can be typed, and asked for in a URL. What a gateway calls
    its sessions is its own affair."""
    return parse_id(text) if len(text) <= LONGEST_ID and not CONTROL.search(text) else None


def same_name(one: str, other: str) -> bool:
    """Whether two names are the same text, however it was composed (Unicode NFC)."""
    return unicodedata.normalize("NFC", one) == unicodedata.normalize("NFC", other)


def digits(phone: str | None) -> str:
    """The digits of a phone number, which is all that two spellings of it share."""
    return "".join(sign for sign in phone or "" if sign in "0123456789")


def display_phone(phone: str | None) -> str:
    """`+` and digits: unambiguous in every country, and never read as a number by a spreadsheet."""
    return f"+{bare}" if (bare := digits(phone)) else ""


class LedgerKind(StrEnum):
    """What an interval of an account's life counts as."""

    UP = "up"
    DOWN = "down"
    UNKNOWN = "unknown"
    EXCLUDED = "excluded"


class StoppedBy(StrEnum):
    """Which of us stopped the session's client; None in `Vitals` means that somebody else did."""

    OPERATOR = "operator"
    CLEANUP = "cleanup"


@dataclass(frozen=True, slots=True)
class Vitals:
    """An account's state as last known: what `assess` reads and returns.

    `first_bad_at` begins a fall that may yet turn out a blip; `offline_since` an outage that counts.
    `first_good_at` begins a recovery that is not yet confirmed. `native_since` is when the present native state was
    first read. `falls` are the latest falls, oldest first. `attempt_streak` counts attempts since the last hour of
    unbroken Connected. `missing` counts complete lists in a row without the session.
    """

    connection: Connection = Connection.UNKNOWN
    health: Health = Health.UNKNOWN
    cause: Cause | None = None
    native: str = ""
    native_since: datetime | None = None
    self_healing: bool = False
    linked: bool = False
    adopted: bool = True
    first_bad_at: datetime | None = None
    first_good_at: datetime | None = None
    offline_since: datetime | None = None
    stale_since: datetime | None = None
    connected_since: datetime | None = None
    last_connected_at: datetime | None = None
    last_disconnected_at: datetime | None = None
    last_checked_at: datetime | None = None
    recheck_at: datetime | None = None
    proof_at: datetime | None = None
    proof_failures: int = 0
    restricted_until: datetime | None = None
    restricted_why: str = ""
    phone: str | None = None
    falls: tuple[datetime, ...] = ()
    attempt_streak: int = 0
    missing: int = 0
    stopped_by: StoppedBy | None = None
    ledger: LedgerKind = LedgerKind.EXCLUDED
    ledger_cause: Cause | None = None
    incident: int | None = None
    incident_ended_at: datetime | None = None

    @property
    def in_incident(self) -> bool:
        return self.incident is not None and self.incident_ended_at is None


class Pulse(NamedTuple):
    """As much of the vital signs as tells whether a reading is news at all; cheap to have for a whole fleet."""

    health: Health
    ledger: LedgerKind
    first_bad_at: datetime | None
    stale_since: datetime | None
    offline_since: datetime | None
    recheck_at: datetime | None
    missing: int
    proof_failures: int
    native: str
    phone: str | None
    stopped_by: StoppedBy | None
    last_checked_at: datetime | None


@dataclass(frozen=True, slots=True)
class Account:
    """Who the account is and what people said of it. `key` is permanent; the address may change.

    `gateway_name` is the name the gateway gives (push name); `name` is the one people gave.
    """

    key: int
    id: AccountId
    name: str = ""
    gateway_name: str = ""
    phone: str | None = None
    customer: str = ""
    tags: tuple[str, ...] = ()
    language: str = ""
    time_zone: str = ""
    active: bool = True
    disabled_at: datetime | None = None
    muted_until: datetime | None = None
    daily_limit: int | None = None

    @property
    def title(self) -> str:
        """What people call it: their name for it, else the gateway's, else the session."""
        return self.name or self.gateway_name or self.id.session
