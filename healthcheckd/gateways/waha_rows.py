"""What WAHA's JSON says of a session, as observations. `config` is never decoded: it holds webhook keys."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from sys import intern
from typing import Any, NamedTuple

import msgspec
from msgspec import UNSET, UnsetType

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof, silent
from healthcheckd.gateways.http import short
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.states import State

PAIRING = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)

STATES: dict[str, State] = {
    "WORKING": State(Connection.CONNECTED, note="a claim: it may be hours old"),
    "STARTING": State(
        Connection.CONNECTING, self_healing=True, note="housekeeping every half hour, and after every lost socket"
    ),
    "SCAN_QR_CODE": PAIRING,
    "PASSKEY_REQUIRED": PAIRING,
    "PASSKEY_CONFIRMATION_REQUIRED": PAIRING,
    "FAILED": State(
        Connection.FAILED,
        self_healing=True,
        provisional=True,
        note="logged out, not scanned, crashed, or two seconds between two tries: read twice",
    ),
    "STOPPED": State(Connection.STOPPED, Cause.STOPPED, note="told, and not restarted"),
}
"""With `me: null` only the states that ask for a scan say that nobody is linked. A linked session that is stopped,
starting or failed shows null too, and WORKING with null contradicts itself."""

LIVE: dict[str, Proof] = {
    "CONNECTED": Proof.PROVED,
    "CONFLICT": Proof.REFUTED,
    "TIMEOUT": Proof.REFUTED,
    "UNPAIRED": Proof.REFUTED,
    "UNPAIRED_IDLE": Proof.REFUTED,
    "PROXYBLOCK": Proof.REFUTED,
    "TOS_BLOCK": Proof.REFUTED,
    "SMB_TOS_BLOCK": Proof.REFUTED,
    "DEPRECATED_VERSION": Proof.REFUTED,
}
"""What the page of WEBJS says while WAHA claims WORKING; OPENING, PAIRING and words not listed prove nothing."""

LIVE_CAUSES: dict[str, Cause] = {
    "CONFLICT": Cause.REPLACED,
    "PROXYBLOCK": Cause.NETWORK,
    "TOS_BLOCK": Cause.BANNED,
    "SMB_TOS_BLOCK": Cause.BANNED,
    "DEPRECATED_VERSION": Cause.OUTDATED_CLIENT,
}

_LAST_SECOND = 100_000_000_000
"""A greater number of seconds would lie beyond the year 5000: it is in milliseconds."""

FINAL = frozenset({Cause.BANNED, Cause.OUTDATED_CLIENT})
"""Causes that leave nothing of a claim to work, without a second reading."""

LIVE_NOTES = {Proof.PROVED: "proved: the page was asked", Proof.REFUTED: "refuted; twice in a row is Disconnected"}


def _live_state(word: str) -> State:
    cause = LIVE_CAUSES.get(word)
    if cause in FINAL:
        return State(Connection.FAILED, cause, note="whatever the list claims")
    return State(Connection.CONNECTED, cause, note=LIVE_NOTES[LIVE[word]])


LIVE_STATES = {f"WORKING, engine {word}": _live_state(word) for word in LIVE} | {
    "WORKING, engine without a word": State(Connection.CONNECTED, note=f"WEBJS: {LIVE_NOTES[Proof.REFUTED]}"),
    "WORKING, engine not connected": State(Connection.CONNECTED, note=f"GOWS: {LIVE_NOTES[Proof.REFUTED]}"),
}
"""What a claim to work comes to beside the word of the page, read singly."""


class _Me(msgspec.Struct, rename="camel", gc=False):
    id: str | None = None
    push_name: str | None = None
    # Young fields of uncertain form: read by hand, so that a change of theirs silences nobody.
    reachout_timelock: Any = None
    message_capping: Any = None


_NOBODY = _Me()


class Row(msgspec.Struct, gc=False):
    """One session of the list."""

    name: str
    status: str
    me: _Me | UnsetType | None = UNSET


class _Gows(msgspec.Struct, gc=False):
    connected: bool | None = None


class _Engine(msgspec.Struct, gc=False):
    engine: str | None = None
    state: str | UnsetType | None = UNSET
    gows: _Gows | None = None


class Detail(Row, gc=False):
    """One session read singly: only here the engine itself has a word."""

    engine: _Engine | None = None


class _Named(msgspec.Struct, gc=False):
    name: str


class _Restriction(NamedTuple):
    until: datetime | None
    why: str


_ROW = msgspec.json.Decoder(Row)
_NAMED = msgspec.json.Decoder(_Named)
_UNRESTRICTED = _Restriction(None, "")


def observations(rows: Iterable[msgspec.Raw], at: datetime) -> list[Observation]:
    """One of every row that has a name; a row that cannot be read otherwise is that session's silence."""
    return [seen for row in rows if (seen := _listed(row, at)) is not None]


def examined(detail: Detail, at: datetime, latency: float) -> Observation:
    """What a single reading claims, held against what the engine itself says."""
    claim = observation(detail, at)
    if claim.silence:
        return claim
    cause = _live_cause(detail.engine)
    if cause in FINAL:
        failed = replace(claim, connection=Connection.FAILED, self_healing=False, provisional=False)
        return replace(failed, cause=cause, latency=latency)
    proof = _proof(detail.engine) if claim.connection is Connection.CONNECTED else None
    return replace(claim, cause=cause or claim.cause, latency=latency, proof=proof)


def observation(row: Row, at: datetime) -> Observation:
    """What a row claims."""
    state = STATES.get(row.status)
    if state is None:
        return silent(row.name, at, f"unknown state {short(row.status, 40)!r}")
    me = row.me if row.me else _NOBODY
    restriction = _restriction(me, at) if me.reachout_timelock or me.message_capping else _UNRESTRICTED
    return Observation(
        row.name,
        at,
        state.connection,
        intern(row.status),
        state.cause,
        state.self_healing,
        state.provisional,
        True if me.id else state.linked if row.me is None else None,
        number_of(me.id),
        me.push_name,
        restricted_until=restriction.until,
        restricted_why=restriction.why,
    )


def _listed(row: msgspec.Raw, at: datetime) -> Observation | None:
    try:
        seen = observation(_ROW.decode(row), at)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _unreadable(row, at)
    return seen if seen.session else None


def _unreadable(row: msgspec.Raw, at: datetime) -> Observation | None:
    try:
        name = _NAMED.decode(row).name
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return silent(name, at, "its row in the list is unreadable") if name else None


def _live_cause(engine: _Engine | None) -> Cause | None:
    """What the page of WEBJS names as the reason, whatever the claim."""
    if engine is None or engine.engine != "WEBJS" or not engine.state:
        return None
    return LIVE_CAUSES.get(engine.state)


def _proof(engine: _Engine | None) -> Proof | None:
    """Local evidence for a claim to work. NOWEB never gives any, and that is none against it."""
    if engine is None:
        return None
    if engine.engine == "WEBJS":
        # Null while unlinked; absent when the page hangs or its browser was killed, with the claim still standing.
        return LIVE.get(engine.state, Proof.INCONCLUSIVE) if engine.state else Proof.REFUTED
    if engine.engine == "GOWS" and engine.gows is not None and engine.gows.connected is False:
        return Proof.REFUTED
    return None


def _restriction(me: _Me, at: datetime) -> _Restriction:
    """The first that is in force of: not allowed to write to strangers, quota of new chats used up."""
    lock, quota = _fields(me.reachout_timelock), _fields(me.message_capping)
    if lock.get("isActive") is True and (found := _until(lock.get("timeEnforcementEnds"), at)):
        return _Restriction(found[0], "reach-out time lock")
    if quota.get("cappingStatus") == "CAPPED" and (found := _until(quota.get("cycleEnd"), at)):
        return _Restriction(found[0], "quota of new chats used up")
    return _UNRESTRICTED


def _until(ends: Any, at: datetime) -> tuple[datetime | None] | None:
    """When it ends, or (None,) for no known end; None when it has ended: WAHA shows what it remembers."""
    end = instant(ends)
    return None if end is not None and end <= at else (end,)


def _fields(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def instant(value: Any) -> datetime | None:
    """POSIX seconds or milliseconds, or ISO 8601; None for anything else."""
    try:
        if isinstance(value, str):
            moment = datetime.fromisoformat(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        if isinstance(value, int | float) and value > 0:
            return datetime.fromtimestamp(value / 1000 if value > _LAST_SECOND else value, UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return None
