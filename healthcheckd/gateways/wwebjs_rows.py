"""What wwebjs-api says of a session. Its status asks the page at that moment, so it is claim and proof at once."""

from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof, silent
from healthcheckd.gateways.http import Answer, short
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.states import State

NOT_FOUND = "session_not_found"
ALIVE = "session_not_connected"
SETTING_UP = "session_not_found, being set up"
SET_UP_FAILED = "session_not_found, set-up failed"
DEAD = frozenset({"browser tab closed", "session closed"})

PAIRING = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)
OPENING = State(Connection.CONNECTING, self_healing=True)
BANNED = State(Connection.FAILED, Cause.BANNED)
# With RECOVER_SESSIONS the server builds the client anew by itself: two at once would share one profile.
CRASHED = State(Connection.FAILED, provisional=True, note="its browser died: read twice")

STATES: dict[str, State] = {
    "CONNECTED": State(Connection.CONNECTED, note="proved: the page was asked"),
    "OPENING": OPENING,
    "PAIRING": OPENING,
    "UNLAUNCHED": OPENING,
    ALIVE: OPENING._replace(note="the page answers, and has no state yet"),
    "UNPAIRED": PAIRING,
    "UNPAIRED_IDLE": PAIRING,
    "TIMEOUT": State(Connection.DISCONNECTED, Cause.NETWORK, self_healing=True, note="the page goes on trying"),
    "CONFLICT": State(Connection.DISCONNECTED, Cause.REPLACED),
    "PROXYBLOCK": State(Connection.FAILED, Cause.NETWORK),
    "DEPRECATED_VERSION": State(Connection.FAILED, Cause.OUTDATED_CLIENT),
    "TOS_BLOCK": BANNED,
    "SMB_TOS_BLOCK": BANNED,
    "browser tab closed": CRASHED,
    "session closed": CRASHED,
    NOT_FOUND: State(
        Connection.STOPPED, Cause.STOPPED, note="stopped, being started, failed to start, or never heard of"
    ),
    SETTING_UP: OPENING._replace(note="within a minute of a start of ours"),
    SET_UP_FAILED: State(Connection.FAILED, note="a minute after a start of ours"),
}
"""`state` where there is one, else `message`; the last two are `session_not_found` after a start of our own."""


class Said(msgspec.Struct):
    """What most of its answers hold; `error` instead of `message` where something failed."""

    success: bool | None = None
    state: str | None = None
    message: str | None = None
    error: str | None = None

    @property
    def words(self) -> str:
        return self.error or self.message or ""

    @property
    def native(self) -> str:
        return self.state or self.message or ""


class Names(msgspec.Struct):
    """`GET /session/getSessions`: those in memory, without those that are starting or failed to start."""

    result: list[Any]

    @property
    def readable(self) -> list[str]:
        return [name for name in self.result if isinstance(name, str) and name]


class Qr(msgspec.Struct):
    qr: str = ""


class Code(msgspec.Struct):
    result: str


class _Wid(msgspec.Struct):
    serialized: str | None = msgspec.field(default=None, name="_serialized")


class _Info(msgspec.Struct):
    wid: _Wid | None = None
    pushname: str | None = None


class _ClassInfo(msgspec.Struct):
    session_info: _Info | None = msgspec.field(default=None, name="sessionInfo")


def said(answer: Answer) -> Said:
    """What an answer says for itself; nothing when it is not wwebjs-api that speaks."""
    try:
        return msgspec.json.decode(answer.body, type=Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Said()


def observation(session: str, native: str, at: datetime, latency: float) -> Observation:
    """What a status says. Words not in the table are mostly texts of exceptions, and prove nothing."""
    state = STATES.get(native)
    if state is None:
        return silent(session, at, f"unknown state {short(native, 80)!r}")
    return Observation(
        session,
        at,
        state.connection,
        native,
        state.cause,
        state.self_healing,
        state.provisional,
        state.linked,
        latency=latency,
        proof=Proof.PROVED if state.connection is Connection.CONNECTED else None,
    )


def identified(seen: Observation, answer: Answer) -> Observation:
    """The same, with whose session it is, where `getClassInfo` says so."""
    try:
        info = msgspec.json.decode(answer.body, type=_ClassInfo).session_info if answer.ok else None
    except (msgspec.MsgspecError, UnicodeDecodeError):
        info = None
    if info is None or info.wid is None:
        return seen
    phone = number_of(info.wid.serialized)
    return replace(seen, phone=phone, linked=True if phone else None, push_name=info.pushname)
