"""Files that are none, or that do not end: refused, where a reader would wait or fill its memory."""

import os
from pathlib import Path

import pytest

from healthcheckd.config import load, texts
from healthcheckd.config.texts import text_of
from healthcheckd.errors import ConfigurationError


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "healthcheckd.toml"


def refusal(config: Path) -> str:
    with pytest.raises(ConfigurationError) as caught:
        load(config, {})
    return str(caught.value)


def test_a_pipe_is_not_waited_for(config: Path) -> None:
    os.mkfifo(config)
    assert "cannot be read: it is a pipe" in refusal(config)


def test_an_included_pipe_is_not_waited_for(config: Path) -> None:
    config.write_text('include = ["more.toml"]\n')
    os.mkfifo(config.with_name("more.toml"))
    assert "more.toml: cannot be read: it is a pipe" in refusal(config)


def test_an_environment_file_or_a_secret_is_no_pipe_either(config: Path) -> None:
    os.mkfifo(config.with_name("key"))
    os.mkfifo(config.with_name(".env"))
    config.write_text('[email]\npassword_file = "key"\n')
    told = refusal(config)
    assert ".env: cannot be read: it is a pipe" in told
    assert 'email.password_file = "key": cannot be read: it is a pipe' in told


def test_what_a_shell_pipes_in_is_read() -> None:
    read, write = os.pipe()
    os.write(write, b"[daemon]\n")
    os.close(write)
    try:
        assert text_of(Path(f"/dev/fd/{read}"), "utf-8") == "[daemon]\n"
    finally:
        os.close(read)


def test_a_file_without_end_is_refused(config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(texts, "LARGEST", 1024 * 1024)
    config.symlink_to("/dev/zero")
    assert "cannot be read: it is larger than 1 MiB" in refusal(config)


def test_endless_nesting_is_a_fault_of_the_file(config: Path) -> None:
    config.write_text("a = " + "[" * 5000 + "]" * 5000)
    assert "is nested too deeply" in refusal(config)
