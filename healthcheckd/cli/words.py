"""Instants, lengths of time and counts in few words, as every screen writes them."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

NOTHING = "–"

_UNITS = ((86_400, "d"), (3_600, "h"), (60, "min"), (1, "s"))


def lasting(seconds: float | None) -> str:
    """`7 h 12 min`, `12 d 4 h`, `41 s`: the two greatest units, rounded down; a dash for None."""
    if seconds is None:
        return NOTHING
    whole = max(int(seconds), 0)
    for place, (size, unit) in enumerate(_UNITS):
        if whole >= size:
            count, rest = divmod(whole, size)
            below = _UNITS[place + 1] if place < 2 else None
            minor = f" {rest // below[0]} {below[1]}" if below and rest >= below[0] else ""
            return f"{count} {unit}{minor}"
    return "0 s"


def took(seconds: float | None) -> str:
    """How long something ran: with a decimal below ten seconds."""
    return lasting(seconds) if seconds is None or seconds >= 10 else f"{seconds:.1f} s"


def ago(at: datetime | None, now: datetime) -> str:
    """In one unit, `2 d ago`, for nobody wants to know it closer."""
    if at is None:
        return "never"
    spoken = lasting((now - at).total_seconds()).split()
    return " ".join(spoken[:2]) + " ago"


def clock(at: datetime | None, now: datetime, zone: ZoneInfo) -> str:
    """`14:30` today and within the next day, else with the date, far away with the year."""
    if at is None:
        return NOTHING
    local, today = at.astimezone(zone), now.astimezone(zone)
    if local.date() == today.date() or timedelta(0) < at - now < timedelta(days=1):
        return f"{local:%H:%M}"
    return f"{local:%m-%d %H:%M}" if abs(today - local) < timedelta(days=300) else f"{local:%Y-%m-%d}"


def moment(at: datetime, now: datetime, zone: ZoneInfo) -> str:
    """To the second, with the year only where it is another."""
    local = at.astimezone(zone)
    return f"{local:%m-%d %H:%M:%S}" if abs(now - at) < timedelta(days=300) else f"{local:%Y-%m-%d %H:%M:%S}"


def stamp(at: datetime | None, zone: ZoneInfo) -> str:
    """The whole of an instant, to the second."""
    return NOTHING if at is None else f"{at.astimezone(zone):%Y-%m-%d %H:%M:%S}"


def count(number: int, noun: str = "", plural: str = "") -> str:
    """`1,204 accounts`, `1 account`."""
    if not noun:
        return f"{number:,}"
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def percent(value: float | None) -> str:
    """Rounded down to a hundredth, so that 100 % is said of nothing that was ever down."""
    return NOTHING if value is None else f"{int(value * 100) / 100:.2f} %"
