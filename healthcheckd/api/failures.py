"""Errors on the wire: told by the daemon, raised again by the client as what they were."""

import math
from collections.abc import Callable, Mapping
from typing import Any

from healthcheckd.errors import (
    ConfigurationError,
    DeliveryError,
    DeliveryScope,
    ExitCode,
    Fault,
    Forbidden,
    GatewayError,
    GatewayFault,
    HealthcheckError,
    Refused,
    StoreError,
    UnknownName,
    UsageError,
)


class Malformed(UsageError):
    """What came is not even readable: no JSON, no such encoding."""

    code = "malformed"


class WrongMethod(UsageError):
    """The path exists, and does not know this verb."""

    code = "method_not_allowed"


class TooLarge(UsageError):
    """More was sent than is taken."""

    code = "too_large"


class TooLate(UsageError):
    """What was to come did not come in time."""

    code = "too_late"


class BadToken(Refused):
    """A token that opens nothing; says why, and never what is in it. A `genuine` one is right, and used at another time
    than it is good for. `missing` when there is none."""

    code = "unauthenticated"

    def __init__(self, what: str, *, genuine: bool = False, missing: bool = False, hint: str = "") -> None:
        super().__init__(what, hint=hint or "healthcheck token verify")
        self.genuine = genuine
        self.missing = missing


class LacksPermission(Forbidden):
    """A good token that is good for something else."""


class TooMany(Refused):
    """Later it will be answered; `retry_after` is in whole seconds."""

    code = "too_many"

    def __init__(self, what: str, seconds: float) -> None:
        self.retry_after = max(1, math.ceil(seconds))
        super().__init__(what, hint=f"try again in {self.retry_after} s")


class NotReady(HealthcheckError):
    """The daemon lives, and cannot do its work."""

    code = "not_ready"


class DaemonFault(HealthcheckError):
    """A fault of ours in the daemon; its log has the traceback under the id in the message."""

    exit_code = ExitCode.BUG
    code = "bug"


MANAGE = "system:manage"
"""The permission that the API on TCP asks for."""

_STATUSES: tuple[tuple[type[HealthcheckError], int], ...] = (
    (UnknownName, 404),
    (Malformed, 400),
    (WrongMethod, 405),
    (TooLarge, 413),
    (TooLate, 408),
    (UsageError, 422),
    (BadToken, 401),
    (TooMany, 429),
    (Forbidden, 403),
    (Refused, 409),
    (ConfigurationError, 422),
    (StoreError, 503),
    (NotReady, 503),
    (GatewayError, 502),
    (DeliveryError, 502),
    (HealthcheckError, 500),
)
"""The first that fits; what is more special stands first."""


def status_of(error: HealthcheckError) -> int:
    return next(status for kind, status in _STATUSES if isinstance(error, kind))


def headers_of(error: HealthcheckError) -> dict[str, str]:
    """What the standards ask for beside the status (RFC 6750, 3; RFC 9110, 10.2.3)."""
    if isinstance(error, TooMany):
        return {"Retry-After": str(error.retry_after)}
    if isinstance(error, BadToken):
        why = "" if error.missing else f', error="invalid_token", error_description="{error.what}"'
        return {"WWW-Authenticate": f'Bearer realm="healthcheckd"{why}'}
    if isinstance(error, LacksPermission):
        return {"WWW-Authenticate": f'Bearer realm="healthcheckd", error="insufficient_scope", scope="{MANAGE}"'}
    return {}


def told(error: HealthcheckError) -> dict[str, object]:
    """The `error` of an envelope: code, message and hint, and what its class knows beside them."""
    shown: dict[str, object] = {"code": error.code, "message": error.what, "hint": error.hint}
    if error.where:
        shown["where"] = error.where
    if isinstance(error, UnknownName):
        shown["candidates"] = error.candidates
    elif isinstance(error, ConfigurationError):
        shown["faults"] = error.faults
    elif isinstance(error, GatewayError):
        shown["fault"] = error.fault
    elif isinstance(error, DeliveryError):
        shown |= {"scope": error.scope, "permanent": error.permanent}
    return shown


def error_of(shown: Mapping[str, Any], status: int) -> HealthcheckError:
    """What `told` told; an unknown code of a newer daemon becomes the nearest class that the status names."""
    code = shown.get("code", "")
    make = _BY_CODE.get(code) or _plain(Refused if status == 409 else UsageError if 400 <= status < 500 else None)
    error = make(shown)
    error.code = code or error.code
    return error


def _plain(kind: type[HealthcheckError] | None) -> Callable[[Mapping[str, Any]], HealthcheckError]:
    made = kind or HealthcheckError
    return lambda shown: made(shown.get("message", ""), where=shown.get("where", ""), hint=shown.get("hint", ""))


def _unknown_name(shown: Mapping[str, Any]) -> HealthcheckError:
    candidates = shown.get("candidates", ())
    return UnknownName(shown.get("message", ""), candidates=candidates, hint=shown.get("hint", ""))


def _configuration(shown: Mapping[str, Any]) -> HealthcheckError:
    faults = [Fault(**fault) for fault in shown.get("faults", ())]
    return ConfigurationError(faults, hint=shown.get("hint", ""))


def _gateway(shown: Mapping[str, Any]) -> HealthcheckError:
    fault = GatewayFault(shown.get("fault", GatewayFault.BAD_ANSWER))
    return GatewayError(fault, shown.get("message", ""), where=shown.get("where", ""), hint=shown.get("hint", ""))


def _delivery(shown: Mapping[str, Any]) -> HealthcheckError:
    return DeliveryError(
        shown.get("message", ""),
        scope=DeliveryScope(shown.get("scope", DeliveryScope.CHANNEL)),
        permanent=bool(shown.get("permanent", False)),
        where=shown.get("where", ""),
        hint=shown.get("hint", ""),
    )


_BY_CODE: dict[str, Callable[[Mapping[str, Any]], HealthcheckError]] = {
    UnknownName.code: _unknown_name,
    ConfigurationError.code: _configuration,
    GatewayError.code: _gateway,
    DeliveryError.code: _delivery,
    **{
        kind.code: _plain(kind)
        for kind in (
            UsageError,
            Malformed,
            WrongMethod,
            TooLarge,
            TooLate,
            Refused,
            Forbidden,
            StoreError,
            NotReady,
            DaemonFault,
        )
    },
}
