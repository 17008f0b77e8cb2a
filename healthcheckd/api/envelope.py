"""Every answer in one form: what was asked for, or what went wrong."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

import msgspec
from aiohttp import web

from healthcheckd.api.failures import DaemonFault, Malformed, TooLarge, WrongMethod, headers_of, status_of, told
from healthcheckd.errors import HealthcheckError, UnknownName, UsageError

logger = logging.getLogger(__name__)

_encoder = msgspec.json.Encoder()


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that has more to say than its data."""

    data: object
    message: str = ""
    beside: Mapping[str, object] = field(default_factory=dict)
    status: int = 200


def succeeded(reply: Reply) -> web.Response:
    return _response(told_reply(reply), reply.status)


def failed(error: HealthcheckError) -> web.Response:
    return _response(told_failure(error), status_of(error), headers_of(error))


def told_reply(reply: Reply) -> dict[str, object]:
    message = {"message": reply.message} if reply.message else {}
    return {"success": True, **message, "data": reply.data, **reply.beside}


def told_failure(error: HealthcheckError) -> dict[str, object]:
    return {"success": False, "error": told(error)}


def line(told_: object) -> bytes:
    """One object of a stream of lines."""
    return _encoder.encode(told_) + b"\n"


def expected(error: Exception, request: web.Request) -> HealthcheckError:
    """Any failure as one that can be told; an unforeseen one is logged under an id that the asker gets."""
    if isinstance(error, HealthcheckError):
        return error
    if isinstance(error, web.HTTPException):
        return _http_failure(error, request)
    if isinstance(error, ConnectionResetError) and request.transport is None:
        return Malformed("the caller left in the middle of the request")
    bug = secrets.token_hex(4)
    logger.error(
        "Unforeseen failure %s in %s %s", bug, request.method, request.path, exc_info=error, extra={"action": "bug"}
    )
    return DaemonFault(
        f"the daemon failed (bug {bug})", hint=f"its log has more: journalctl -u healthcheckd | grep {bug}"
    )


def _http_failure(error: web.HTTPException, request: web.Request) -> HealthcheckError:
    what = f"{request.method} {request.path}"
    if isinstance(error, web.HTTPMethodNotAllowed):
        return WrongMethod(f"no {what}", hint=f"allowed: {', '.join(sorted(error.allowed_methods))}")
    if isinstance(error, web.HTTPRequestEntityTooLarge):
        return TooLarge("more was sent than is taken", hint="send it in parts")
    if isinstance(error, web.HTTPNotFound):
        return UnknownName(f"no {what}")
    return UsageError(error.reason or "what was asked cannot be understood")


def _response(envelope: dict[str, object], status: int, headers: Mapping[str, str] | None = None) -> web.Response:
    body = _encoder.encode(envelope)
    return web.Response(body=body, status=status, headers=headers, content_type="application/json")
