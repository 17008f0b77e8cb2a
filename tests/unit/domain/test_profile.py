"""The fields that people set, as text, as JSON, and back."""

from datetime import timedelta

import pytest

from healthcheckd.domain.profile import FIELDS, parse_profile, parse_value, show_value
from healthcheckd.errors import UnknownName, UsageError


def test_fields_come_as_text_lists_or_numbers_and_none_clears() -> None:
    assert parse_profile(
        {"tags": ["vip", "br"], "daily_limit": 5, "phone": None, "name": "", "owner_email": "a@b.c"}
    ) == {
        "tags": ("vip", "br"),
        "daily_limit": 5,
        "phone": None,
        "name": "",
        "owner_email": ("a@b.c",),
    }


def test_an_unknown_field_suggests_the_known_one() -> None:
    with pytest.raises(UnknownName) as refused:
        parse_profile({"timezone": "UTC"})
    assert refused.value.hint == "did you mean time_zone?"


@pytest.mark.parametrize(
    ("field", "given"),
    [
        ("tags", "vip, " + "x" * 201),
        ("phone", "12"),
        ("phone", "0x5511988887777"),
        ("phone", "5,51199E+12"),
        ("owner_email", "ana@example.com, nobody"),
        ("owner_email", "Ana <ana@example.com>"),
        ("language", "portuguese (brazil)"),
        ("time_zone", "Mars/Olympus"),
        ("time_zone", "../../etc/passwd"),
        ("daily_limit", "-1"),
        ("daily_limit", "1e6"),
        ("daily_limit", True),
        ("notify_after", "soon"),
        ("enabled", "maybe"),
        ("enabled", ""),
        ("name", "two\nlines"),
        ("name", "\x1b[31mred"),
        ("name", "x" * 201),
        ("tags", {"a": 1}),
    ],
)
def test_what_cannot_be_is_refused_naming_the_field(field: str, given: object) -> None:
    with pytest.raises(UsageError) as refused:
        parse_profile({field: given})
    assert refused.value.where == field


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "مطعم 🍰"),
        ("phone", "+5511988887777"),
        ("owner_email", "a@b.c, d@e.f"),
        ("tags", "a/b #?%, vip"),
        ("language", "pt-BR"),
        ("time_zone", "America/Sao_Paulo"),
        ("daily_limit", "0"),
        ("notify_after", "1 hour 30 minutes"),
        ("enabled", "no"),
        *((field, "") for field in FIELDS if field != "enabled"),
    ],
)
def test_what_is_shown_is_read_back_the_same(field: str, text: str) -> None:
    assert show_value(parse_value(field, text)) == text


def test_a_length_of_time_is_a_length_of_time() -> None:
    assert parse_value("notify_after", "90 min") == timedelta(minutes=90)
