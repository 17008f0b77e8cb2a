"""Who listens over Socket.IO, and what has to be known of them; the door itself is somebody else's."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from aiohttp import web

from healthcheckd.errors import Refused
from healthcheckd.web.feed import Reader


class Guest(Protocol):
    """One whose token is good."""

    @property
    def who(self) -> str: ...

    def over(self, now: datetime) -> str:
        """Why it may stay no longer; empty while it may."""


class Door(Protocol):
    """Raises a `HealthcheckError` for whoever may not pass."""

    def address(self, request: web.Request) -> str: ...

    async def meet(self, request: web.Request) -> None:
        """Every request, before anything of it is believed; all of its body is there afterwards."""

    def room(self, address: str, among: Sequence[str]) -> None:
        """For one more beside those who are there, each by its address."""

    async def let_in(self, address: str, authorization: Sequence[str]) -> Guest: ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds, messages and bytes. A client may lag `kept` messages behind: two for each of 10,000 accounts that fall
    at once. It has nothing to tell us, so few messages are heard from it."""

    handshake: float = 10.0
    ping_every: float = 25.0
    ping_patience: float = 20.0
    farewell: float = 2.0
    kept: int = 20_000
    heard: int = 100
    largest: int = 16_384


@dataclass(slots=True, eq=False)
class Session:
    """A client, from its first request on. It is a stranger until it is somebody's `guest`, since `since`. Over a
    websocket `wire` is the request that became one."""

    key: str
    address: str
    since: float
    wire: web.Request | None = None
    heard: int = 0
    guest: Guest | None = None
    listener: str = ""
    reader: Reader | None = None
    telling: "asyncio.Task[None] | None" = None

    @property
    def connected(self) -> bool:
        return self.wire is not None and self.wire.transport is not None

    def take(self, wire: web.Request) -> None:
        """It began by polling, and goes on over a websocket."""
        if self.wire is not None:
            raise Refused("this client has its websocket")
        self.wire = wire

    def hang_up(self) -> None:
        if self.wire is not None and self.wire.transport is not None:
            self.wire.transport.abort()


def becomes_websocket(request: web.Request) -> bool:
    return request.headers.get("Upgrade", "").lower() == "websocket"


def uncompressed(request: web.Request) -> web.Request:
    """Compression would cost hundreds of kilobytes for each client, for messages of some hundred bytes."""
    headers = request.headers.copy()
    headers.popall("Sec-WebSocket-Extensions", None)
    return request.clone(headers=headers)


def shown(auth: object, request: web.Request) -> Sequence[str]:
    """What says who it is, in the words of a header: the client's own `auth: {token}`, or the header itself."""
    if isinstance(auth, Mapping) and isinstance(auth.get("token"), str):
        return (f"Bearer {auth['token']}",)
    return request.headers.getall("Authorization", ())
