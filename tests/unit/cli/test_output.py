"""What reaches a screen: safe, measured in cells, never markup, and cut only where it must be."""

import io
import json

import pytest
from rich.cells import cell_len

from healthcheckd.cli.output import Column, Part, ReaderGone, Screen, Style
from healthcheckd.cli.safe import safe

COLUMNS = (Column("ACCOUNT"), Column("NAME", cut=True), Column("N", right=True))

WEIRD = [
    "👩‍👩‍👧 Família",
    "متجر الرياض",
    "東京本店のとても長い名前",
    "x" * 200,
    "a/b",
    "#?%",
    "[/red]",
    "[bold]not markup[/bold]",
    "\x1b[31mred\x1b[0m",
    "title\x1b]0;owned\x07",
    "two\nlines\tand a tab",
    "gpj.\u202eexe",
    "\u2066isolated\u2069",
    "half \ud800 pair",
    "nul\x00byte",
]


def plain(**looks: object) -> tuple[Screen, io.StringIO]:
    kept = io.StringIO()
    return Screen(kept, **looks), kept  # type: ignore[arg-type]


def on_a_terminal(width: int, **environ: str) -> tuple[Screen, io.StringIO]:
    kept = io.StringIO()
    return Screen(kept, terminal=True, width=width, environ={"TERM": "dumb", **environ}), kept


@pytest.mark.parametrize("name", WEIRD)
def test_a_weird_name_takes_one_line_and_steers_nothing(name: str) -> None:
    screen, kept = plain()
    screen.table(COLUMNS, [["eu/shop", name, "1"]])
    head, row = kept.getvalue().splitlines()
    assert head.startswith("ACCOUNT")
    assert row.startswith("eu/shop") and row.endswith("1")
    assert not set(row) & set("\x1b\x07\x00\u202e\u2066\u2069\ud800\n\t")


@pytest.mark.parametrize("name", WEIRD)
def test_columns_stay_in_line_whatever_the_names_are_made_of(name: str) -> None:
    screen, kept = on_a_terminal(60)
    screen.table(COLUMNS, [["eu/shop", name, "1"], ["eu/shop-2", "plain", "12"]])
    assert len({cell_len(line) for line in kept.getvalue().splitlines()}) == 1


def test_words_that_look_like_markup_are_shown_as_they_are() -> None:
    for screen, kept in (plain(), on_a_terminal(80)):
        screen.say("account [/shop] is [red]down[/red]")
        assert kept.getvalue() == "account [/shop] is [red]down[/red]\n"


def test_persian_and_family_emoji_keep_their_joiners() -> None:
    assert safe("می\u200cخواهم 👨\u200d👩") == "می\u200cخواهم 👨\u200d👩"


def test_on_a_narrow_screen_names_are_cut_and_ids_never() -> None:
    screen, kept = on_a_terminal(40)
    long_id = "eu/" + "s" * 25
    screen.table(COLUMNS, [[long_id, "a very long name that does not fit", "7"]])
    row = kept.getvalue().splitlines()[1]
    assert row.startswith(long_id) and "…" in row and row.endswith("7")


def test_an_id_wider_than_the_screen_is_still_whole() -> None:
    screen, kept = on_a_terminal(40)
    long_id = "eu/" + "s" * 200
    screen.table(COLUMNS, [[long_id, "name", "7"]])
    assert long_id in kept.getvalue()


def test_nothing_is_cut_where_there_is_no_terminal() -> None:
    screen, kept = plain()
    screen.table(COLUMNS, [["eu/shop", "n" * 500, "1"]])
    assert "n" * 500 in kept.getvalue()


def test_a_cut_never_splits_a_wide_sign() -> None:
    screen, kept = on_a_terminal(24)
    screen.table(COLUMNS, [["eu/shop", "東京本店東京本店", "1"]])
    row = kept.getvalue().splitlines()[1]
    assert "…" in row and cell_len(row) <= 24


def test_colour_is_for_terminals_and_not_for_those_who_want_none() -> None:
    looks = {"TERM": "xterm-256color"}
    coloured, uncoloured, piped = io.StringIO(), io.StringIO(), io.StringIO()
    for screen in (
        Screen(coloured, terminal=True, width=80, environ=looks),
        Screen(uncoloured, terminal=True, width=80, environ={**looks, "NO_COLOR": "1"}),
        Screen(piped, environ=looks),
    ):
        screen.say(Part("down", Style.WARN))
    assert "\x1b[33m" in coloured.getvalue()
    assert uncoloured.getvalue() == piped.getvalue() == "down\n"


def test_an_empty_list_says_so() -> None:
    screen, kept = plain()
    screen.listing(COLUMNS, [])
    assert kept.getvalue() == "none\n"


def test_json_is_whole_whatever_the_screen_is() -> None:
    for screen, kept in (plain(), on_a_terminal(20)):
        screen.json({"name": "[/red] " + "x" * 100, "empty": []})
        assert json.loads(kept.getvalue()) == {"name": "[/red] " + "x" * 100, "empty": []}


def test_a_reader_that_left_is_told_apart_from_a_failure() -> None:
    class Broken(io.StringIO):
        def write(self, text: str) -> int:
            raise BrokenPipeError

    with pytest.raises(ReaderGone):
        Screen(Broken()).say("anything")
    with pytest.raises(ReaderGone):
        Screen(Broken(), terminal=True, width=80, environ={}).say("anything")
