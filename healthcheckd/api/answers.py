"""What every answer looks like, in the words of JSON Schema."""

from collections.abc import Iterator, Mapping
from typing import Any

Json = dict[str, Any]

_REASONS = {
    400: "What came cannot be read.",
    401: "No token, or one that opens nothing.",
    403: "The caller is known, and may not do this.",
    404: "There is nothing of this name.",
    408: "The body did not come in in time.",
    409: "Understood, and not done.",
    413: "More was sent than is taken.",
    422: "What was asked cannot be.",
    429: "Too often, or too many bad tokens.",
    500: "The job failed; or a fault of ours, which is in the log.",
    502: "A gateway or mail server did not answer usefully.",
    503: "The daemon cannot do its work now.",
}

_ALWAYS = (400, 401, 403, 404, 413, 422, 429, 500, 503)


def statuses(changes: bool, has_body: bool) -> Iterator[int]:
    """Of refusals that any route of this form may answer with."""
    yield from _ALWAYS
    if has_body or changes:
        yield 408
    if changes:
        yield 409


def refused(status: int) -> Json:
    return {"$ref": f"#/components/responses/{status}"}


def envelope(data: Mapping[str, object], beside: Mapping[str, object]) -> Json:
    return {
        "type": "object",
        "required": ["success", "data", *beside],
        "properties": {"success": {"const": True}, "message": {"type": "string"}, "data": data, **beside},
    }


_FAILURE: Json = {
    "type": "object",
    "required": ["success", "error"],
    "properties": {
        "success": {"const": False},
        "error": {
            "type": "object",
            "required": ["code", "message", "hint"],
            "properties": {
                "code": {"type": "string", "description": "One word for programs, which stays."},
                "message": {"type": "string", "description": "What went wrong, for a person."},
                "hint": {"type": "string", "description": "A command that helps, or empty."},
                "where": {"type": "string"},
                "candidates": {"type": "array", "items": {"type": "string"}},
                "faults": {"type": "array", "items": {"type": "object"}},
                "fault": {"type": "string"},
                "scope": {"type": "string"},
                "permanent": {"type": "boolean"},
            },
        },
    },
}
_TEXT = {"schema": {"type": "string"}}
_HEADERS = {401: {"WWW-Authenticate": _TEXT}, 429: {"Retry-After": {"schema": {"type": "integer"}}}}


def _response(status: int, reason: str) -> Json:
    failure = {"application/json": {"schema": {"$ref": "#/components/schemas/Failure"}}}
    return {"description": reason, "headers": _HEADERS.get(status, {}), "content": failure}


COMPONENTS: Json = {
    "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}},
    "schemas": {"Failure": _FAILURE},
    "responses": {str(status): _response(status, reason) for status, reason in _REASONS.items()},
}
