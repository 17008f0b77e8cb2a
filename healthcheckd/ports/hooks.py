"""What gateways tell by themselves: the forms that the listener, the adapters, the engine and the store share."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from healthcheckd.errors import HealthcheckError
from healthcheckd.ports.store import Event


class HookRefused(HealthcheckError):
    """What came does not prove that it is from the gateway: a signature, or a secret in the path, is not right."""

    code = "hook_refused"


class HookOverrun(HealthcheckError):
    """More comes in than can be written down; the sender has to try again."""

    code = "hook_overrun"


class News(NamedTuple):
    """One thing told of a session. `names` are what may be its name, the likeliest first; `phone` is for a gateway
    that names it by its number. Neither means all sessions of the gateway.

    `changed` is a hint that the state may be another now, never what it is. Messages count once by `message`, their
    id; what has none is not counted. `proved_at` is when WhatsApp answered through the session, by the message's own
    clock: heard twice, it says no more than once."""

    names: tuple[str, ...] = ()
    phone: str = ""
    changed: bool = False
    sent: int = 0
    received: int = 0
    message: str = ""
    proved_at: datetime | None = None

    @property
    def of_all(self) -> bool:
        return not (self.names or self.phone)


@dataclass(frozen=True, slots=True)
class Understood:
    """One post. `id` and `at` are the event's own, where the gateway gives them inside what it signs."""

    news: tuple[News, ...] = ()
    id: str = ""
    at: datetime | None = None


NOTHING = Understood()
"""An event that is none of our business."""


@dataclass(frozen=True, slots=True)
class HookGuide:
    """What to set in a gateway so that it tells us: names there with their values, and sentences for people."""

    values: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class Hook(Protocol):
    """How one gateway pushes."""

    @property
    def in_path(self) -> bool:
        """Whether the secret is part of the address, because the gateway signs nothing."""

    def understand(self, headers: Mapping[str, str], body: bytes) -> Understood:
        """What a post tells; the names of `headers` may be asked for in any case. Raises `HookRefused` where it is not
        from the gateway. What is signed and not understood tells nothing."""

    def handshake(self, query: Mapping[str, str]) -> str:
        """The answer to a gateway that asks whether we expect it. Raises `HookRefused`."""

    def guide(self, url: str, secret: str) -> HookGuide:
        """`url` holds the secret already where it belongs into the path; both may be masked."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What became of setting the hook, by session: set now, or `kept` because it was set before. `failed` says why
    not, in words without secrets."""

    set: tuple[str, ...] = ()
    kept: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)


class Installer(Protocol):
    """For a gateway with an API for where its sessions post to, which ends none of them."""

    async def install(self, url: str, sessions: Collection[str]) -> Installed:
        """Have these sessions post to `url`, and read back whether they do; one that posts elsewhere is left alone.
        Raises `GatewayError` where it is the gateway that gives no usable answer."""

    async def close(self) -> None:
        """Give back connections."""


class Told(NamedTuple):
    gateway: str
    news: News


@dataclass(frozen=True, slots=True)
class Heard:
    """What came of news: `changed` are our own active accounts that are to be read, by gateway."""

    changed: Mapping[str, Sequence[str]] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


class HookStore(Protocol):
    """For what gateways tell."""

    async def hear(self, told: Sequence[Told], now: datetime) -> Heard:
        """Count messages once by their ids, and find the accounts that are meant. Nothing is made of a session that is
        not ours, or not watched."""


class Hooks(Protocol):
    """For the listener."""

    async def take(self, gateway: str, secret: str, headers: Mapping[str, str], body: bytes) -> str:
        """Returns once what was told is kept, or else why it is ignored. `secret` is what the path held. Raises
        `UnknownName` for a gateway that does not push to us, `HookRefused`, `HookOverrun`, `StoreError`."""

    def handshake(self, gateway: str, query: Mapping[str, str]) -> str:
        """What to answer a gateway that asks first. Raises `UnknownName`, `HookRefused`."""
