"""Cadences as people write them."""

from datetime import timedelta

import pytest

from healthcheckd.config.cadences import parse_cadence


@pytest.mark.parametrize(
    ("written", "cron"),
    [
        ("*/15 * * * *", "*/15 * * * *"),
        ("0  8 * * mon-fri", "0 8 * * MON-FRI"),
        ("daily at 00:00", "0 0 * * *"),
        ("Daily at 8:05", "5 8 * * *"),
        ("every day at 23:59", "59 23 * * *"),
        ("weekdays at 08:00", "0 8 * * 1-5"),
        ("monday at 09:30", "30 9 * * 1"),
        ("every sunday at 07:00", "0 7 * * 0"),
        ("hourly", "0 * * * *"),
        ("every hour", "0 * * * *"),
        ("daily", "0 0 * * *"),
        ("@daily", "0 0 * * *"),
    ],
)
def test_times_of_the_clock_become_cron(written: str, cron: str) -> None:
    cadence = parse_cadence(written)
    assert (cadence.cron, cadence.every, cadence.text) == (cron, None, written)


@pytest.mark.parametrize(
    ("written", "every"),
    [
        ("every 30 minutes", timedelta(minutes=30)),
        ("15 minutes", timedelta(minutes=15)),
        ("every 2 hours and 30 minutes", timedelta(minutes=150)),
        ("2 hours and 30 minutes", timedelta(minutes=150)),
        ("6h", timedelta(hours=6)),
    ],
)
def test_distances_stay_distances(written: str, every: timedelta) -> None:
    cadence = parse_cadence(written)
    assert (cadence.cron, cadence.every, cadence.text) == (None, every, written)


@pytest.mark.parametrize("written", ["", "sometimes", "daily at 24:00", "daily at noon", "every", "someday at 08:00"])
def test_what_is_no_cadence_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        parse_cadence(written)


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("*/15 * * *", "five fields"),
        ("0 0 * * * *", "five fields"),
        ("60 * * * *", "bad minute"),
        ("0 0 31 2 *", "bad day-of-month"),
        ("500 ms", "one second"),
    ],
)
def test_a_near_miss_is_told_why(written: str, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        parse_cadence(written)
