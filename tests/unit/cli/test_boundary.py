"""Every error ends as a sentence, a hint and an exit code."""

import io
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from healthcheckd.cli.boundary import READER_GONE, guarded
from healthcheckd.cli.crash import details, keep, masked
from healthcheckd.cli.main import main
from healthcheckd.cli.output import Screen
from healthcheckd.errors import (
    ConfigurationError,
    DaemonUnreachable,
    ExitCode,
    Fault,
    HealthcheckError,
    Refused,
    StoreError,
    UnknownName,
)


def ending(error: BaseException, environ: dict[str, str]) -> tuple[int, str]:
    def run() -> int:
        raise error

    kept = io.StringIO()
    return guarded(run, ["status"], Screen(kept), environ), kept.getvalue()


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (HealthcheckError("it failed"), ExitCode.FAILED),
        (UnknownName("no such thing"), ExitCode.USAGE),
        (Refused("no"), ExitCode.FAILED),
        (StoreError("no database"), ExitCode.FAILED),
        (DaemonUnreachable("nobody there"), ExitCode.UNREACHABLE),
        (ConfigurationError([Fault("a.toml", "x", "1", "is wrong")]), ExitCode.CONFIGURATION),
        (KeyboardInterrupt(), ExitCode.INTERRUPTED),
        (ZeroDivisionError("ours"), ExitCode.BUG),
    ],
)
def test_each_kind_of_error_has_its_exit_code(error: BaseException, code: int, tmp_path: Path) -> None:
    assert ending(error, {"XDG_STATE_HOME": str(tmp_path)})[0] == code


def test_an_expected_error_is_a_sentence_and_a_hint() -> None:
    error = Refused("there is one already", where="/etc/x.toml", hint="healthcheck init --folder DIR")
    assert ending(error, {})[1] == "Error: /etc/x.toml: there is one already\nHint: healthcheck init --folder DIR\n"


def test_every_fault_of_a_configuration_has_its_line() -> None:
    faults = [Fault("a.toml:1", "x", "1", "is wrong"), Fault("a.toml:2", "y", "2", "is wrong too")]
    told = ending(ConfigurationError(faults), {})[1].splitlines()
    assert [line.strip() for line in told[:2]] == ["Error: a.toml:1: x = 1: is wrong", "a.toml:2: y = 2: is wrong too"]


def test_a_word_where_a_number_belongs_is_refused_in_plain_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["incidents", "ack", "eu/shop"]) == ExitCode.USAGE
    assert capsys.readouterr().err.startswith("Error: Invalid value for 'NUMBER': must be a whole number\n")


def test_a_message_from_outside_steers_no_terminal() -> None:
    assert "\x1b" not in ending(HealthcheckError("the gateway said \x1b[2J", hint="\x1b[31m"), {})[1]


def test_a_fault_of_ours_is_kept_in_a_file_that_only_we_can_read(tmp_path: Path) -> None:
    _, told = ending(ZeroDivisionError("ours"), {"XDG_STATE_HOME": str(tmp_path)})
    [file] = (tmp_path / "healthcheckd").iterdir()
    assert str(file) in told
    assert "ZeroDivisionError: ours" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600


def test_where_no_file_can_be_written_the_details_are_printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    nowhere = tmp_path / "file"
    nowhere.write_text("")
    monkeypatch.setattr("tempfile.tempdir", str(nowhere))
    code, told = ending(ZeroDivisionError("ours"), {"XDG_STATE_HOME": str(nowhere)})
    assert code == ExitCode.BUG
    assert "ZeroDivisionError: ours" in told


def test_an_exception_that_cannot_be_put_into_words_still_says_where_it_was(tmp_path: Path) -> None:
    class Unspeakable(Exception):
        def __str__(self) -> str:
            raise RuntimeError("no words")

    code, _ = ending(Unspeakable(), {"XDG_STATE_HOME": str(tmp_path)})
    [file] = (tmp_path / "healthcheckd").iterdir()
    assert code == ExitCode.BUG
    assert "Unspeakable" in file.read_text()


@pytest.mark.parametrize(
    "text",
    [
        "the key is hunter2-key",
        "http://ana:hunter2@gateway.example/x",
        "X-Api-Key: hunter2",
        "Authorization: Bearer hunter2",
        "Authorization: Basic hunter2",
        '{"password": "hunter2"}',
        "token=hunter2&x=1",
    ],
)
def test_no_secret_gets_into_the_details(text: str) -> None:
    assert "hunter2" not in masked(text, {"WAHA_API_KEY": "hunter2-key"})


def test_what_is_no_secret_stays() -> None:
    assert masked("GET /api/sessions?all=true", {"PATH": "/api", "KEY": "all"}) == "GET /api/sessions?all=true"


def test_the_details_say_what_was_run() -> None:
    assert "healthcheck accounts show 'a b'" in details(ValueError("x"), ["accounts", "show", "a b"], {})


def test_the_temporary_folder_takes_the_details_where_there_is_no_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    file = keep("text", {})
    assert file is not None and file.parent == tmp_path


def test_a_reader_that_left_ends_it_as_a_broken_pipe_ends_any_program() -> None:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reading)
        os.dup2(writing, 1)
        os._exit(_in_the_child())
    os.close(writing)
    os.close(reading)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == READER_GONE


def _in_the_child() -> int:
    run: Callable[[], int] = lambda: (_ for _ in ()).throw(BrokenPipeError())  # noqa: E731
    return guarded(run, [], Screen(io.StringIO()), {})


@pytest.mark.parametrize(
    ("redirection", "code", "words"),
    [
        (">/dev/full", ExitCode.FAILED, "the output cannot be written"),
        (">&-", ExitCode.OK, ""),
        ("2>&-", ExitCode.OK, ""),
    ],
)
def test_an_output_that_cannot_be_written_is_no_fault_of_ours(redirection: str, code: int, words: str) -> None:
    import subprocess
    import sys

    command = f"{sys.executable} -m healthcheckd accounts {redirection}"
    ended = subprocess.run(["sh", "-c", command], check=False, capture_output=True, text=True, timeout=60)
    assert (ended.returncode, words in ended.stderr, "Traceback" in ended.stderr) == (code, True, False)
