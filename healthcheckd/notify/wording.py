"""A reader's language and time zone: phrases, numbers, durations and moments in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale
from babel.core import negotiate_locale
from babel.dates import format_date, format_skeleton, format_time, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal
from babel.units import format_unit

from healthcheckd.domain.accounts import digits, display_phone
from healthcheckd.domain.observations import Cause
from healthcheckd.notify.foreign import clean
from healthcheckd.notify.languages import CATALOGUES, DEFAULT, Catalogue, Remedy

_PARTS = (("duration-day", 86_400), ("duration-hour", 3_600), ("duration-minute", 60))
_WRITTEN_PHONE = frozenset("+0123456789 -().")


@dataclass(frozen=True)
class Wording:
    """How to write for one reader. Letters are never half in one language: dates follow the language of the texts."""

    language: str
    zone: ZoneInfo

    @cached_property
    def locale(self) -> Locale:
        return Locale.parse(self.language)

    @property
    def direction(self) -> str:
        return str(self.locale.text_direction)

    @property
    def catalogue(self) -> Catalogue:
        return CATALOGUES[self.language]

    def say(self, phrase: str, **values: object) -> str:
        return self.catalogue.phrases[phrase].format(**values)

    def count(self, phrase: str, number: int, **values: object) -> str:
        forms = self.catalogue.plurals[phrase]
        form = forms.get(str(self.locale.plural_form(number)), forms["other"])
        return form.format(count=self.number(number), **values)

    def remedy(self, cause: str, alert_kind: str = "") -> Remedy:
        """`alert_kind` is the kind of the account's gateway where that is alert-only."""
        if not alert_kind:
            return self.catalogue.remedies[cause]
        own = self.catalogue.elsewhere[alert_kind]
        return own.get(cause, own[Cause.UNKNOWN])

    def number(self, number: int) -> str:
        return format_decimal(number, locale=self.locale)

    def duration(self, span: timedelta) -> str:
        """At most the two largest units: `7 hours 12 minutes`, `3 days 4 hours`."""
        seconds = int(span.total_seconds())
        if seconds < 60:
            return self.say("less_than_a_minute")
        return " ".join(format_unit(count, unit, "long", locale=self.locale) for unit, count in _largest(seconds))

    def clock(self, at: datetime, now: datetime) -> str:
        """`02:14`, with the day in front unless it is today or less than half a day ago."""
        local = at.astimezone(self.zone)
        if local.date() == now.astimezone(self.zone).date() or abs(now - at) < timedelta(hours=12):
            return _hours(local)
        day = format_skeleton("MMMd", local, locale=self.locale)
        return self.say("day_and_time", day=day, time=_hours(local))

    def moment(self, at: datetime) -> str:
        """The whole of it, with the zone's name."""
        local = at.astimezone(self.zone)
        day = format_date(local, "full", locale=self.locale)
        return self.say("moment", day=day, time=_hours(local), zone=self.zone_name(at))

    def zone_name(self, at: datetime) -> str:
        return get_timezone_name(at.astimezone(self.zone), locale=self.locale)

    def listed(self, items: list[str], most: int = 3) -> str:
        """`A, B and C`, or `A, B, C and 9 more`; never `and 1 more`, which takes as much room as its name."""
        if len(items) > most + 1:
            count = self.number(len(items) - most)
            return self.say("and_more", listed=", ".join(items[:most]), count=count)
        return format_list(items, locale=self.locale)


def wording(language: str, time_zone: str, fallback_language: str = DEFAULT, fallback_zone: str = "UTC") -> Wording:
    """The nearest language there are texts for. What is stored may be older than a check, so a bad zone is survived."""
    wanted = [code.replace("-", "_") for code in (language, fallback_language) if code]
    return Wording(negotiate_locale(wanted, list(CATALOGUES)) or DEFAULT, _zone(time_zone, fallback_zone, "UTC"))


def phone_in_words(phone: str | None) -> str:
    """As a person wrote it, with its spaces; else `+` and digits."""
    written = clean(phone or "", 32)
    if written.startswith("+") and set(written) <= _WRITTEN_PHONE and digits(written):
        return written
    return display_phone(written)


def _zone(*names: str) -> ZoneInfo:
    for name in filter(None, names):
        try:
            return ZoneInfo(name)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            continue
    return ZoneInfo("UTC")


def _hours(local: datetime) -> str:
    return format_time(local, "HH:mm")


def _largest(seconds: int) -> list[tuple[str, int]]:
    """The largest unit that is not zero, and the next one unless that is zero."""
    counted = []
    for unit, length in _PARTS:
        count, seconds = divmod(seconds, length)
        counted.append((unit, count))
    first = next(place for place, (_, count) in enumerate(counted) if count)
    return [(unit, count) for unit, count in counted[first : first + 2] if count]
