"""Cadences through both changes of daylight saving time, and their usual distance."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.cron import Cadence, next_fire, spacing

NEW_YORK = ZoneInfo("America/New_York")
BEFORE_FOLD = datetime(2024, 11, 3, 5, 20, tzinfo=UTC)
BEFORE_GAP = datetime(2024, 3, 10, 6, 20, tzinfo=UTC)


def cron(expression: str) -> Cadence:
    return Cadence(expression, cron=expression)


def fires(cadence: Cadence, after: datetime, count: int, zone: ZoneInfo = NEW_YORK) -> list[str]:
    found = []
    for _ in range(count):
        after = next_fire(cadence, after, zone)
        found.append(f"{after:%d %H:%M}")
    return found


def test_every_quarter_fires_in_both_of_the_repeated_hours() -> None:
    assert fires(cron("*/15 * * * *"), BEFORE_FOLD, 6) == [
        "03 05:30",
        "03 05:45",
        "03 06:00",
        "03 06:15",
        "03 06:30",
        "03 06:45",
    ]


def test_a_time_in_the_repeated_hour_fires_once() -> None:
    assert fires(cron("30 1 * * *"), BEFORE_FOLD, 2) == ["03 05:30", "04 06:30"]


def test_the_second_of_the_repeated_hours_is_not_taken_for_the_first() -> None:
    second_pass = datetime(2024, 11, 3, 6, 20, tzinfo=UTC)
    assert second_pass.astimezone(NEW_YORK).fold == 1
    assert fires(cron("*/15 * * * *"), second_pass, 2) == ["03 06:30", "03 06:45"]


def test_every_quarter_skips_the_missing_hour_without_a_pause() -> None:
    assert fires(cron("*/15 * * * *"), BEFORE_GAP, 3) == ["10 06:30", "10 06:45", "10 07:00"]


def test_a_time_in_the_missing_hour_fires_when_the_hour_is_over() -> None:
    assert fires(cron("30 2 * * *"), BEFORE_GAP, 2) == ["10 07:00", "11 06:30"]


def test_midnight_is_the_users_midnight_on_both_sides_of_a_change() -> None:
    assert fires(cron("0 0 * * *"), BEFORE_GAP - timedelta(hours=2), 2) == ["10 05:00", "11 04:00"]


def test_an_instant_that_fires_is_not_its_own_next() -> None:
    at = datetime(2024, 5, 1, 12, 15, tzinfo=UTC)
    assert next_fire(cron("*/15 * * * *"), at, NEW_YORK) == at + timedelta(minutes=15)


def test_a_distance_does_not_depend_on_when_the_process_started() -> None:
    cadence = Cadence("every 30 minutes", every=timedelta(minutes=30))
    for minute in (0, 7, 29):
        after = datetime(2024, 5, 1, 12, minute, 1, tzinfo=UTC)
        assert next_fire(cadence, after, NEW_YORK) == datetime(2024, 5, 1, 12, 30, tzinfo=UTC)


@given(
    after=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
    zone=st.sampled_from(["UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Kathmandu"]),
)
def test_the_next_fire_of_every_quarter_is_later_and_at_most_a_quarter_away(after: datetime, zone: str) -> None:
    found = next_fire(cron("*/15 * * * *"), after, ZoneInfo(zone))
    assert timedelta(0) < found - after <= timedelta(minutes=15)


@pytest.mark.parametrize(
    ("expression", "usual"),
    [
        ("*/15 * * * *", timedelta(minutes=15)),
        ("0 * * * *", timedelta(hours=1)),
        ("0 0 * * *", timedelta(days=1)),
        ("*/20 9-17 * * 1-5", timedelta(minutes=20)),
        ("0 8,18 * * *", timedelta(hours=14)),
    ],
)
def test_spacing_is_the_usual_distance_and_the_longer_of_two(expression: str, usual: timedelta) -> None:
    assert spacing(cron(expression)) == usual


def test_spacing_of_a_distance_is_itself() -> None:
    assert spacing(Cadence("7 minutes", every=timedelta(minutes=7))) == timedelta(minutes=7)


@pytest.mark.parametrize("expression", ["* * * *", "61 * * * *", "0 0 30 2 *", "@daily", "* * * * * *", ""])
def test_an_expression_that_cannot_be_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        cron(expression)


def test_a_cadence_is_one_thing_or_the_other() -> None:
    with pytest.raises(ValueError, match="either"):
        Cadence("both", cron="* * * * *", every=timedelta(minutes=1))
    with pytest.raises(ValueError, match="either"):
        Cadence("neither")
    with pytest.raises(ValueError, match="longer than nothing"):
        Cadence("never", every=timedelta(0))
