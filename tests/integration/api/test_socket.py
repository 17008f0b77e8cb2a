"""The control socket as a file."""

import os
import socket
import stat
from pathlib import Path

import pytest

from healthcheckd.api import socket as control
from healthcheckd.api.socket import ControlSocket
from healthcheckd.errors import Refused, UsageError

NOBODY = "nobody-is-in-this-group"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "run" / "control.sock"


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_missing_folder_is_made_for_the_group_alone(path: Path) -> None:
    with ControlSocket(path, NOBODY).bind():
        assert mode(path.parent) == 0o750


def test_a_folder_that_is_there_stays_as_it_is(path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with ControlSocket(path, NOBODY).bind():
        assert mode(path.parent) == 0o700


def test_without_the_group_the_socket_is_its_owners_alone(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "READ_GROUP", NOBODY)
    with ControlSocket(path, NOBODY).bind():
        assert mode(path) == 0o600


@pytest.mark.skipif(os.getuid() != 0, reason="only root gives a file to any group")
def test_with_the_group_the_socket_is_the_groups_too(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "READ_GROUP", NOBODY)
    with ControlSocket(path, "daemon").bind():
        assert mode(path) == 0o660
        assert path.group() == "daemon"


def test_a_dead_socket_is_replaced(path: Path) -> None:
    ControlSocket(path, NOBODY).bind().close()
    with ControlSocket(path, NOBODY).bind(), socket.socket(socket.AF_UNIX) as caller:
        caller.connect(str(path))


def test_a_living_one_is_not_and_its_process_is_named(path: Path) -> None:
    with ControlSocket(path, NOBODY).bind() as first:
        with pytest.raises(Refused, match=f"process {os.getpid()} answers"):
            ControlSocket(path, NOBODY).bind()
        with socket.socket(socket.AF_UNIX) as caller:
            caller.connect(str(path))
        assert first.fileno() != -1


@pytest.mark.parametrize("kind", ["file", "folder", "link"])
def test_what_is_no_socket_is_never_taken_away(path: Path, kind: str) -> None:
    path.parent.mkdir()
    if kind == "file":
        path.write_text("precious")
    elif kind == "folder":
        path.mkdir()
    else:
        path.symlink_to(path.parent / "elsewhere")
    with pytest.raises(Refused, match="no socket stands where"):
        ControlSocket(path, NOBODY).bind()
    assert os.path.lexists(path)


def test_a_path_too_long_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at most 107 are possible") as caught:
        ControlSocket(tmp_path / ("x" * 120), NOBODY).bind()
    assert "[control] socket" in caught.value.hint


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(Refused, match="cannot be made"):
        ControlSocket(tmp_path / "file" / "control.sock", NOBODY).bind()


def test_it_takes_its_own_file_away_at_the_end(path: Path) -> None:
    ours = ControlSocket(path, NOBODY)
    ours.bind().close()
    ours.close()
    assert not path.exists()
    ours.close()


def test_it_leaves_another_ones_file(path: Path) -> None:
    ours = ControlSocket(path, NOBODY)
    ours.bind().close()
    kept = path.with_name("kept")
    path.rename(kept)
    with ControlSocket(path, NOBODY).bind():
        ours.close()
        assert path.exists()
