"""A folder of bad configurations, each with exactly what is said about it."""

import re
from pathlib import Path

import pytest

from healthcheckd.config import load
from healthcheckd.errors import ConfigurationError, ExitCode

FOLDER = Path(__file__).parent / "bad"
FILES = sorted(FOLDER.glob("*.toml"))
POISON = "do-not-show-me"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No `.env` of the folder that the tests are started in."""
    monkeypatch.chdir(tmp_path)


def fault_of(file: Path) -> ConfigurationError:
    with pytest.raises(ConfigurationError) as caught:
        load(file, {})
    return caught.value


def test_there_are_many() -> None:
    assert len(FILES) >= 60
    assert {file.stem for file in FILES} == {file.stem for file in FOLDER.glob("*.expected")}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_is_refused_in_these_words(file: Path) -> None:
    error = fault_of(file)
    assert f"{error}\n".replace(f"{FOLDER}/", "") == file.with_suffix(".expected").read_text(encoding="utf-8")
    assert error.exit_code is ExitCode.CONFIGURATION


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_it_shows_no_secret(file: Path) -> None:
    error = fault_of(file)
    assert POISON not in f"{error} {error!r} {error.faults!r}"


def test_the_poison_is_there_to_be_shown() -> None:
    assert sum(POISON.encode() in file.read_bytes() for file in FILES) >= 10


def test_each_fault_names_the_line_that_holds_the_value() -> None:
    for file in FILES:
        for fault in fault_of(file).faults:
            place = re.fullmatch(r".*\.toml:(\d+)", fault.file)
            if place and fault.value and fault.value != "****" and fault.key.isascii():
                key = fault.key.rpartition(".")[2]
                assert key in file.read_text(encoding="utf-8").splitlines()[int(place[1]) - 1], file.stem


def test_all_faults_are_told_at_once() -> None:
    assert len(fault_of(FOLDER / "everything-at-once.toml").faults) == 5
