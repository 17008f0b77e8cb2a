"""Windows by cadence: in force, next, and right through both changes of daylight saving time."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.maintenance import Maintenance, current_or_next, in_force, windows

BERLIN = ZoneInfo("Europe/Berlin")
LONDON = ZoneInfo("UTC")


def plan(cron: str, hours: float, name: str = "nightly") -> Maintenance:
    return Maintenance(name, Cadence(cron, cron=cron), timedelta(hours=hours))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


NIGHTLY = plan("0 2 * * *", 2)


@pytest.mark.parametrize(
    ("now", "so"),
    [
        ("2026-05-04T01:59:59", False),
        ("2026-05-04T02:00:00", True),
        ("2026-05-04T03:59:59", True),
        ("2026-05-04T04:00:00", False),
    ],
)
def test_it_is_in_force_from_its_first_instant_to_before_its_last(now: str, so: bool) -> None:
    assert bool(in_force([NIGHTLY], at(now), LONDON)) is so


def test_one_that_lasts_over_midnight_began_yesterday() -> None:
    [window] = in_force([plan("0 22 * * *", 6)], at("2026-05-05T03:00"), LONDON)
    assert (window.from_at, window.until_at) == (at("2026-05-04T22:00"), at("2026-05-05T04:00"))


def test_its_hours_are_those_of_the_zone() -> None:
    [window] = in_force([NIGHTLY], at("2026-07-01T00:30"), BERLIN)
    assert window.from_at == at("2026-07-01T00:00")


def test_in_spring_a_start_that_the_clocks_skip_is_made_at_once_and_it_lasts_as_long() -> None:
    """On 29 March 2026 clocks in Berlin go from 02:00 to 03:00, which is 01:00 UTC."""
    [window] = windows([plan("30 2 * * *", 2)], at("2026-03-29T00:00"), at("2026-03-29T12:00"), BERLIN)
    assert (window.from_at, window.until_at) == (at("2026-03-29T01:00"), at("2026-03-29T03:00"))


def test_in_spring_one_that_spans_the_change_ends_an_hour_later_by_the_clock() -> None:
    [window] = windows([plan("0 1 * * *", 2)], at("2026-03-28T23:30"), at("2026-03-29T12:00"), BERLIN)
    assert (window.from_at, window.until_at) == (at("2026-03-29T00:00"), at("2026-03-29T02:00"))
    assert window.until_at.astimezone(BERLIN).hour == 4


def test_in_autumn_an_hour_that_comes_twice_has_one_window() -> None:
    """On 25 October 2026 clocks in Berlin go from 03:00 back to 02:00, which is 01:00 UTC."""
    found = windows([plan("30 2 * * *", 0.5)], at("2026-10-24T12:00"), at("2026-10-25T12:00"), BERLIN)
    assert [(one.from_at, one.until_at) for one in found] == [(at("2026-10-25T00:30"), at("2026-10-25T01:00"))]


def test_in_autumn_one_that_spans_the_change_lasts_no_longer() -> None:
    [window] = windows([plan("0 2 * * *", 2)], at("2026-10-24T12:00"), at("2026-10-25T12:00"), BERLIN)
    assert (window.from_at, window.until_at) == (at("2026-10-25T00:00"), at("2026-10-25T02:00"))
    assert window.until_at.astimezone(BERLIN).hour == 3


def test_all_that_touch_a_span_are_found_in_order() -> None:
    weekly = plan("0 3 * * 1", 1, "weekly")
    found = windows([weekly, NIGHTLY], at("2026-05-04T03:30"), at("2026-05-05T02:00"), LONDON)
    assert [(one.name, one.from_at.day) for one in found] == [("nightly", 4), ("weekly", 4), ("nightly", 5)]


def test_one_that_ended_at_the_first_instant_is_not_among_them() -> None:
    assert windows([NIGHTLY], at("2026-05-04T04:00"), at("2026-05-04T12:00"), LONDON) == ()


def test_the_present_one_or_the_next() -> None:
    assert current_or_next(NIGHTLY, at("2026-05-04T03:00"), LONDON).from_at == at("2026-05-04T02:00")
    assert current_or_next(NIGHTLY, at("2026-05-04T04:00"), LONDON).from_at == at("2026-05-05T02:00")


def test_a_distance_counts_from_the_epoch() -> None:
    hourly = Maintenance("hourly", Cadence("6h", every=timedelta(hours=6)), timedelta(minutes=10))
    assert in_force([hourly], at("2026-05-04T06:05"), BERLIN)
    assert not in_force([hourly], at("2026-05-04T06:10"), BERLIN)
