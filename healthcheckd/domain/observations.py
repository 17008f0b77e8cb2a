"""One reading of one account: what the gateway claims, what was proved, or silence."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Connection(StrEnum):
    """Where a session stands, in one vocabulary for every gateway."""

    CONNECTED = "Connected"
    CONNECTING = "Connecting"
    NEEDS_PAIRING = "NeedsPairing"
    DISCONNECTED = "Disconnected"
    LOGGED_OUT = "LoggedOut"
    FAILED = "Failed"
    STOPPED = "Stopped"
    UNREACHABLE = "Unreachable"
    UNKNOWN = "Unknown"


class Health(StrEnum):
    """The grade people see."""

    HEALTHY = "Healthy"
    WARNING = "Warning"
    CRITICAL = "Critical"
    UNKNOWN = "Unknown"


class Cause(StrEnum):
    """Why an account is not healthy; it decides what may be done about it."""

    LOGGED_OUT = "logged_out"
    REPLACED = "replaced"
    TEMPORARY_BAN = "temporary_ban"
    BANNED = "banned"
    RATE_LIMITED = "rate_limited"
    RESTART_REQUIRED = "restart_required"
    NETWORK = "network"
    ZOMBIE = "zombie"
    STUCK = "stuck"
    FLAPPING = "flapping"
    NEEDS_PAIRING = "needs_pairing"
    STOPPED = "stopped"
    GATEWAY_DOWN = "gateway_down"
    GONE = "gone"
    OUTDATED_CLIENT = "outdated_client"
    NUMBER_CHANGED = "number_changed"
    UNKNOWN = "unknown"


class Proof(StrEnum):
    """How a search for evidence that WhatsApp answers through the session ended. Only `REFUTED` counts against it."""

    PROVED = "proved"
    REFUTED = "refuted"
    UNSUPPORTED = "unsupported"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Observation:
    """One reading. `silence` is set when there was no usable answer, and then nothing else is known.

    `linked` is whether the gateway holds an identity for the session (None: it does not say).
    `provisional` marks a failure that the gateway may mend by itself within seconds, so it has to be read twice.
    `self_healing` says that the gateway is still retrying by itself.
    `perhaps_stopped` that a client which we stopped would read the same.
    `latency` is in seconds. `found` is False when the gateway answered that it knows no such session.
    `whole_gateway` marks a silence that is the gateway's and not this session's alone;
    `elsewhere` that another gateway or a reference answered meanwhile, so that our own network works.
    """

    session: str
    at: datetime
    connection: Connection = Connection.UNKNOWN
    native: str = ""
    cause: Cause | None = None
    self_healing: bool = False
    provisional: bool = False
    linked: bool | None = None
    phone: str | None = None
    push_name: str | None = None
    latency: float | None = None
    proof: Proof | None = None
    restricted_until: datetime | None = None
    restricted_why: str = ""
    found: bool = True
    silence: str = ""
    whole_gateway: bool = False
    elsewhere: bool = False
    perhaps_stopped: bool = False


def silent(
    session: str, at: datetime, why: str, *, whole_gateway: bool = False, elsewhere: bool = False
) -> Observation:
    """No usable answer about `session`: `why` is a few words without secrets."""
    return Observation(session, at, silence=why or "no answer", whole_gateway=whole_gateway, elsewhere=elsewhere)


def missing(session: str, at: datetime) -> Observation:
    """The gateway answered, and knows no such session."""
    return Observation(session, at, found=False)
