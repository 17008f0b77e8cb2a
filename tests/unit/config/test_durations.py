"""Durations and sizes as people write them."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.durations import format_duration, parse_duration, parse_size


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("15 minutes", timedelta(minutes=15)),
        ("6h", timedelta(hours=6)),
        ("1 hour 30 minutes", timedelta(minutes=90)),
        ("1h30m", timedelta(minutes=90)),
        ("1 hour, 30 min and 5 s", timedelta(hours=1, minutes=30, seconds=5)),
        ("1.5 hours", timedelta(minutes=90)),
        (" 90 Seconds ", timedelta(seconds=90)),
        ("200 ms", timedelta(milliseconds=200)),
        ("2 weeks", timedelta(days=14)),
        ("1 year", timedelta(days=365)),
        ("0", timedelta(0)),
    ],
)
def test_what_people_write_is_understood(written: str, meant: timedelta) -> None:
    assert parse_duration(written) == meant


@pytest.mark.parametrize("written", ["", "6", "soon", "-5 minutes", "5 fortnights", "1h 30", "6 hours!", "101 years"])
def test_what_is_no_duration_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_duration(written)


@given(st.integers(0, 3_000_000_000))
def test_a_duration_survives_being_written_and_read(milliseconds: int) -> None:
    duration = timedelta(milliseconds=milliseconds)
    assert parse_duration(format_duration(duration)) == duration


@pytest.mark.parametrize(
    ("duration", "words"),
    [
        (timedelta(hours=6), "6 hours"),
        (timedelta(minutes=1), "1 minute"),
        (timedelta(seconds=90), "1 minute 30 seconds"),
        (timedelta(days=3), "3 days"),
        (timedelta(milliseconds=1500), "1 second 500 ms"),
        (timedelta(0), "0 seconds"),
    ],
)
def test_a_duration_is_written_in_words(duration: timedelta, words: str) -> None:
    assert format_duration(duration) == words


@pytest.mark.parametrize(
    ("written", "size"), [("10 MB", 10_000_000), ("512k", 512_000), ("1 GB", 10**9), ("2048", 2048)]
)
def test_sizes_are_understood(written: str, size: int) -> None:
    assert parse_size(written) == size


@pytest.mark.parametrize("written", ["", "ten", "10 TB", "-1", "1.5 MB"])
def test_what_is_no_size_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="not a size"):
        parse_size(written)
