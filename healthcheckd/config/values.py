"""What a key may hold: parsers from a TOML value to a setting. Each raises `Wrong` with what is allowed."""

import re
from collections.abc import Callable, Mapping
from datetime import time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from healthcheckd.config.cadences import parse_cadence
from healthcheckd.domain.accounts import parse_id
from healthcheckd.domain.contacts import Role
from healthcheckd.domain.durations import format_duration, parse_duration, parse_size
from healthcheckd.domain.quiet import QuietHours
from healthcheckd.settings import Secret, Share

Parser = Callable[[object], Any]

_ADDRESS = re.compile(r"[^@\s<>,;:\"\x00-\x20]+@[^@\s<>,;:\"\x00-\x20]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_GATEWAY = re.compile(r"[a-z0-9-]{1,32}")
_LABEL = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_SPAN = re.compile(r"((?:[01]?\d|2[0-3]):[0-5]\d)\s*[-–]\s*((?:[01]?\d|2[0-3]):[0-5]\d)")


class Wrong(ValueError):
    """A value that cannot be used; the text says what can."""


def line(value: object) -> str:
    """Text on one line."""
    if not isinstance(value, str) or _CONTROL.search(value):
        raise Wrong("must be text on one line")
    return value.strip()


def name(value: object) -> str:
    if not isinstance(value, str) or not (text := line(value)):
        raise Wrong("must be text on one line, and not empty")
    return text


def secret(value: object) -> Secret:
    if not isinstance(value, str):
        raise Wrong("must be text in quotes")
    if not value or _CONTROL.search(value):
        raise Wrong("must be text on one line, and not empty")
    return Secret(value)


def boolean(value: object) -> bool:
    spoken = {"true": True, "false": False}
    found = spoken.get(value.strip().lower()) if isinstance(value, str) else value
    if not isinstance(found, bool):
        raise Wrong("must be true or false")
    return found


def integer(least: int, most: int) -> Parser:
    """A whole number within bounds; digits in quotes too, since the environment has nothing else."""
    allowed = f"must be a whole number from {least} to {most}"

    def parse(value: object) -> int:
        if isinstance(value, str) and value.strip().isascii() and value.strip().isdigit():
            value = int(value.strip())
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Wrong(allowed)
        return value

    return parse


def choice(*options: str) -> Parser:
    allowed = f"must be one of {', '.join(options)}"

    def parse(value: object) -> str:
        if not isinstance(value, str) or value.strip().lower() not in options:
            raise Wrong(allowed)
        return value.strip().lower()

    return parse


def duration(least: timedelta = timedelta(milliseconds=1)) -> Parser:
    allowed = 'must be a duration such as "15 minutes", "6h" or "1 hour 30 minutes"'

    def parse(value: object) -> timedelta:
        if not isinstance(value, str):
            raise Wrong(allowed)
        try:
            found = parse_duration(value)
        except ValueError as error:
            raise Wrong(allowed) from error
        if found < least:
            raise Wrong(f"must be at least {format_duration(least)}")
        return found

    return parse


def kept(value: object) -> timedelta | None:
    """How long something is kept."""
    if value == "forever":
        return None
    try:
        found: timedelta = duration(timedelta(days=1))(value)
    except Wrong as error:
        raise Wrong(f'{error}, or "forever"') from error
    return found


def durations(value: object) -> tuple[timedelta, ...]:
    if not isinstance(value, list):
        raise Wrong('must be a list of durations such as ["24 hours", "72 hours"]')
    return tuple(map(duration(), value))


def cadence(value: object) -> Any:
    allowed = 'must be a cadence such as "every 30 minutes", "daily at 08:00" or "*/15 * * * *"'
    if not isinstance(value, str):
        raise Wrong(allowed)
    try:
        return parse_cadence(value)
    except ValueError as error:
        raise Wrong(f"{allowed}: {error}".removesuffix(": ")) from error


def share(value: object) -> Share:
    """A part of the whole."""
    number = value.strip().removesuffix("%").strip() if isinstance(value, str) and value.strip().endswith("%") else ""
    if not (number.isascii() and number.isdigit() and 1 <= int(number) <= 100):
        raise Wrong('must be a share from "1 %" to "100 %"')
    return Share(int(number) / 100)


def size(value: object) -> int:
    """Bytes."""
    try:
        return parse_size(str(value))
    except ValueError as error:
        raise Wrong('must be a size such as "10 MB"') from error


def path(value: object) -> Path:
    if not isinstance(value, str) or not value.strip() or _CONTROL.search(value):
        raise Wrong("must be a path in quotes")
    return Path(value.strip()).expanduser()


def address(value: object) -> str:
    if not isinstance(value, str) or not _ADDRESS.fullmatch(value.strip()):
        raise Wrong("must be a mail address such as ops@example.com")
    return value.strip()


def addresses(value: object) -> tuple[str, ...]:
    """One address, several with commas between them, or a list; doubles are dropped."""
    parts = re.split(r"[,;]", value) if isinstance(value, str) else value
    if not isinstance(parts, list):
        raise Wrong("must be a mail address, or a list of them")
    return tuple(dict.fromkeys(address(part) for part in parts if part != ""))


def words(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Wrong('must be a list of texts such as ["vip", "test-*"]')
    return tuple(dict.fromkeys(map(name, value)))


def language(value: object) -> str:
    if not isinstance(value, str) or not _LANGUAGE.fullmatch(value.strip()):
        raise Wrong('must be a language such as "en" or "pt-BR"')
    return value.strip().replace("_", "-")


def zone(value: object) -> str:
    """A zone by its name. `TZ` may carry the leading colon, or the file, that POSIX allows."""
    text = value.strip().removeprefix(":") if isinstance(value, str) else "?"
    if text.startswith("/"):
        text = str(Path(text).resolve()).partition("zoneinfo/")[2]
    try:
        return ZoneInfo(text or "UTC").key
    except (ValueError, OSError, KeyError) as error:
        raise Wrong('must be the name of a time zone such as "Europe/Berlin"') from error


def phone(value: object) -> str:
    digits = re.sub(r"[\s()./-]", "", value).removeprefix("+") if isinstance(value, str) else ""
    if not (digits.isascii() and digits.isdigit() and 6 <= len(digits) <= 15):
        raise Wrong('must be an international number in quotes such as "+55 11 98888-7777"')
    return f"+{digits}"


def listen(value: object) -> tuple[str, int]:
    host, colon, port = value.rpartition(":") if isinstance(value, str) else ("", "", "")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and int(port) < 65536):
        raise Wrong('must be HOST:PORT such as "127.0.0.1:5000"')
    return host, int(port)


def gateway_name(value: object) -> str:
    if not isinstance(value, str) or not _GATEWAY.fullmatch(value):
        raise Wrong("must be 1 to 32 of a-z, 0-9 and -")
    return value


def account_id(value: object) -> str:
    found = parse_id(line(value))
    if found is None or not _GATEWAY.fullmatch(found.gateway):
        raise Wrong('must be GATEWAY/SESSION such as "main/shop"')
    return str(found)


def headers(value: object) -> Mapping[str, Secret]:
    if not isinstance(value, dict) or not all(map(_HEADER.fullmatch, value)):
        raise Wrong('must be a table of header names and values such as { X-Tenant = "a" }')
    return {header: secret(content) for header, content in value.items()}


def labels(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(map(_LABEL.fullmatch, value)):
        raise Wrong('must be a table of plain words such as { region = "eu" }')
    return {label: name(content) for label, content in value.items()}


def role(value: object) -> Role:
    return Role(choice(*Role)(value))


def quiet_hours(value: object) -> QuietHours:
    """Two times of the day; over midnight where the second is the earlier one."""
    allowed = 'must be two times of the day such as "22:00-07:00"'
    found = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if not found:
        raise Wrong(allowed)
    start, end = (time.fromisoformat(part.zfill(5)) for part in found.groups())
    if start == end:
        raise Wrong(f"{allowed}, and must not last all day")
    return QuietHours(start, end)
