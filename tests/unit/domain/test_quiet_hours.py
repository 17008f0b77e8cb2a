"""Hours in which somebody is left in peace, on their own clock."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from healthcheckd.domain.quiet import QuietHours

NIGHT = QuietHours(time(22), time(7))
BERLIN = ZoneInfo("Europe/Berlin")


def at(hour: int, minute: int = 0, day: int = 10) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("now", "over_at"),
    [
        (at(21, 59), None),
        (at(22), at(7, day=11)),
        (at(23, 30), at(7, day=11)),
        (at(0), at(7)),
        (at(6, 59), at(7)),
        (at(7), None),
        (at(12), None),
    ],
)
def test_over_midnight(now: datetime, over_at: datetime | None) -> None:
    assert NIGHT.over_at(now, UTC) == over_at


def test_within_a_day() -> None:
    siesta = QuietHours(time(13), time(15, 30))
    assert [siesta.over_at(at(hour), UTC) for hour in (12, 13, 15, 16)] == [None, at(15, 30), at(15, 30), None]


def test_it_is_the_readers_clock_that_counts() -> None:
    assert NIGHT.over_at(at(21, 30), BERLIN) == at(6, day=11)
    assert NIGHT.over_at(at(6, 30), BERLIN) is None


def test_the_night_that_is_an_hour_shorter_ends_on_the_clock_all_the_same() -> None:
    assert NIGHT.over_at(at(23, day=28), BERLIN) == at(5, day=29)


def test_an_end_that_comes_twice_is_never_in_the_past() -> None:
    hours = QuietHours(time(1), time(2, 30))
    first, again = (datetime(2026, 10, 25, 0, 10, tzinfo=UTC) + timedelta(hours=passing) for passing in (0, 1))
    assert hours.over_at(first, BERLIN) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert hours.over_at(again, BERLIN) == datetime(2026, 10, 25, 1, 30, tzinfo=UTC)


def test_it_is_shown_as_it_is_written() -> None:
    assert str(NIGHT) == "22:00-07:00"
