"""Text from outside is harmless before it is written anywhere."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.notify.foreign import LONGEST_NAME, clean, name, subject


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Shop\r\nBcc: x@y.z", "Shop Bcc: x@y.z"),
        ("a\x00b\x1b[31mc\x7f", "ab[31mc"),
        ("\u202eexe.fdp\u202c \u2066x\u2069", "exe.fdp x"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("line\u2028para\u2029graph", "line para graph"),
        ("\ud800lone", "lone"),
        ("  much   space\t", "much space"),
        ("👨\u200d👩\u200d👧 می\u200cخواهم", "👨\u200d👩\u200d👧 می\u200cخواهم"),
        ("", ""),
    ],
)
def test_what_is_invisible_or_breaks_lines_is_removed(text: str, shown: str) -> None:
    assert clean(text) == shown


def test_long_text_is_cut_with_an_ellipsis() -> None:
    assert clean("x" * 500, 10) == "x" * 9 + "…"
    assert len(name("n" * 500)) == LONGEST_NAME


def test_a_name_from_right_to_left_is_set_apart() -> None:
    assert name("متجر") == "\u2068متجر\u2069"
    assert name("Shop") == "Shop"


def test_a_subject_keeps_names_set_apart_and_nothing_else() -> None:
    assert subject("\u2068متجر\u2069 (+1)\r\n\u202eX") == "\u2068متجر\u2069 (+1) X"


@given(st.text(max_size=500))
def test_nothing_gets_through_that_a_header_or_a_terminal_would_obey(text: str) -> None:
    shown = clean(text, 80)
    assert len(shown) <= 80
    assert shown.splitlines() in ([], [shown])
    forbidden = {"Cc", "Cs", "Zl", "Zp"}
    assert not any(unicodedata.category(sign) in forbidden for sign in shown)
    assert not set(shown) & set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")
