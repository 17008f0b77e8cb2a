"""What people may say of an account: the fields, and how each is written as text."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from zoneinfo import ZoneInfo

from healthcheckd.domain.accounts import CONTROL
from healthcheckd.domain.durations import format_duration, parse_duration
from healthcheckd.domain.naming import check_known
from healthcheckd.errors import UsageError

Value = str | tuple[str, ...] | int | timedelta | bool | None

_ADDRESS = re.compile(r"[^@\s<>,;:\"]+@[^@\s<>,;:\"]+")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8})*")
_PHONE = re.compile(r"\+?[\d ()./-]+")
_EXPONENT = re.compile(r"[+-]?\d+([.,]\d+)?E[+-]?\d+", re.IGNORECASE)
_WORDS = {"true": True, "yes": True, "on": True, "1": True, "false": False, "no": False, "off": False, "0": False}
_LONGEST_NAME = 200
_LARGEST_LIMIT = 10_000_000


def parse_profile(given: Mapping[str, object]) -> dict[str, Value]:
    """Field names and what was given for them (text, a list of texts, a number, None to clear) to values.

    Raises `UsageError` naming the field, `UnknownName` for a field that does not exist.
    """
    for field in given:
        check_known("field", field, tuple(FIELDS))
    return {field: parse_value(field, _as_text(field, value)) for field, value in given.items()}


def parse_value(field: str, text: str) -> Value:
    """One field from text; empty text clears it. Raises `UsageError` naming the field."""
    if CONTROL.search(text):
        raise UsageError("must be text on one line", where=field)
    try:
        return FIELDS[field](text.strip()) if text.strip() else _cleared(field)
    except ValueError as error:
        raise UsageError(str(error), where=field) from error


def show_value(value: Value) -> str:
    """The text that `parse_value` reads back as the same value."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return format_duration(value) if isinstance(value, timedelta) else str(value)


def is_exponent(text: str) -> bool:
    """Whether a spreadsheet has shortened a long number: `5,51199E+12`."""
    return _EXPONENT.fullmatch(text.strip()) is not None


def _name(text: str) -> str:
    if len(text) > _LONGEST_NAME:
        raise ValueError(f"is longer than {_LONGEST_NAME} characters")
    return text


def _phone(text: str) -> str:
    if is_exponent(text):
        raise ValueError(f"{text} was shortened by a spreadsheet; format the column as text and write the whole number")
    bare = "".join(sign for sign in text if sign in "0123456789")
    if not _PHONE.fullmatch(text) or not 6 <= len(bare) <= 15 or text.endswith(".0"):
        raise ValueError("must be an international number such as +55 11 98888-7777")
    return f"+{bare}"


def _addresses(text: str) -> tuple[str, ...]:
    addresses = _list(text)
    if wrong := [address for address in addresses if not _ADDRESS.fullmatch(address)]:
        raise ValueError(f"{wrong[0]} is not a mail address")
    return addresses


def _list(text: str) -> tuple[str, ...]:
    """Values with `,`, `;` or `|` between them; doubles are dropped."""
    parts = (part.strip() for part in re.split(r"[,;|]", text))
    return tuple(dict.fromkeys(_name(part) for part in parts if part))


def _language(text: str) -> str:
    if not _LANGUAGE.fullmatch(text):
        raise ValueError("must be a language such as en or pt-BR")
    return text.replace("_", "-")


def _zone(text: str) -> str:
    try:
        return ZoneInfo(text).key
    except (ValueError, OSError, KeyError) as error:
        raise ValueError("must be the name of a time zone such as Europe/Berlin") from error


def _limit(text: str) -> int:
    if not (text.isascii() and text.isdigit()) or int(text) > _LARGEST_LIMIT:
        raise ValueError(f"must be a whole number from 0 to {_LARGEST_LIMIT}")
    return int(text)


def _length(text: str) -> timedelta:
    try:
        return parse_duration(text)
    except ValueError as error:
        raise ValueError("must be a duration such as 15 minutes, 6h or 1 hour 30 minutes") from error


def _truth(text: str) -> bool:
    if text.lower() not in _WORDS:
        raise ValueError("must be yes or no")
    return _WORDS[text.lower()]


FIELDS: Mapping[str, Callable[[str], Value]] = {
    "name": _name,
    "phone": _phone,
    "owner_email": _addresses,
    "customer": _name,
    "tags": _list,
    "language": _language,
    "time_zone": _zone,
    "daily_limit": _limit,
    "notify_after": _length,
    "enabled": _truth,
}
"""Every field and how it is read, in the order of an export."""


def _cleared(field: str) -> Value:
    if field == "enabled":
        raise ValueError("must be yes or no")
    if field in {"owner_email", "tags"}:
        return ()
    return None if field in {"phone", "daily_limit", "notify_after"} else ""


def _as_text(field: str, value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list | tuple) and all(isinstance(part, str) for part in value):
        return ", ".join(value)
    raise UsageError("must be text, a number or a list of texts", where=field)
