"""What Evolution's JSON says of an instance, as observations. Tokens and settings are never decoded."""

from collections.abc import Iterable, Iterator
from datetime import datetime

import msgspec

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof, silent
from healthcheckd.gateways.http import short
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.states import State

NOT_LOADED = "not loaded"
SHOWS_CODE = "connecting, QR code on show"
RETRYING = "close, retrying"
UNLINKED = "close, nobody's"
UNCLAIMED = "open, nobody's"

PAIRING = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)
LOGGED_OUT = State(Connection.LOGGED_OUT, Cause.LOGGED_OUT, linked=False)

STATES: dict[str, State] = {
    "open": State(Connection.CONNECTED, note="a claim: instances have been seen open and deaf"),
    UNCLAIMED: PAIRING._replace(note="open, and no owner is known"),
    "connecting": State(Connection.CONNECTING, self_healing=True),
    SHOWS_CODE: PAIRING,
    "refused": PAIRING,
    UNLINKED: PAIRING,
    NOT_LOADED: State(Connection.STOPPED, Cause.STOPPED, note="only a restart of the process loads it"),
    RETRYING: State(Connection.DISCONNECTED, self_healing=True, note="the database still says open"),
    "close": State(Connection.DISCONNECTED, note="final, with any other reason or none"),
    "close 401": LOGGED_OUT,
    "close 402": State(Connection.FAILED, Cause.TEMPORARY_BAN),
    "close 403": State(Connection.FAILED, Cause.BANNED),
    "close 405": State(Connection.FAILED, Cause.OUTDATED_CLIENT),
    "close 406": State(Connection.FAILED, Cause.BANNED),
    "close 408": State(Connection.DISCONNECTED, Cause.NETWORK),
    "close 411": LOGGED_OUT,
    "close 428": State(Connection.DISCONNECTED, Cause.NETWORK),
    "close 429": State(Connection.DISCONNECTED, Cause.RATE_LIMITED),
    "close 440": State(Connection.DISCONNECTED, Cause.REPLACED, note="another client uses the same credentials"),
    "close 503": State(Connection.DISCONNECTED, Cause.NETWORK),
    "close 515": State(Connection.DISCONNECTED, Cause.RESTART_REQUIRED),
}
"""The state in memory, told apart further by what the database says: Baileys' reason, an owner, a code on show."""

HARD_WIRED = frozenset({"WHATSAPP-BUSINESS", "EVOLUTION"})
"""Integrations that are `open` whatever happens."""


class Instance(msgspec.Struct, rename="camel", gc=False):
    """One row of `fetchInstances`: what the database holds. Its status is written only when a QR code is drawn, at
    opening and at the final close."""

    name: str
    connection_status: str | None = None
    owner_jid: str | None = None
    profile_name: str | None = None
    integration: str | None = None
    disconnection_reason_code: int | None = None

    @property
    def phone(self) -> str | None:
        return number_of(self.owner_jid)


class _Named(msgspec.Struct, gc=False):
    name: str


_INSTANCE = msgspec.json.Decoder(Instance)
_NAMED = msgspec.json.Decoder(_Named)


def instances(rows: Iterable[msgspec.Raw]) -> Iterator[tuple[str, Instance | None]]:
    """Each row's name, and what it says if that can be read. Rows without a name are left out."""
    for row in rows:
        instance = _instance(row)
        if name := instance.name if instance else _name(row):
            yield name, instance


def observation(session: str, state: str | None, row: Instance | None, at: datetime) -> Observation:
    """The state in memory (None: not loaded), read with the database's row beside it (None: it cannot be read)."""
    native = _native(state, row)
    known = STATES.get(native) or STATES.get(native.partition(" ")[0])
    if known is None:
        return silent(session, at, f"unknown state {short(native, 40)!r}")
    linked = known.linked is None and row is not None and row.phone is not None
    hard_wired = row is not None and row.integration in HARD_WIRED
    return Observation(
        session,
        at,
        known.connection,
        native,
        known.cause,
        known.self_healing,
        known.provisional,
        True if linked else known.linked,
        row.phone if linked and row else None,
        row.profile_name if linked and row else None,
        proof=Proof.UNSUPPORTED if hard_wired and known.connection is Connection.CONNECTED else None,
    )


def _native(state: str | None, row: Instance | None) -> str:
    if state is None:
        return NOT_LOADED
    if row is None or row.integration in HARD_WIRED:
        return state
    match state:
        case "open" if row.connection_status != "open" and not row.owner_jid:
            return UNCLAIMED
        case "connecting" if row.connection_status == "connecting":
            return SHOWS_CODE
        case "close":
            return _closed(row)
    return state


def _closed(row: Instance) -> str:
    """A reason counts only beside a final close: an earlier one is not taken back when the instance opens again."""
    if row.connection_status == "open":
        return RETRYING
    if row.connection_status == "connecting" or not row.owner_jid:
        return UNLINKED
    return f"close {row.disconnection_reason_code}" if row.disconnection_reason_code else "close"


def _instance(row: msgspec.Raw) -> Instance | None:
    try:
        return _INSTANCE.decode(row)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _name(row: msgspec.Raw) -> str:
    try:
        return _NAMED.decode(row).name
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return ""
