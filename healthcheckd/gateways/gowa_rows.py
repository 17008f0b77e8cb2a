"""What GOWA's JSON says of a device: two live flags and an address; its list alone says less than it seems to."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import msgspec

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof, silent
from healthcheckd.gateways.http import Answer, short
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.states import State

CONNECTING = State(Connection.CONNECTING, self_healing=True)
PAIRING = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)

STATES: dict[str, State] = {
    "connected and logged in": State(Connection.CONNECTED, note="proved: both flags are live"),
    "logged in": CONNECTING._replace(note="a plain drop: the client is dialling again"),
    "connected": CONNECTING._replace(note="between dialling and login"),
    "disconnected": State(Connection.DISCONNECTED, note="nothing dials again"),
    "connected, nobody's": PAIRING,
    "disconnected, nobody's": PAIRING._replace(note="never linked, or logged out by the phone"),
}
"""Both flags, and whether the device has an address."""

WORDS = {
    (True, True): "connected and logged in",
    (False, True): "logged in",
    (True, False): "connected",
    (False, False): "disconnected",
}

KNOWN_STATES = frozenset({"logged_in", "connected", "disconnected", ""})
"""What the list says. It looks at the login first, so `logged_in` may be a device without a connection."""


class Device(msgspec.Struct):
    """One row of the list, or a device read singly."""

    id: str
    state: str | None = None
    jid: str | None = None
    display_name: str | None = None


class Flags(msgspec.Struct):
    """`GET …/status`: the live flags. Builds with a single device tell its address here."""

    is_connected: bool
    is_logged_in: bool
    device_id: str | None = None


class Listed(msgspec.Struct):
    results: list[msgspec.Raw] | None = None


class One(msgspec.Struct):
    results: Device


class Status(msgspec.Struct):
    results: Flags


class _Qr(msgspec.Struct):
    qr_link: str
    qr_duration: float = 20.0


class Login(msgspec.Struct):
    results: _Qr


class _Code(msgspec.Struct):
    pair_code: str


class Code(msgspec.Struct):
    results: _Code


class _Registered(msgspec.Struct):
    is_on_whatsapp: bool = False


class Check(msgspec.Struct):
    results: _Registered


class _App(msgspec.Struct):
    version: str = ""


class Info(msgspec.Struct):
    results: _App


class Said(msgspec.Struct):
    """The fields of an error's body that may be repeated to people."""

    code: str = ""
    message: str = ""

    @property
    def is_missing(self) -> bool:
        """500 from some routes and 404 from others."""
        unknown = self.message.startswith("device ") and self.message.endswith(" not found")
        return unknown or self.code == "DEVICE_NOT_FOUND"

    @property
    def is_unlinked(self) -> bool:
        return self.message.endswith("(session deleted)")


class _Named(msgspec.Struct):
    id: str


def said(answer: Answer) -> Said:
    """What an error says for itself; nothing when it is not GOWA that speaks."""
    try:
        return msgspec.json.decode(answer.body, type=Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Said()


def devices(rows: Iterable[msgspec.Raw]) -> tuple[dict[str, Device | None], int]:
    """By name, with None for a row that cannot be read otherwise; and how many rows have no name."""
    found: dict[str, Device | None] = {}
    unnamed = 0
    for row in rows:
        if name := _decoded(row, _Named):
            found[name.id] = _decoded(row, Device)
        unnamed += not (name and name.id)
    found.pop("", None)
    return found, unnamed


def observation(device: Device, flags: Flags, at: datetime, latency: float) -> Observation:
    """What both say together."""
    if (device.state or "") not in KNOWN_STATES:
        return silent(device.id, at, f"unknown state {short(device.state or '', 40)!r}")
    jid = device.jid or ""
    native = WORDS[flags.is_connected, flags.is_logged_in]
    native = native if jid or flags.is_logged_in else f"{native}, nobody's"
    state = STATES[native]
    return Observation(
        device.id,
        at,
        state.connection,
        native,
        state.cause,
        state.self_healing,
        state.provisional,
        (True if jid else None) if state.linked is None else state.linked,
        number_of(jid),
        device.display_name or None,
        latency,
        # The client asks WhatsApp for a sign of life every half minute and drops the connection without one.
        Proof.PROVED if state.connection is Connection.CONNECTED else None,
    )


def _decoded(row: msgspec.Raw, shape: type[Any]) -> Any:
    try:
        return msgspec.json.decode(row, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
