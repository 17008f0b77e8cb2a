"""Cadences as people write them: "every 30 minutes", "daily at 00:00", "*/15 * * * *"."""

import re
from datetime import timedelta

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.durations import parse_duration

_DAYS = {
    "day": "*",
    "weekday": "1-5",
    "sunday": "0",
    "monday": "1",
    "tuesday": "2",
    "wednesday": "3",
    "thursday": "4",
    "friday": "5",
    "saturday": "6",
}
_ALIASES = {
    "every minute": "* * * * *",
    "every hour": "0 * * * *",
    "hourly": "0 * * * *",
    "@hourly": "0 * * * *",
    "every day": "0 0 * * *",
    "daily": "0 0 * * *",
    "@daily": "0 0 * * *",
}
_AT = re.compile(r"(?:(daily)|(weekdays)|(?:every\s+)?(\w*day))\s+at\s+([01]?\d|2[0-3]):([0-5]\d)")
_CRON = re.compile(r"[^a-z ]+ [^a-z ]+( \S+)*")
_SHORTEST = timedelta(seconds=1)


def parse_cadence(text: str) -> Cadence:
    """Raises ValueError, with a reason where it was meant for cron."""
    words = " ".join(text.lower().split())
    cron = _ALIASES.get(words) or _clock_time(words)
    if cron is None and _CRON.fullmatch(words):
        cron = words.upper()
    if cron is not None:
        return Cadence(text, cron=cron)
    try:
        every = parse_duration(words.removeprefix("every "))
    except ValueError as error:
        raise ValueError from error
    if every < _SHORTEST:
        raise ValueError("the shortest cadence is one second")
    return Cadence(text, every=every)


def _clock_time(words: str) -> str | None:
    """`daily at 08:00` and its like, as cron fields."""
    found = _AT.fullmatch(words)
    if not found:
        return None
    daily, weekdays, day, hour, minute = found.groups()
    field = _DAYS.get("day" if daily else "weekday" if weekdays else day)
    return None if field is None else f"{int(minute)} {int(hour)} * * {field}"
