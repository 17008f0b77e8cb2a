"""What went wrong, where, and what to do: the one error that crosses layers.

HealthcheckError          expected; has an exit code and a hint
├── UsageError            the person asked for something that cannot be (2)
│   └── UnknownName       no such account, job, gateway; carries candidates (2)
├── Refused               understood and not done: permission, hold, ownership (1)
├── ConfigurationError    all the faults of a configuration at once (78)
├── DaemonUnreachable     nobody answers at the control socket (4)
│   └── NoAccess          somebody may, but not to this user (4)
├── StoreError            the database cannot be used (1)
├── GatewayError          a gateway's answer, or its absence
└── DeliveryError         a message was not accepted
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum, StrEnum


class ExitCode(IntEnum):
    """Exit codes of both programs; part of the contract with scripts."""

    OK = 0
    FAILED = 1
    USAGE = 2
    BUG = 3
    UNREACHABLE = 4
    UNHEALTHY = 5
    CONFIGURATION = 78
    INTERRUPTED = 130


class HealthcheckError(Exception):
    """Something expected went wrong; `str()` is one sentence for a person."""

    exit_code = ExitCode.FAILED
    code = "failed"

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.where}: {self.what}" if self.where else self.what


class UsageError(HealthcheckError):
    """What was asked cannot be: a bad argument, an impossible combination."""

    exit_code = ExitCode.USAGE
    code = "bad_request"


class UnknownName(UsageError):
    """No such account, job, gateway or kind."""

    code = "not_found"

    def __init__(self, what: str, *, candidates: Sequence[str] = (), hint: str = "") -> None:
        super().__init__(what, hint=hint)
        self.candidates = tuple(candidates)


class Refused(HealthcheckError):
    """Understood, and not done: the reason and the way to get it done are in the message."""

    code = "refused"


class Forbidden(Refused):
    """The caller is known and lacks the permission."""

    code = "forbidden"


class DaemonUnreachable(HealthcheckError):
    """No daemon answers at the control socket."""

    exit_code = ExitCode.UNREACHABLE
    code = "unreachable"


class NoAccess(DaemonUnreachable):
    """Whether a daemon answers at the control socket is not for this user to know."""


class StoreError(HealthcheckError):
    """The database is missing, damaged, of another version, or the disk is full."""

    code = "store"


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong with a configuration."""

    file: str
    key: str
    value: str
    message: str
    hint: str = ""

    def __str__(self) -> str:
        given = f" = {self.value}" if self.value else ""
        hint = f" ({self.hint})" if self.hint else ""
        return ": ".join(part for part in (self.file, f"{self.key}{given}", f"{self.message}{hint}") if part)


class ConfigurationError(HealthcheckError):
    """A configuration that cannot be used: every fault, not only the first."""

    exit_code = ExitCode.CONFIGURATION
    code = "configuration"

    def __init__(self, faults: Sequence[Fault], *, hint: str = "healthcheck config check") -> None:
        super().__init__("\n".join(str(fault) for fault in faults), hint=hint)
        self.faults = tuple(faults)


class GatewayFault(StrEnum):
    """Why a gateway gave no usable answer; the same words for every kind."""

    REFUSED = "refused"
    TIMEOUT = "timeout"
    NETWORK = "network"
    TLS = "tls"
    UNAUTHORIZED = "unauthorized"
    NOT_FOUND = "not_found"
    CONFLICT = "conflict"
    RATE_LIMITED = "rate_limited"
    SERVER_ERROR = "server_error"
    BAD_ANSWER = "bad_answer"
    UNSUPPORTED = "unsupported"


class GatewayError(HealthcheckError):
    """A gateway did not answer usefully. Never carries a key, a token or a whole body."""

    code = "gateway"

    def __init__(self, fault: GatewayFault, what: str, *, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.fault = fault

    @property
    def transient(self) -> bool:
        """Whether the same call may succeed by itself later."""
        return self.fault not in {GatewayFault.UNAUTHORIZED, GatewayFault.NOT_FOUND, GatewayFault.UNSUPPORTED}


class DeliveryScope(StrEnum):
    """Whose fault a failed delivery is: this recipient's, this message's, or the whole channel's."""

    RECIPIENT = "recipient"
    MESSAGE = "message"
    CHANNEL = "channel"


class DeliveryError(HealthcheckError):
    """A channel did not take a message. `permanent` means that trying again cannot help, `unclear` that the message may
    have been taken all the same, `retry_after` how long it asks to be left alone."""

    code = "delivery"
    unclear = False
    retry_after: timedelta | None = None

    def __init__(self, what: str, *, scope: DeliveryScope, permanent: bool, where: str = "", hint: str = "") -> None:
        super().__init__(what, where=where, hint=hint)
        self.scope = scope
        self.permanent = permanent
