"""Tokens in use that will soon be worth nothing."""

from datetime import datetime, timedelta
from shlex import quote

from healthcheckd.domain.durations import format_duration

AHEAD = timedelta(days=7)
"""So long before its end, and after it, a token is told of."""

SHORT_LIVED = timedelta(days=1)
"""A token made for no longer is renewed by a program, and nobody needs to be told."""


def ends_soon(expires_at: datetime, issued_at: datetime | None, now: datetime) -> bool:
    short_lived = issued_at is not None and expires_at - issued_at <= SHORT_LIVED
    return expires_at - now <= AHEAD and not short_lived


def expiry_sentence(subject: str, expires_at: datetime, now: datetime) -> str:
    cure = f"healthcheck token issue --sub {quote(subject)}"
    when = f"{expires_at:%Y-%m-%d %H:%M} UTC: {cure}"
    if expires_at <= now:
        return f"the token of {subject} expired on {when}"
    return f"the token of {subject} expires in {_roughly(expires_at - now)}, on {when}"


def _roughly(left: timedelta) -> str:
    units = (timedelta(days=1), timedelta(hours=1), timedelta(minutes=1))
    unit = next((unit for unit in units if left >= unit), units[-1])
    return format_duration(max(1, left // unit) * unit)
