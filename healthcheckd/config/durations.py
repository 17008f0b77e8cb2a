"""Durations and sizes as people write them: "15 minutes", "6h", "1 hour 30 minutes", "10 MB"."""

import re
from datetime import timedelta

_UNITS = {
    timedelta(milliseconds=1): ("ms", "millisecond", "milliseconds"),
    timedelta(seconds=1): ("s", "sec", "secs", "second", "seconds"),
    timedelta(minutes=1): ("m", "min", "mins", "minute", "minutes"),
    timedelta(hours=1): ("h", "hr", "hrs", "hour", "hours"),
    timedelta(days=1): ("d", "day", "days"),
    timedelta(weeks=1): ("w", "week", "weeks"),
    timedelta(days=365): ("y", "year", "years"),
}
_UNIT = {word: unit for unit, words in _UNITS.items() for word in words}
_PART = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*([a-z]+)")
_WHOLE = re.compile(rf"{_PART.pattern}(?:(?:\s*,\s*|\s+and\s+|\s*){_PART.pattern})*")
_SPOKEN = (
    (timedelta(days=1), "day"),
    (timedelta(hours=1), "hour"),
    (timedelta(minutes=1), "minute"),
    (timedelta(seconds=1), "second"),
)
_LONGEST = timedelta(days=36525)
_SIZE = re.compile(r"(\d{1,9})\s*([kmg]?)b?")
_SIZES = {"": 1, "k": 1000, "m": 1000**2, "g": 1000**3}


def parse_duration(text: str) -> timedelta:
    """Up to a hundred years. Raises ValueError for anything but numbers with units; a bare 0 needs no unit."""
    words = text.strip().lower()
    if words == "0":
        return timedelta(0)
    if not _WHOLE.fullmatch(words):
        raise ValueError(f"{text!r} is not a duration")
    seconds = sum(float(number) * _unit(word, text).total_seconds() for number, word in _PART.findall(words))
    if seconds > _LONGEST.total_seconds():
        raise ValueError(f"{text!r} is longer than a hundred years")
    return timedelta(seconds=seconds)


def format_duration(duration: timedelta) -> str:
    """The words that `parse_duration` reads back as the same duration."""
    parts = []
    rest = duration
    for unit, word in _SPOKEN:
        count, rest = divmod(rest, unit)
        if count:
            parts.append(f"{count} {word}{'' if count == 1 else 's'}")
    if rest:
        parts.append(f"{rest / timedelta(milliseconds=1):g} ms")
    return " ".join(parts) or "0 seconds"


def parse_size(text: str) -> int:
    """Bytes; units are powers of 1000. Raises ValueError."""
    found = _SIZE.fullmatch(text.strip().lower())
    if not found:
        raise ValueError(f"{text!r} is not a size")
    return int(found[1]) * _SIZES[found[2]]


def _unit(word: str, text: str) -> timedelta:
    if word not in _UNIT:
        raise ValueError(f"{text!r} has an unknown unit: {word}")
    return _UNIT[word]
