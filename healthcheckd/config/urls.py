"""Addresses of the web: where a gateway is, and the pattern of a reconnect button."""

import re
from ipaddress import ip_address
from string import Formatter
from urllib.parse import SplitResult, urlsplit

from healthcheckd.config.values import Wrong, line, secret
from healthcheckd.settings import Secret

PLACEHOLDERS = ("gateway", "session", "phone")
_HOST = re.compile(r"[\w.-]+")
_LOGIN = re.compile(r"(?<=//)[^/\s]*@")
_QUERY = re.compile(r"\?\S*")


def gateway_url(value: object) -> str:
    """Without a slash at the end; a path is kept. What would carry a secret is refused."""
    parts = _web(value, 'must be a URL such as "http://127.0.0.1:3000"')
    if "@" in parts.netloc:
        raise Wrong("must not carry a name or password: use basic_user and basic_password_file")
    if parts.query or parts.fragment:
        raise Wrong("must end before any ? or #: a key belongs into api_key or headers")
    return parts.geturl().rstrip("/")


def proxy(value: object) -> Secret:
    _web(value, 'must be a URL such as "http://proxy:3128"')
    return secret(value)


def heartbeat(value: object) -> Secret:
    """Whoever knows such an address can feign a sign of life, so it is a secret."""
    _web(value, 'must be a URL such as "https://hc.example.com/ping/…"')
    return secret(value)


def webhook(value: object) -> Secret:
    """With many services the path is the password; and it may carry a name and password of its own."""
    if _web(value, 'must be a URL such as "https://app.example.com/hooks/health"').fragment:
        raise Wrong("must end before any #, which is never sent")
    return secret(value)


def reconnect_url(value: object) -> str:
    """A pattern with `{gateway}`, `{session}` and `{phone}`; an empty one means no button."""
    if value == "":
        return ""
    text = _web(value, 'must be a URL such as "https://app.example.com/{session}"').geturl()
    if unknown := _fields(text) - set(PLACEHOLDERS):
        raise Wrong(f"may hold {', '.join(f'{{{name}}}' for name in PLACEHOLDERS)}, not {{{min(unknown)}}}")
    return text


def probes(value: object) -> tuple[str, ...]:
    """Places that answer as long as our own network works."""
    if not isinstance(value, list):
        raise Wrong('must be a list such as ["https://example.com", "tcp://192.0.2.1:443"]')
    return tuple(dict.fromkeys(map(_probe, value)))


def host(value: object) -> str:
    """A name or an address, and nothing else."""
    text = line(value)
    if not (_HOST.fullmatch(text) or _is_address(text)):
        raise Wrong('must be a host such as "smtp.example.com"; a port is a key of its own')
    return text


def redact(text: str) -> str:
    """Without what a URL must not show: a name and password, a query."""
    return _QUERY.sub("?****", _LOGIN.sub("****@", text)) if "//" in text else text


def is_loopback(name: str) -> bool:
    if name == "localhost" or name.endswith(".localhost"):
        return True
    return _is_address(name) and ip_address(name).is_loopback


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _web(value: object, allowed: str) -> SplitResult:
    try:
        parts = urlsplit(line(value))
        whole = (
            parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0 and " " not in parts.geturl()
        )
    except ValueError as error:
        raise Wrong(allowed) from error
    if not whole:
        raise Wrong(allowed)
    return parts


def _probe(value: object) -> str:
    allowed = 'each must be a URL such as "https://example.com", or "tcp://HOST:PORT"'
    text = line(value)
    if not text.startswith("tcp://"):
        _web(text, allowed)
        return gateway_url(text)
    parts = _web(text.replace("tcp", "http", 1), allowed)
    if not parts.port or "@" in parts.netloc or parts.path or parts.query:
        raise Wrong(allowed)
    return text


def _fields(pattern: str) -> set[str]:
    try:
        found = list(Formatter().parse(pattern))
    except ValueError as error:
        raise Wrong(f"is not a pattern: {error}") from error
    plain = {field for _, field, form, conversion in found if field is not None and not form and not conversion}
    shaped = {f"{field}:{form}" for _, field, form, conversion in found if form or conversion}
    return plain | shaped
