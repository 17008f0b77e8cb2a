"""Each call has an id, which its answer and everything logged on its account carry."""

import re
import secrets
from contextvars import ContextVar

HEADER = "X-Request-Id"

_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")

current: ContextVar[str] = ContextVar("request_id", default="")
"""Empty outside a call."""


def id_of(given: str | None) -> str:
    """The caller's own, where it can be repeated without harm; else a new one."""
    return given if given is not None and _SANE.fullmatch(given) else secrets.token_hex(8)
