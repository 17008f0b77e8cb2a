"""The selector grammar: what people write, and what is refused with a suggestion."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.selection import Selection, Sort, as_query, parse_selection, parse_since, parse_until
from healthcheckd.errors import UnknownName, UsageError

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, Selection()),
        ({"gateway": ["eu", "us", "eu"]}, Selection(gateways=("eu", "us"))),
        ({"health": ["critical", "WARNING"]}, Selection(healths=(Health.CRITICAL, Health.WARNING))),
        ({"connection": ["needs-pairing"]}, Selection(connections=(Connection.NEEDS_PAIRING,))),
        ({"connection": ["LoggedOut"]}, Selection(connections=(Connection.LOGGED_OUT,))),
        ({"cause": ["logged out", "gateway-down"]}, Selection(causes=(Cause.LOGGED_OUT, Cause.GATEWAY_DOWN))),
        ({"tag": ["a/b #?%"], "customer": ["Ação"]}, Selection(tags=("a/b #?%",), customers=("Ação",))),
        ({"needs-person": [""]}, Selection(needs_person=True)),
        ({"needs-person": ["false"], "unproven": ["yes"]}, Selection(unproven=True)),
        ({"sort": ["-since"], "limit": ["20"]}, Selection(sort=Sort.SINCE, descending=True, limit=20)),
        ({"since": ["2h"]}, Selection(since=NOW - timedelta(hours=2))),
    ],
)
def test_what_people_write_is_understood(asked: dict[str, list[str]], expected: Selection) -> None:
    assert parse_selection(asked, NOW) == expected


@pytest.mark.parametrize(
    ("asked", "hint"),
    [
        ({"gatway": ["eu"]}, "did you mean gateway?"),
        ({"health": ["critcal"]}, "did you mean Critical?"),
        ({"cause": ["loggedoff"]}, "did you mean logged_out?"),
        ({"sort": ["sinse"]}, "did you mean since?"),
        ({"health": ["red"]}, "one of: Healthy, Warning, Critical, Unknown"),
    ],
)
def test_an_unknown_word_is_refused_with_a_suggestion(asked: dict[str, list[str]], hint: str) -> None:
    with pytest.raises(UnknownName) as refused:
        parse_selection(asked, NOW)
    assert refused.value.hint == hint


@pytest.mark.parametrize(
    "asked",
    [
        {"limit": ["-1"]},
        {"limit": ["ten"]},
        {"limit": ["9" * 20]},
        {"unproven": ["maybe"]},
        {"since": ["soon"]},
        {"since": ["0001-01-01T00:00+14:00"]},
    ],
)
def test_a_value_that_cannot_be_is_refused(asked: dict[str, list[str]]) -> None:
    with pytest.raises(UsageError) as refused:
        parse_selection(asked, NOW)
    assert refused.value.hint


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("30 minutes", NOW - timedelta(minutes=30)),
        ("1.5h", NOW - timedelta(minutes=90)),
        ("3 days", NOW - timedelta(days=3)),
        ("2026-02-28", datetime(2026, 2, 28, tzinfo=UTC)),
        ("2026-02-28T10:00:00+02:00", datetime(2026, 2, 28, 8, tzinfo=UTC)),
        ("2026-02-28T10:00:00Z", datetime(2026, 2, 28, 10, tzinfo=UTC)),
    ],
)
def test_since_is_a_length_back_from_now_or_an_instant(text: str, expected: datetime) -> None:
    assert parse_since(text, NOW) == expected


def test_since_before_the_beginning_of_time_is_refused() -> None:
    with pytest.raises(UsageError, match="neither a length of time nor a date"):
        parse_since("99999999 weeks", NOW)


def test_order_and_limit_alone_leave_nothing_out() -> None:
    assert not Selection(sort=Sort.ID, descending=True, limit=3).narrows
    assert Selection(needs_person=True).narrows


_texts = st.lists(st.text(min_size=1, max_size=8), max_size=3, unique=True).map(tuple)
_selections = st.builds(
    Selection,
    gateways=_texts,
    tags=_texts,
    customers=_texts,
    healths=st.lists(st.sampled_from(Health), unique=True).map(tuple),
    connections=st.lists(st.sampled_from(Connection), unique=True).map(tuple),
    causes=st.lists(st.sampled_from(Cause), unique=True).map(tuple),
    since=st.none() | st.datetimes(timezones=st.just(UTC)),
    needs_person=st.booleans(),
    unproven=st.booleans(),
    sort=st.sampled_from(Sort),
    descending=st.booleans(),
    limit=st.integers(0, 10**6),
)


@given(_selections)
def test_a_selection_survives_the_query_string(selection: Selection) -> None:
    asked: dict[str, list[str]] = {}
    for key, value in as_query(selection):
        asked.setdefault(key, []).append(value)
    assert parse_selection(asked, NOW) == selection


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("yesterday", "2026-05-02T22:00"),
        (" Today ", "2026-05-03T22:00"),
        ("2h", "2026-05-04T10:00"),
        ("2026-05-01", "2026-04-30T22:00"),
        ("2026-05-01T12:00Z", "2026-05-01T12:00"),
    ],
)
def test_days_are_those_of_the_zone_of_whoever_asks(text: str, expected: str) -> None:
    now = datetime(2026, 5, 4, 12, tzinfo=UTC).astimezone(ZoneInfo("Europe/Berlin"))
    assert parse_since(text, now) == datetime.fromisoformat(expected).replace(tzinfo=UTC)


@pytest.mark.parametrize("text", ["soon", "2h", "", "2026-13-01"])
def test_an_end_is_a_date(text: str) -> None:
    with pytest.raises(UsageError, match="is no date"):
        parse_until(text, datetime(2026, 5, 4, 12, tzinfo=UTC))


def test_tomorrow_is_an_end() -> None:
    assert parse_until("tomorrow", datetime(2026, 5, 4, 12, tzinfo=UTC)) == datetime(2026, 5, 5, tzinfo=UTC)
