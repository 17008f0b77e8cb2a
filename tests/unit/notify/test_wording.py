"""A reader's language and time zone."""

from datetime import UTC, datetime, timedelta

import pytest

from healthcheckd.notify.wording import phone_in_words, wording

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


@pytest.mark.parametrize(
    ("theirs", "daemons", "written_in"),
    [
        ("pt", "en", "pt_BR"),
        ("pt-BR", "en", "pt_BR"),
        ("PT_br", "en", "pt_BR"),
        ("pt-PT", "en", "pt_BR"),
        ("es_MX", "en", "es"),
        ("es-419", "en", "es"),
        ("en-GB", "es", "en"),
        ("", "pt", "pt_BR"),
        ("tlh", "es-AR", "es"),
        ("garbage!", "pt-BR", "pt_BR"),
        ("tlh", "xx", "en"),
        ("", "", "en"),
    ],
)
def test_a_reader_is_written_to_in_the_nearest_language(theirs: str, daemons: str, written_in: str) -> None:
    assert wording(theirs, "UTC", daemons).language == written_in


@pytest.mark.parametrize(
    ("language", "span", "words"),
    [
        ("pt", timedelta(days=3, hours=4), "3 dias e 4 horas"),
        ("pt", timedelta(days=1), "1 dia"),
        ("pt", timedelta(hours=7, minutes=1), "7 horas e 1 minuto"),
        ("es", timedelta(days=1, hours=1), "1 día y 1 hora"),
        ("es", timedelta(seconds=3), "menos de un minuto"),
    ],
)
def test_durations_are_in_the_readers_language(language: str, span: timedelta, words: str) -> None:
    assert wording(language, "UTC").duration(span) == words


@pytest.mark.parametrize(
    ("language", "at", "words"),
    [
        ("pt", datetime(2026, 3, 5, 5, 14, tzinfo=UTC), "as 02:14"),
        ("pt", datetime(2026, 3, 5, 4, 14, tzinfo=UTC), "a 01:14"),
        ("pt", datetime(2026, 3, 4, 20, 0, tzinfo=UTC), "4 de mar., 17:00"),
        ("es", datetime(2026, 3, 5, 5, 14, tzinfo=UTC), "las 02:14"),
        ("es", datetime(2026, 3, 5, 4, 14, tzinfo=UTC), "la 01:14"),
        ("es", datetime(2026, 3, 5, 3, 14, tzinfo=UTC), "las 00:14"),
        ("es", datetime(2026, 3, 4, 20, 0, tzinfo=UTC), "el 4 mar, 17:00"),
        ("en", datetime(2026, 3, 5, 4, 14, tzinfo=UTC), "01:14"),
        ("en-GB", datetime(2026, 3, 4, 20, 0, tzinfo=UTC), "4 Mar, 17:00"),
    ],
)
def test_what_follows_since_has_the_article_of_the_language(language: str, at: datetime, words: str) -> None:
    assert wording(language, "America/Sao_Paulo").since(at, NOW) == words


def test_numbers_lists_and_dates_are_those_of_the_readers_region() -> None:
    spain, mexico, brazil = (wording(code, "America/Sao_Paulo") for code in ("es", "es_MX", "pt-BR"))
    assert (spain.number(12040), mexico.number(12040), brazil.number(12040)) == ("12.040", "12,040", "12.040")
    assert brazil.listed(["A", "B", "C"]) == "A, B e C"
    assert brazil.listed(list("ABCDE")) == "A, B, C e mais 2"
    assert spain.listed(["A", "B"], total=9) == "A, B y 7 más"
    at = datetime(2026, 3, 5, 2, 10, tzinfo=UTC)
    assert brazil.moment(at) == "quarta-feira, 4 de março de 2026, 23:10 (Horário Padrão de Brasília)"
    assert mexico.moment(at) == "miércoles, 4 de marzo de 2026, 23:10 (hora estándar de Brasilia)"


def test_whole_millions_have_a_form_of_their_own() -> None:
    assert wording("pt", "UTC").count("accounts", 1_000_000) == "1.000.000 de contas"
    assert wording("es", "UTC").count("accounts", 1) == "1 cuenta"


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
