"""A reader's language and time zone."""

import string
from datetime import UTC, datetime, timedelta
from itertools import chain

import pytest

from healthcheckd.domain.observations import Cause
from healthcheckd.notify.languages import CATALOGUES, RESTRICTED
from healthcheckd.notify.wording import phone_in_words, wording
from healthcheckd.settings import ALERT_ONLY

NOW = datetime(2026, 3, 5, 9, 26, tzinfo=UTC)
ENGLISH = wording("en", "America/Sao_Paulo")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (timedelta(hours=7, minutes=12), "7 hours 12 minutes"),
        (timedelta(hours=1), "1 hour"),
        (timedelta(days=3, hours=4, minutes=59), "3 days 4 hours"),
        (timedelta(days=1, minutes=5), "1 day"),
        (timedelta(minutes=1, seconds=59), "1 minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(0), "less than a minute"),
    ],
)
def test_durations_have_at_most_two_units(span: timedelta, words: str) -> None:
    assert ENGLISH.duration(span) == words


@pytest.mark.parametrize(
    ("at", "words"),
    [
        (datetime(2026, 3, 5, 5, 14, tzinfo=UTC), "02:14"),
        (datetime(2026, 3, 5, 2, 14, tzinfo=UTC), "23:14"),
        (datetime(2026, 3, 4, 20, 0, tzinfo=UTC), "Mar 4, 17:00"),
        (datetime(2026, 2, 1, 12, 0, tzinfo=UTC), "Feb 1, 09:00"),
    ],
)
def test_a_time_has_its_day_where_it_would_be_taken_for_another(at: datetime, words: str) -> None:
    assert ENGLISH.clock(at, NOW) == words


def test_a_moment_is_in_the_readers_zone_and_names_it() -> None:
    at = datetime(2026, 3, 5, 2, 10, tzinfo=UTC)
    assert ENGLISH.moment(at) == "Wednesday, March 4, 2026 at 23:10 (Brasilia Standard Time)"
    berlin = wording("en", "Europe/Berlin")
    assert berlin.moment(at) == "Thursday, March 5, 2026 at 03:10 (Central European Standard Time)"
    assert berlin.moment(at.replace(month=7)) == "Sunday, July 5, 2026 at 04:10 (Central European Summer Time)"


@pytest.mark.parametrize("zone", ["", "Nowhere/Atall", "../../etc/passwd", "a\x00b"])
def test_a_zone_that_does_not_exist_falls_back(zone: str) -> None:
    assert str(wording("en", zone, "en", "Europe/Berlin").zone) == "Europe/Berlin"
    assert str(wording("en", zone, "en", zone).zone) == "UTC"


@pytest.mark.parametrize("language", ["", "en-US", "tlh", "pt-BR", "garbage!", "en_GB"])
def test_a_language_without_texts_is_written_in_one_that_has_them(language: str) -> None:
    assert wording(language, "UTC").language in CATALOGUES


@pytest.mark.parametrize(
    ("phone", "shown"),
    [
        ("+55 11 98888-7777", "+55 11 98888-7777"),
        ("5511988887777", "+5511988887777"),
        ("5511988887777@c.us", "+5511988887777"),
        ("+55<script>", "+55"),
        (None, ""),
        ("not a number", ""),
    ],
)
def test_phones_are_shown_as_written_or_as_digits(phone: str | None, shown: str) -> None:
    assert phone_in_words(phone) == shown


def test_lists_name_a_few_and_count_the_rest() -> None:
    assert ENGLISH.listed(["A"]) == "A"
    assert ENGLISH.listed(["A", "B"]) == "A and B"
    assert ENGLISH.listed(["A", "B", "C", "D"]) == "A, B, C, and D"
    assert ENGLISH.listed(list("ABCDE")) == "A, B, C and 2 more"


def test_counts_agree_with_their_nouns() -> None:
    assert ENGLISH.count("accounts", 1) == "1 account"
    assert ENGLISH.count("accounts", 1200) == "1,200 accounts"


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_language_has_every_text(language: str) -> None:
    ours, english = CATALOGUES[language], CATALOGUES["en"]
    assert {RESTRICTED, *(cause.value for cause in Cause)} == set(ours.remedies)
    assert set(ours.elsewhere) == ALERT_ONLY
    for kind, own in ours.elsewhere.items():
        assert {RESTRICTED, Cause.UNKNOWN} <= set(own) == set(english.elsewhere[kind]) <= set(ours.remedies)
    assert set(ours.tips) == set(english.tips)
    assert set(ours.plurals) == set(english.plurals)
    assert {key: _places(text) for key, text in ours.phrases.items()} == {
        key: _places(text) for key, text in english.phrases.items()
    }


@pytest.mark.parametrize("language", sorted(CATALOGUES))
def test_every_cause_says_what_to_do_to_both_readers(language: str) -> None:
    ours = CATALOGUES[language]
    for remedy in chain(ours.remedies.values(), *(own.values() for own in ours.elsewhere.values())):
        assert remedy.action
        assert remedy.happened
        assert remedy.steps
        assert remedy.operator_steps
        assert set().union(*map(_places, remedy.steps)) <= {"open_qr", "helper", "until"}


def _places(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
