"""Maintenance windows: when each is in force, and when the next begins."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from healthcheckd.domain.cron import Cadence, next_fire
from healthcheckd.domain.matching import Reach


@dataclass(frozen=True, slots=True)
class Maintenance:
    """What people plan again and again: from each fire of `at` on, for so long by the clock that nobody sets."""

    name: str
    at: Cadence
    lasts: timedelta
    reach: Reach = field(default_factory=Reach)
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Window:
    """One time of it. Half open: `from_at` belongs to it, `until_at` does not."""

    plan: Maintenance
    from_at: datetime
    until_at: datetime

    @property
    def name(self) -> str:
        return self.plan.name

    @property
    def reach(self) -> Reach:
        return self.plan.reach

    def holds(self, at: datetime) -> bool:
        return self.from_at <= at < self.until_at


def windows(plans: Iterable[Maintenance], since: datetime, until: datetime, zone: ZoneInfo) -> tuple[Window, ...]:
    """Every window in force at any moment from `since` to `until`, both included; in the order they begin."""
    found = (window for plan in plans for window in _windows(plan, since, until, zone))
    return tuple(sorted(found, key=lambda window: (window.from_at, window.name)))


def in_force(plans: Iterable[Maintenance], now: datetime, zone: ZoneInfo) -> tuple[Window, ...]:
    return windows(plans, now, now, zone)


def current_or_next(plan: Maintenance, now: datetime, zone: ZoneInfo) -> Window:
    """The window in force, else the one to come."""
    return _window(plan, next_fire(plan.at, now - plan.lasts, zone))


def last_until(found: Iterable[Window]) -> datetime | None:
    """When the last of them ends."""
    return max((window.until_at for window in found), default=None)


def covering(found: Sequence[Window], at: datetime) -> list[Window]:
    return [window for window in found if window.holds(at)]


def _windows(plan: Maintenance, since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[Window]:
    """One that began as long ago as it lasts is over: the first to look at begins after that."""
    start = next_fire(plan.at, since - plan.lasts, zone)
    while start <= until:
        yield _window(plan, start)
        start = next_fire(plan.at, start, zone)


def _window(plan: Maintenance, start: datetime) -> Window:
    return Window(plan, start, start + plan.lasts)
