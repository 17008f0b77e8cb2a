"""Errors on the wire: told by the daemon, raised again by the client as what they were."""

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


class NotReady(HealthcheckError):
    """The daemon lives, and cannot do its work."""

    code = "not_ready"


class DaemonFault(HealthcheckError):
    """A fault of ours in the daemon; its log has the traceback under the id in the message."""

    exit_code = ExitCode.BUG
    code = "bug"


_STATUSES: tuple[tuple[type[HealthcheckError], int], ...] = (
    (UnknownName, 404),
    (Malformed, 400),
    (WrongMethod, 405),
    (TooLarge, 413),
    (UsageError, 422),
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
            Refused,
            Forbidden,
            StoreError,
            NotReady,
            DaemonFault,
        )
    },
}
