"""What an adapter for one kind of gateway has to do."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol

from healthcheckd.domain.observations import Observation, Proof


@dataclass(frozen=True, slots=True)
class Pairing:
    """How to link the session now: the raw text of a QR code, a picture of one, or a code to type on the phone.

    `lives` is how long it can be used; all three empty means that the gateway shows none at the moment.
    """

    qr_text: str = ""
    qr_png: bytes = b""
    code: str = ""
    lives: timedelta = timedelta(seconds=20)


@dataclass(frozen=True, slots=True)
class GatewayCheck:
    """What a look at a gateway found. `advice` are sentences for the operator."""

    version: str = ""
    engine: str = ""
    key_ok: bool | None = None
    sessions: int | None = None
    latency: float | None = None
    push: bool | None = None
    proof: bool | None = None
    advice: tuple[str, ...] = field(default=())
    kind: str = ""


class Gateway(Protocol):
    """One gateway. Every call has its own deadline and raises `GatewayError` when the *gateway* gave no usable
    answer (refused, time-out, 5xx, wrong key); an unusable answer about one session alone is that session's silence.
    A call that changes anything is made once, never retried."""

    @property
    def name(self) -> str: ...

    @property
    def kind(self) -> str: ...

    @property
    def thorough(self) -> bool:
        """Whether `sessions` looks at each session as closely as `observe` does, so that nobody has to look again."""

    @property
    def complete(self) -> bool:
        """Whether a list without a session means that the session is missing. Some gateways list only what runs, so
        that many may be absent at once, and only a single reading tells."""

    def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        """All of a complete list, cheaply, at most 1,000 at a time; nothing is yielded of a list that broke."""

    async def observe(self, session: str) -> Observation:
        """One session, with all local evidence. `found=False` when the gateway answers that it has no such session."""

    async def prove(self, session: str) -> Proof:
        """Evidence that WhatsApp answers through the session; never a message, never presence."""

    async def reconnect(self, session: str) -> None:
        """Reinitialise the client by this gateway's recipe. Success proves nothing: observe afterwards."""

    async def stop(self, session: str) -> None:
        """Stop the client, keeping its credentials. Stopping a stopped one is success. Where a gateway has no way to
        do so, `GatewayFault.UNSUPPORTED`."""

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """Bring the session to where it shows a QR code, or for `phone` a code to type; asked for by a person only."""

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        """What to scan or type now; with `phone`, a pairing code for that number."""

    async def check(self) -> GatewayCheck:
        """Version, key, sessions: for the operator's eyes."""

    async def close(self) -> None:
        """Give back connections."""
