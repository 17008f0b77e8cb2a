"""Stretches of time as options say them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from healthcheckd.domain.selection import parse_since
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import Span


def span(since: str, until: str, limit: int, now: datetime) -> Span:
    """Raises `UsageError`."""
    return Span(instant(since, now), instant(until, now), limit)


def instant(text: str, now: datetime) -> datetime | None:
    return parse_since(text, now) if text else None


def month(text: str, zone: ZoneInfo) -> Span:
    """The calendar month `YYYY-MM` as the operator's clocks show it. Raises `UsageError`."""
    try:
        first = datetime.strptime(text, "%Y-%m").replace(tzinfo=zone)
    except ValueError as error:
        raise UsageError(f"“{text}” is not a month", where="--month", hint="--month 2026-01") from error
    year, number = divmod(first.year * 12 + first.month, 12)
    return Span(first.astimezone(UTC), first.replace(year=year, month=number + 1).astimezone(UTC), 0)
