"""For the commands on accounts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.profile import Value
from healthcheckd.domain.reports.accounts import ChangeReport
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control.calling import Caller

Profile = Mapping[str, Value]
"""What a person states of an account: the fields of `domain.profile`, and no others than those stated."""


@dataclass(frozen=True, slots=True)
class PairingReport:
    """How to link the session now, and where it stands. `phone` is the number linked, `expected_phone` the one that
    belongs there. Once `connection` is Connected there is nothing left to scan."""

    account: str
    connection: Connection
    phone: str = ""
    expected_phone: str = ""
    qr_text: str = ""
    qr_png: bytes = b""
    code: str = ""
    lives_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Verb:
    """One of the words that can be said of several accounts at once; `until` belongs to `mute`, None is for good;
    `force` to `reconnect`."""

    name: Literal["enable", "disable", "adopt", "mute", "unmute", "reconnect", "remove"]
    until: datetime | None = None
    force: bool = False


class AccountCommands(Protocol):
    """For the commands on accounts. All of a call is done, or nothing of it."""

    async def add(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport: ...

    async def change(self, account: AccountId, profile: Profile, caller: Caller) -> ChangeReport:
        """Raises `Refused` naming file and line for a key that a configuration file owns."""

    async def move(self, account: AccountId, to: AccountId, caller: Caller) -> ChangeReport:
        """The account goes on, with all its history, at another address."""

    async def act(self, verb: Verb, accounts: Selection | AccountId, caller: Caller) -> ChangeReport:
        """An account for which there was nothing to do is not among the changes."""

    async def load(self, rows: Sequence[ImportRow], apply: bool, caller: Caller) -> ChangeReport:
        """An import: with `apply` False what it would change, else all of it or nothing."""

    async def pairing(self, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
        """`begin` brings the session to where it can be linked; with `phone`, a code for that number."""
