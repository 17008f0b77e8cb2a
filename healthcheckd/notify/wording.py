"""A reader's language and time zone: phrases, numbers, durations and moments in words."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from math import inf
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_skeleton, format_time, format_timedelta, get_timezone_name
from babel.lists import format_list
from babel.numbers import format_decimal

from healthcheckd.domain.accounts import digits, display_phone
from healthcheckd.domain.observations import Cause
from healthcheckd.notify.foreign import clean
from healthcheckd.notify.languages import CATALOGUES, DEFAULT, Catalogue, Remedy, nearest

_PARTS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))
_WRITTEN_PHONE = frozenset("+0123456789 -().")


@dataclass(frozen=True)
class Wording:
    """How to write for one reader. Letters are never half in one language: dates and numbers are those of the reader's
    `region`, as in `es_MX`, where that speaks the language of the texts."""

    language: str
    zone: ZoneInfo
    region: str = ""

    @cached_property
    def locale(self) -> Locale:
        try:
            return Locale.parse(self.region or self.language)
        except (UnknownLocaleError, ValueError):
            return Locale.parse(self.language)

    @property
    def tag(self) -> str:
        """For headers and HTML: `pt-BR`."""
        return self.language.replace("_", "-")

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
        if span < timedelta(minutes=1):
            return self.say("less_than_a_minute")
        larger, *rest = (self._counted(unit, part) for unit, part in _largest(span))
        return self.say("two_units", larger=larger, smaller=rest[0]) if rest else larger

    def clock(self, at: datetime, now: datetime) -> str:
        """`02:14`, with the day in front unless it is today or less than half a day ago."""
        local = at.astimezone(self.zone)
        return (
            _hours(local) if self._near(at, now) else self.say("day_and_time", day=self._day(local), time=_hours(local))
        )

    def since(self, at: datetime, now: datetime) -> str:
        """The same, as it follows “since”: some languages put an article there."""
        local = at.astimezone(self.zone)
        if self._near(at, now):
            return self.count("hour", local.hour, time=_hours(local))
        return self.say("since_day", day=self._day(local), time=_hours(local))

    def moment(self, at: datetime) -> str:
        """The whole of it, with the zone's name."""
        local = at.astimezone(self.zone)
        day = format_date(local, "full", locale=self.locale)
        return self.say("moment", day=day, time=_hours(local), zone=self.zone_name(at))

    def zone_name(self, at: datetime) -> str:
        return get_timezone_name(at.astimezone(self.zone), locale=self.locale)

    def listed(self, items: list[str], most: int = 3, total: int = 0) -> str:
        """`A, B and C`, or `A, B, C and 9 more`; never `and 1 more`, which takes as much room as its name. `total` is
        how many there are where `items` are not all."""
        total = max(total, len(items))
        if total > most + 1:
            shown = items[:most]
            return self.say("and_more", listed=", ".join(shown), count=self.number(total - len(shown)))
        return format_list(items, locale=self.locale)

    def _near(self, at: datetime, now: datetime) -> bool:
        same_day = at.astimezone(self.zone).date() == now.astimezone(self.zone).date()
        return same_day or abs(now - at) < timedelta(hours=12)

    def _day(self, local: datetime) -> str:
        return format_skeleton("MMMd", local, locale=self.locale)

    def _counted(self, unit: str, part: timedelta) -> str:
        """`7 hours`. Babel's `format_unit` knows no days in Portuguese."""
        return format_timedelta(part, granularity=unit, threshold=inf, locale=self.locale)  # type: ignore[arg-type]


def wording(language: str, time_zone: str, fallback_language: str = DEFAULT, fallback_zone: str = "UTC") -> Wording:
    """The nearest language there are texts for. What is stored may be older than a check, so a bad zone is survived."""
    zone = _zone(time_zone, fallback_zone, "UTC")
    for code in filter(None, (language, fallback_language)):
        if found := nearest(code):
            return Wording(found, zone, code.replace("-", "_"))
    return Wording(DEFAULT, zone)


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


def _largest(span: timedelta) -> list[tuple[str, timedelta]]:
    """The largest unit that is not zero, and the next one unless that is zero."""
    counted = []
    for unit, length in _PARTS:
        count, span = divmod(span, length)
        counted.append((unit, count * length))
    first = next(place for place, (_, part) in enumerate(counted) if part)
    return [(unit, part) for unit, part in counted[first : first + 2] if part]
