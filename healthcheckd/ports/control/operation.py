"""For what keeps the daemon itself in order."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.errors import Refused
from healthcheckd.ports.control.calling import Caller
from healthcheckd.ports.gateway import GatewayCheck


class HoldControl(Protocol):
    """For `hold` and `release`: watching and telling go on, nothing is restarted or cleaned up."""

    async def hold(self, gateway: str, until: datetime | None, comment: str, caller: Caller) -> bool:
        """An empty gateway is all of them. False when it already was so."""

    async def release(self, gateway: str, caller: Caller) -> bool:
        """Also ends the watch mode that a restored database starts in. False when nothing was held."""


@dataclass(frozen=True, slots=True)
class HookReport:
    """What to set in a gateway so that it posts to us: `values` by their names there. `lacks` is what our own
    configuration is still without; `heard_at` when it last posted, since the daemon runs."""

    gateway: str
    kind: str
    on: bool
    url: str
    values: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    lacks: tuple[str, ...] = ()
    heard_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class HookInstalled:
    """What became of setting the hook in a gateway, by session; `kept` had it before, `failed` says why not."""

    gateway: str
    kind: str
    set: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


class GatewayCommands(Protocol):
    """For `gateways check`, `gateways hook` and `gateways rename`."""

    async def check(self, gateway: str, caller: Caller) -> GatewayCheck: ...

    async def hook(self, gateway: str, show_secret: bool, caller: Caller) -> HookReport:
        """With secrets masked, unless they are asked for."""

    async def install_hook(self, gateway: str, caller: Caller) -> HookInstalled:
        """For all accounts that are watched. Raises `Refused` where it has to be done by hand."""

    async def rename(self, gateway: str, to: str, caller: Caller) -> "Reloaded":
        """Its accounts go on under another name, which the configuration gives it already; that is read anew."""


class MessageCounters(Protocol):
    """For programs that send and receive."""

    async def add(self, account: AccountId, counts: DayCount, key: str, caller: Caller) -> DayCount:
        """Add to the account's present day (that of `counts` where it names one); the same key counts once."""


class MailControl(Protocol):
    """For `email verify`, `email test` and `notices retry`."""

    async def verify(self, caller: Caller) -> str:
        """Log in without sending; the server's own words."""

    async def test(self, address: str, caller: Caller) -> str: ...

    async def retry(self, notices: Sequence[int], caller: Caller) -> int:
        """Owed again and due now: those named, or all that were given up; returns how many."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """What a new configuration changed, in sentences; empty when nothing."""

    changes: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BackedUp:
    """A copy that was made and verified."""

    path: str
    bytes: int
    seconds: float


class Upkeep(Protocol):
    """For `reload`, `backup`, and those who ask whether the daemon is ready."""

    async def reload(self, caller: Caller) -> Reloaded:
        """The configuration is checked whole and applied; or raises `ConfigurationError`, and the old one is kept."""

    async def backup(self, path: str, caller: Caller) -> BackedUp: ...

    async def not_ready(self) -> str:
        """Why the daemon cannot do its work now, in a few words; empty when it can."""


class TooSlow(Refused):
    """The reader of a stream fell so far behind that it was let go."""

    code = "too_slow"


class EventStream(Protocol):
    """What was committed, as it happens."""

    def follow(self) -> AbstractContextManager[AsyncIterator[EventRow]]:
        """Events from now on. The iterator raises `TooSlow` once more wait than are kept, and ends with the daemon."""
