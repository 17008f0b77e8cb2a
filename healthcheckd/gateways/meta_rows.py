"""What the Graph API says of a phone number, as observations."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from sys import intern
from typing import Any, NamedTuple

import msgspec

from healthcheckd.domain.accounts import digits
from healthcheckd.domain.observations import Cause, Connection, Observation, Proof, silent
from healthcheckd.gateways.http import short
from healthcheckd.gateways.states import State

UP = State(Connection.CONNECTED, linked=True)
DOWN = State(Connection.DISCONNECTED, linked=True)
BANNED = State(Connection.FAILED, Cause.BANNED, linked=True)
BLOCKED = State(Connection.FAILED, linked=True)
UNREGISTERED = State(Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING, linked=False)
LEFT = State(Connection.LOGGED_OUT, Cause.LOGGED_OUT, linked=False)

STATES: dict[str, State] = {
    "CONNECTED": UP,
    "FLAGGED": UP,
    "RATE_LIMITED": UP,
    "RESTRICTED": UP,
    "BANNED": BANNED,
    "DISCONNECTED": DOWN,
    "OFFLINE": DOWN,
    "DELETED": LEFT,
    "MIGRATED": LEFT,
    "PENDING": UNREGISTERED,
    "UNVERIFIED": UNREGISTERED,
}

CRIPPLED: dict[str, str] = {
    "FLAGGED": "flagged by Meta for its quality",
    "RATE_LIMITED": "its messaging limit is reached",
    "RESTRICTED": "restricted by Meta",
}
"""Numbers that work, and not fully."""

CODES: dict[int, State] = {131031: BANNED, 368: BANNED, 133010: UNREGISTERED}
"""Errors that say what became of a number."""

WARNINGS = frozenset({130429, 131048, 131042, 141006})
"""Too fast, taken for spam, not paid for: messages are held back, and the number is alive."""

NOT_ITS_OWN = frozenset({138024, 138025, 131056, 141002})
"""Errors that say nothing of the number: two are about calls, one about a single recipient, one about a template."""

FATAL = frozenset({"PHONE_NUMBER", "WABA", "BUSINESS"})
"""Entities whose block stops the number. That of an app stops this app alone, and others may send."""

JUDGED = FATAL | {"APP"}

POOR = "RED"
WHY = 120
"""Signs of a reason that are shown."""

_EMPTY = frozenset({"NA", "UNKNOWN", "NOT_APPLICABLE", ""})
"""Values that tell nothing."""


class Error(msgspec.Struct):
    """Graph's own error. Without a `code` it is not Graph that speaks."""

    message: str = ""
    code: int | None = None
    error_subcode: int | None = None

    @property
    def is_missing(self) -> bool:
        """No such object, or none that this key may see."""
        return self.code in {33, 803} or (self.code == 100 and self.error_subcode == 33)


class _Envelope(msgspec.Struct):
    error: Error


class _Fault(msgspec.Struct, gc=False):
    error_code: int | None = None
    error_description: str | None = None


class _Entity(msgspec.Struct, gc=False):
    entity_type: str | None = None
    can_send_message: str | None = None
    additional_info: list[str] | None = None
    errors: list[_Fault] | None = None


class _Health(msgspec.Struct, gc=False):
    entities: list[_Entity] | None = None


class Number(msgspec.Struct, gc=False):
    """One phone number. Fields that a state does not hang on are read by hand, so that a change silences nobody."""

    id: str
    status: str | None = None
    verified_name: str | None = None
    display_phone_number: str | None = None
    quality_rating: Any = None
    throughput: Any = None
    whatsapp_business_manager_messaging_limit: Any = None
    health_status: msgspec.Raw = msgspec.Raw(b"{}")

    @property
    def quality(self) -> str:
        return _word(self.quality_rating)

    @property
    def limit(self) -> str:
        return _word(self.whatsapp_business_manager_messaging_limit)

    @property
    def speed(self) -> str:
        level = self.throughput.get("level") if isinstance(self.throughput, dict) else None
        return _word(level)


class _Named(msgspec.Struct, gc=False):
    id: str


class Finding(NamedTuple):
    """What one entity of a health status comes to."""

    state: State = UP
    why: str = ""
    well: bool = False


_ROW = msgspec.json.Decoder(Number)
_NAMED = msgspec.json.Decoder(_Named)


def observations(rows: Iterable[msgspec.Raw], at: datetime) -> list[Observation]:
    """One of every row that has an id; a row that cannot be read otherwise is that number's silence."""
    return [seen for row in rows if (seen := _listed(row, at)) is not None]


def observation(number: Number, at: datetime, latency: float | None = None) -> Observation:
    """Status first; where it lets the number work, what each entity says of its health."""
    state = STATES.get(number.status or "")
    if state is None:
        return silent(number.id, at, f"unknown state {short(number.status or 'of no name', 40)!r}")
    findings = _findings(number) if state is UP else []
    worst = _worst(findings) or Finding(state)
    return Observation(
        number.id,
        at,
        worst.state.connection,
        native(number, worst),
        worst.state.cause,
        linked=worst.state.linked,
        phone=(digits(number.display_phone_number) or None) if worst.state.linked else None,
        push_name=number.verified_name,
        latency=latency,
        proof=_proof(number, findings),
        restricted_why=_crippled(number, findings) if worst.state is UP else worst.why,
    )


def refused(session: str, at: datetime, error: Error, why: str) -> Observation:
    """What an error in place of a number means: it may say what became of it; else it says nothing."""
    state = CODES.get(error.code or 0)
    if state is None:
        return silent(session, at, why)
    return Observation(session, at, state.connection, f"error {error.code}", state.cause, linked=state.linked)


def said(body: bytes) -> Error:
    """The error that an answer holds; one without a code when it holds none."""
    try:
        return msgspec.json.decode(body, type=_Envelope).error
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return Error()


def native(number: Number, worst: Finding) -> str:
    """Meta's words, and what people look for beside them."""
    words = [number.status or "", "BLOCKED" if worst.why else ""]
    told = {"quality": number.quality, "limit": number.limit, "throughput": number.speed}
    facts = [f"{name} {word}" for name, word in told.items() if word]
    return intern(", ".join([" ".join(filter(None, words)), *facts]))


def summary(rows: Sequence[msgspec.Raw]) -> tuple[str, ...]:
    """Sentences about what all numbers share, and about those whose quality is low."""
    numbers = [number for row in rows if (number := _read(row)) is not None]
    limits = sorted({number.limit for number in numbers} - {""})
    speeds = Counter(number.speed for number in numbers if number.speed)
    poor = [short(number.display_phone_number or number.id, 40) for number in numbers if number.quality == POOR]
    told = []
    if limits:
        told.append(f"Messaging limit: {', '.join(limits)} a day, of the whole portfolio and not of each number.")
    if speeds:
        told.append(f"Throughput: {', '.join(f'{word} of {count}' for word, count in sorted(speeds.items()))}.")
    if poor:
        told.append(f"Quality is low ({POOR}): {', '.join(poor[:10])}{', …' if len(poor) > 10 else ''}.")
    return tuple(told)


def _read(row: msgspec.Raw) -> Number | None:
    try:
        return _ROW.decode(row)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None


def _listed(row: msgspec.Raw, at: datetime) -> Observation | None:
    number = _read(row)
    if number is not None:
        return observation(number, at) if number.id else None
    try:
        name = _NAMED.decode(row).id
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return None
    return silent(name, at, "its row in the list is unreadable") if name else None


def _findings(number: Number) -> list[Finding]:
    """Of each entity that matters. The word for all of them together counts calls in, and so is not read."""
    try:
        health = msgspec.json.decode(number.health_status, type=_Health, strict=False)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return []
    return [_finding(entity) for entity in health.entities or () if entity.entity_type in JUDGED]


def _worst(findings: Sequence[Finding]) -> Finding | None:
    """Of what stops the number, rather what says why."""
    stopping = [found for found in findings if found.state is not UP]
    return min(stopping, key=lambda found: found.state.cause is None, default=None)


def _finding(entity: _Entity) -> Finding:
    if entity.can_send_message == "AVAILABLE":
        return Finding(well=True)
    faults = [fault for fault in entity.errors or () if fault.error_code not in NOT_ITS_OWN]
    reasons = [*(fault.error_description for fault in faults), *(entity.additional_info or ())]
    why = short("; ".join(filter(None, reasons)), WHY) or f"{entity.entity_type}: {entity.can_send_message}"
    if entity.can_send_message == "LIMITED":
        return Finding(why=why)
    if entity.can_send_message != "BLOCKED" or (entity.errors and not faults):
        return Finding()
    codes = [fault.error_code or 0 for fault in faults]
    if entity.entity_type not in FATAL or (codes and WARNINGS.issuperset(codes)):
        return Finding(why=why)
    return Finding(next((CODES[code] for code in codes if code in CODES), BLOCKED), why)


def _proof(number: Number, findings: Sequence[Finding]) -> Proof | None:
    """Meta is WhatsApp: its word that the number works is no mere claim. It gives it by status and health together."""
    healthy = bool(findings) and all(found.well for found in findings)
    return Proof.PROVED if healthy and number.status == "CONNECTED" else None


def _crippled(number: Number, findings: Sequence[Finding]) -> str:
    """Why it works and not fully; several reasons may hold."""
    quality = "its quality is low (RED)" if number.quality == POOR else ""
    reasons = [CRIPPLED.get(number.status or "", ""), quality, *(found.why for found in findings)]
    return short("; ".join(dict.fromkeys(filter(None, reasons))), WHY)


def _word(value: Any) -> str:
    """A word of Meta's that tells something."""
    return short(value, 40) if isinstance(value, str) and value not in _EMPTY else ""
