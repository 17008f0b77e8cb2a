"""What WuzAPI's JSON says of a user. Its keys changed their capitals over time, so they are read without regard to
them. QR codes on show, webhooks and proxies are never decoded; tokens are kept as secrets."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import msgspec

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.gateways.http import Answer
from healthcheckd.gateways.jids import number_of
from healthcheckd.gateways.states import State
from healthcheckd.settings import Secret

CONNECTING = State(Connection.CONNECTING, self_healing=True)
PAIRING = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)

STATES: dict[str, State] = {
    "connected and logged in": State(Connection.CONNECTED, note="proved: both flags are live"),
    "logged in": CONNECTING._replace(note="a plain drop: the client dials again for some minutes"),
    "connected": CONNECTING._replace(note="between dialling and login"),
    "connected, perhaps a QR code on show": PAIRING._replace(
        provisional=True, note="old builds do not say which: read twice"
    ),
    "connected, QR code on show": PAIRING,
    "connected, nobody's": PAIRING,
    "disconnected": State(
        Connection.DISCONNECTED,
        perhaps_stopped=True,
        note="ended by the phone, by another client, or never begun: a connect shows which",
    ),
    "disconnected, nobody's": State(Connection.STOPPED, Cause.STOPPED),
    "disconnected, by us": State(Connection.STOPPED, Cause.STOPPED, note="it reads like any other: only we know"),
}
"""Both flags, and what the row says of an address and of a code on show."""


class User(msgspec.Struct):
    """A row of the list, or what the status of one user says. `connected` and `loggedin` are live; of `qrcode` only
    is kept whether there is one."""

    jid: str | None = None
    events: str | list[str] | None = None
    connected: bool | None = None
    loggedin: bool | None = None
    qrcode: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """What is kept of a user between two lists. `session` is its name, or its id where the name is not its alone;
    `row` is None for a row that cannot be read."""

    session: str
    token: Secret
    row: User | None

    @property
    def flags(self) -> User | None:
        """What the list itself says of the client; old builds leave it to the status."""
        row = self.row
        return row if row and row.connected is not None and row.loggedin is not None else None

    @property
    def opening(self) -> dict[str, str]:
        """The headers for its own calls."""
        return {"token": self.token.reveal()}

    @property
    def events(self) -> list[str]:
        """What it is subscribed to."""
        events = self.row.events if self.row else None
        parts = events.split(",") if isinstance(events, str) else events or []
        return [part.strip() for part in parts if part.strip()]


class Listed(msgspec.Struct):
    """`GET /admin/users`."""

    data: list[msgspec.Raw] | None = None


class Said(msgspec.Struct):
    """The envelope of every answer; of an error only its words are repeated to people."""

    data: Any = None
    error: Any = None

    @property
    def words(self) -> str:
        return self.error if isinstance(self.error, str) else ""

    @property
    def flags(self) -> User | None:
        """What a status says, or nothing where it cannot be read."""
        user = _user(self.data)
        return user if user and user.connected is not None and user.loggedin is not None else None

    @property
    def registered(self) -> bool:
        """Whether WhatsApp says that it knows the number asked for."""
        users = _lowered(self.data).get("users")
        first = _lowered(users[0]) if isinstance(users, list) and users else {}
        return first.get("isinwhatsapp") is True

    def text(self, key: str) -> str:
        """One text of the data."""
        value = _lowered(self.data).get(key.lower())
        return value if isinstance(value, str) else ""

    def texts(self, key: str) -> list[str]:
        """A list of texts of the data, without empty ones."""
        values = _lowered(self.data).get(key.lower())
        return [one for one in values if isinstance(one, str) and one] if isinstance(values, list) else []


def said(answer: Answer) -> Said:
    """What an answer says for itself; nothing when it is not WuzAPI that speaks."""
    try:
        return msgspec.convert(_lowered(msgspec.json.decode(answer.body)), Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Said()


def known(rows: Iterable[msgspec.Raw]) -> tuple[list[Known], int]:
    """Every user that has a name or an id; and how many rows have neither."""
    read = [_row(row) for row in rows]
    names = Counter(name for name, _, _ in read if name)
    ids = {name for _, name, _ in read}
    found = []
    for name, number, fields in read:
        session = name if names[name] == 1 and name not in ids - {number} else number
        if session:
            token = fields.get("token")
            found.append(Known(session, Secret(token if isinstance(token, str) else ""), _user(fields)))
    return found, len(read) - len(found)


def observation(
    user: Known, flags: User, at: datetime, *, stopped: bool = False, latency: float | None = None
) -> Observation:
    """What the flags say together with the address. `stopped` is whether it was us who stopped it."""
    jid = flags.jid if flags.jid is not None else (user.row.jid if user.row else None)
    native = _native(flags, bool(jid), stopped)
    state = STATES[native]
    pairs = state.linked is False
    return Observation(
        user.session,
        at,
        state.connection,
        native,
        state.cause,
        state.self_healing,
        state.provisional,
        False if pairs else True if jid else None,
        None if pairs else number_of(jid),
        latency=latency,
        proof=Proof.PROVED if state.connection is Connection.CONNECTED else None,
        perhaps_stopped=state.perhaps_stopped,
    )


def _native(flags: User, linked: bool, stopped: bool) -> str:
    if flags.loggedin:
        return "connected and logged in" if flags.connected else "logged in"
    if not flags.connected:
        return "disconnected, by us" if stopped else "disconnected" if linked else "disconnected, nobody's"
    if not linked:
        return "connected, nobody's"
    if flags.qrcode is None:
        return "connected, perhaps a QR code on show"
    return "connected, QR code on show" if flags.qrcode else "connected"


def _row(row: msgspec.Raw) -> tuple[str, str, dict[str, Any]]:
    """Name, id and fields of a row, as far as they can be read."""
    try:
        fields = _lowered(msgspec.json.decode(row))
    except (msgspec.MsgspecError, UnicodeDecodeError):
        fields = {}
    name, number = fields.get("name"), fields.get("id")
    return name if isinstance(name, str) else "", str(number) if isinstance(number, str | int) else "", fields


def _user(fields: Any) -> User | None:
    """Without the text of a code on show: only whether there is one."""
    fields = _lowered(fields)
    if "qrcode" in fields:
        fields["qrcode"] = "shown" if fields["qrcode"] else ""
    try:
        return msgspec.convert(fields, User, strict=False)
    except msgspec.MsgspecError:
        return None


def _lowered(fields: Any) -> dict[str, Any]:
    return {key.lower(): value for key, value in fields.items()} if isinstance(fields, dict) else {}
