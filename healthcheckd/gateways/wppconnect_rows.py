"""What WPPConnect's JSON says of a session, as observations. QR codes in it are no sign of anything: they stay."""

from datetime import datetime
from typing import Any

import msgspec

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof, silent
from healthcheckd.gateways.http import Answer, short
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.states import State

INITIALIZING = "INITIALIZING"
CONNECTED = "CONNECTED"
CLOSED = "CLOSED"
CLOSED_BY_US = "CLOSED, by us"
PAGE_DEAD = "CONNECTED, page dead"
PAGE_HUNG = "CONNECTED, page hung"

PAIRING = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)

STATES: dict[str, State] = {
    CONNECTED: State(Connection.CONNECTED, note="only if the page answers too"),
    PAGE_DEAD: State(Connection.DISCONNECTED, Cause.ZOMBIE, note="its status would say CONNECTED for good"),
    PAGE_HUNG: State(Connection.CONNECTED, note="refuted; twice in a row is Disconnected"),
    INITIALIZING: State(Connection.CONNECTING, self_healing=True, note="without a network for good"),
    "QRCODE": PAIRING,
    "PHONECODE": PAIRING,
    CLOSED: State(
        Connection.DISCONNECTED,
        perhaps_stopped=True,
        note="given up: one word for closed, unlinked, not scanned, banned",
    ),
    CLOSED_BY_US: State(Connection.STOPPED, Cause.STOPPED),
}


class Names(msgspec.Struct):
    """`show-all-sessions`: whatever has a token, closed and logged out ones too."""

    response: list[msgspec.Raw]

    @property
    def readable(self) -> list[str]:
        return [name for raw in self.response if (name := _text(raw))]


class Status(msgspec.Struct):
    """`status-session`. Only a session with a client tells the version."""

    status: str
    urlcode: str | None = None
    version: str = ""


class Check(msgspec.Struct):
    """`check-connection-session`: true says that the page answers, and nothing of its socket."""

    status: bool


class Device(msgspec.Struct):
    """`host-device`: whose phone the page is linked to. The number is a text or an object, by version."""

    pushname: str | None = None
    phone_number: Any = msgspec.field(default=None, name="phoneNumber")
    wid: Any = None

    @property
    def phone(self) -> str | None:
        return _number(self.phone_number) or _number(self.wid)


class HostDevice(msgspec.Struct):
    response: Device


class _Said(msgspec.Struct):
    message: Any = None
    status: Any = None
    error: Any = None


def observation(session: str, native: str, device: Device | None, at: datetime) -> Observation:
    """`native` is the status, told apart further by whether the page answers."""
    state = STATES.get(native)
    if state is None:
        return silent(session, at, f"unknown state {short(native, 40)!r}")
    whose = device if state.connection is Connection.CONNECTED else None
    return Observation(
        session,
        at,
        state.connection,
        native,
        state.cause,
        state.self_healing,
        state.provisional,
        True if whose is not None and whose.phone else state.linked,
        whose.phone if whose else None,
        whose.pushname if whose else None,
        proof=Proof.REFUTED if native == PAGE_HUNG else None,
        perhaps_stopped=state.perhaps_stopped,
    )


def words(answer: Answer) -> str:
    """Its reason, for people; nothing where it gives none."""
    said = _said(answer)
    told = said.message if isinstance(said.message, str) else said.error
    return told if isinstance(told, str) else ""


def wrong_secret(answer: Answer) -> bool:
    """A wrong secret is a bad request to it, in one of two sentences."""
    return answer.status == 400 and words(answer).endswith("is incorrect")


def no_client(answer: Answer) -> bool:
    """What guarded routes say when no client is up."""
    return answer.status == 404 and _said(answer).status == "Disconnected"


def _said(answer: Answer) -> _Said:
    try:
        return msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Said()


def _number(wid: Any) -> str | None:
    if isinstance(wid, dict):
        wid = wid.get("_serialized") or wid.get("user")
    return number_of(wid) if isinstance(wid, str) else None


def _text(raw: msgspec.Raw) -> str:
    try:
        return msgspec.json.decode(raw, type=str)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
