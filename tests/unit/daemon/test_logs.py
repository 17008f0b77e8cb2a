"""Log lines as they come out."""

import io
import json
import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from healthcheckd.daemon.logs import masked, set_up
from healthcheckd.settings import LogSettings


@pytest.fixture(autouse=True)
def root_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = list(root.handlers), root.level
    for handler in handlers:
        root.removeHandler(handler)
    yield
    for handler in tuple(root.handlers):
        root.removeHandler(handler)
        handler.close()
    for handler in handlers:
        root.addHandler(handler)
    root.setLevel(level)


def lines(settings: LogSettings) -> io.StringIO:
    out = io.StringIO()
    set_up(settings, {}, out)
    return out


def test_a_line_has_time_level_and_words() -> None:
    out = lines(LogSettings())
    logging.getLogger("x").warning("Account %s appears disconnected, marking as Warning", "abc-123")
    stamp, _, rest = out.getvalue().partition(" ")
    assert stamp.endswith("Z") and "T" in stamp
    assert rest == "[WARN] Account abc-123 appears disconnected, marking as Warning\n"


def test_the_level_is_kept() -> None:
    out = lines(LogSettings(level="error"))
    logging.getLogger("x").warning("not this")
    logging.getLogger("x").error("this")
    assert out.getvalue().endswith("[ERROR] this\n")
    assert "not this" not in out.getvalue()


def test_no_name_forges_a_line_or_steers_the_terminal() -> None:
    out = lines(LogSettings())
    logging.getLogger("x").info("Account %s is connected", "main/a\n[ERROR] b\x1b[31m\u202ec")
    assert out.getvalue().count("\n") == 1
    assert r"main/a\n[ERROR] b\x1b[31m\u202ec is connected" in out.getvalue()


def test_a_traceback_keeps_its_lines_and_steers_nothing() -> None:
    out = lines(LogSettings())
    try:
        raise ValueError("a\x1b[2Jb")
    except ValueError:
        logging.getLogger("x").exception("failed")
    assert "\nValueError: a\\x1b[2Jb\n" in out.getvalue()


def test_json_lines_carry_action_and_fields() -> None:
    out = lines(LogSettings(format="json"))
    logging.getLogger("x").info("went down", extra={"action": "transition", "account": "eu/shop"})
    line = json.loads(out.getvalue())
    assert (line["action"], line["account"], line["message"], line["level"]) == (
        "transition",
        "eu/shop",
        "went down",
        "info",
    )


def test_json_lines_carry_tracebacks() -> None:
    out = lines(LogSettings(format="json"))
    try:
        raise ValueError("broken")
    except ValueError:
        logging.getLogger("x").exception("it failed")
    assert "ValueError: broken" in json.loads(out.getvalue())["traceback"]


def test_a_log_file_is_written_beside_the_stream(tmp_path: Path) -> None:
    path = tmp_path / "healthcheckd.log"
    lines(LogSettings(file=path))
    logging.getLogger("x").info("kept")
    assert path.read_text().endswith("[INFO] kept\n")


def test_a_log_file_is_not_for_everybody(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        lines(LogSettings(file=tmp_path / "combined.log"))
    finally:
        os.umask(before)
    assert (tmp_path / "combined.log").stat().st_mode & 0o777 == 0o640


def test_setting_up_again_replaces_the_handlers() -> None:
    first = lines(LogSettings())
    second = lines(LogSettings())
    logging.getLogger("x").info("once")
    assert first.getvalue() == ""
    assert second.getvalue().count("once") == 1


def test_masking_hides_addresses_and_numbers_in_words_and_fields() -> None:
    out = lines(LogSettings(format="json", mask_personal=True))
    logging.getLogger("x").info(
        "Sending offline notification to %s", "owner@example.com", extra={"phone": "+55 11 98888-7777"}
    )
    text = out.getvalue()
    assert "owner" not in text
    assert "98888" not in text
    assert "o***@example.com" in text
    assert "***7777" in text


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("nothing personal, 15 minutes", "nothing personal, 15 minutes"),
        ("a@b.example, c.d@e.example", "a***@b.example, c***@e.example"),
        ("number 5511988887777.", "number ***7777."),
    ],
)
def test_what_is_masked(text: str, hidden: str) -> None:
    assert masked(text) == hidden
