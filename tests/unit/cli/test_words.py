"""Lengths, instants and counts, as screens write them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from healthcheckd.cli import words

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (None, "–"),
        (-3, "0 s"),
        (0.9, "0 s"),
        (41, "41 s"),
        (60, "1 min"),
        (119, "1 min"),
        (3_600, "1 h"),
        (7 * 3_600 + 12 * 60 + 59, "7 h 12 min"),
        (12 * 86_400 + 4 * 3_600 + 59 * 60, "12 d 4 h"),
        (400 * 86_400, "400 d"),
    ],
)
def test_a_length_has_at_most_two_units_and_is_rounded_down(seconds: float | None, text: str) -> None:
    assert words.lasting(seconds) == text


def test_a_run_of_some_seconds_has_a_decimal() -> None:
    assert (words.took(2.14), words.took(0.0), words.took(75)) == ("2.1 s", "0.0 s", "1 min")


def test_how_long_ago_is_told_in_one_unit() -> None:
    assert words.ago(NOW - timedelta(days=2, hours=5), NOW) == "2 d ago"
    assert words.ago(NOW - timedelta(hours=1, minutes=50), NOW) == "1 h ago"
    assert words.ago(None, NOW) == "never"


def test_a_clock_shows_the_date_only_when_it_is_another_day_there() -> None:
    assert words.clock(NOW, NOW, BERLIN) == "13:00"
    assert words.clock(datetime(2026, 2, 28, 23, 30, tzinfo=UTC), NOW, BERLIN) == "00:30"
    assert words.clock(datetime(2026, 2, 28, 22, 30, tzinfo=UTC), NOW, BERLIN) == "02-28 23:30"
    assert words.clock(datetime(2024, 2, 28, 22, 30, tzinfo=UTC), NOW, BERLIN) == "2024-02-28"
    assert words.clock(None, NOW, BERLIN) == "–"


def test_a_hundred_percent_is_said_of_nothing_that_was_ever_down() -> None:
    assert words.percent(99.99999) == "99.99 %"
    assert words.percent(100.0) == "100.00 %"
    assert words.percent(None) == "–"


def test_one_of_a_thing_is_no_plural() -> None:
    assert words.count(1, "account") == "1 account"
    assert words.count(1_204, "account") == "1,204 accounts"
