"""The client where there is nobody to talk to, or nobody useful."""

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from healthcheckd.api.client import ControlClient, Installation, account_path
from healthcheckd.errors import DaemonUnreachable, ExitCode, UsageError


@contextmanager
def answering(path: Path, answer: bytes) -> Iterator[None]:
    """One connection is taken, read and answered so; then it is closed."""

    def serve() -> None:
        taken, _ = listening.accept()
        with taken:
            taken.recv(65536)
            taken.sendall(answer)

    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(path))
        listening.listen()
        server = threading.Thread(target=serve)
        server.start()
        yield
        server.join()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "control.sock"


def unreachable(client: ControlClient) -> DaemonUnreachable:
    with pytest.raises(DaemonUnreachable) as caught:
        client.get("/info")
    assert caught.value.exit_code is ExitCode.UNREACHABLE
    return caught.value


def test_without_a_socket_it_names_the_command_that_starts_the_daemon(path: Path) -> None:
    config = Path("/home/ana/healthcheckd.toml")
    error = unreachable(ControlClient(path, installation=Installation(config)))
    assert "there is no socket" in error.what
    assert error.where == str(path)
    assert error.hint == "healthcheckd --config /home/ana/healthcheckd.toml"


def test_a_system_wide_daemon_is_started_by_its_service_manager() -> None:
    error = unreachable(ControlClient(Path("/run/healthcheckd/none-of-ours.sock")))
    assert error.hint == "sudo systemctl start healthcheckd"


def test_a_socket_without_a_daemon_is_told_apart(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as dead:
        dead.bind(str(path))
    assert "nobody listens" in unreachable(ControlClient(path)).what


def test_a_path_too_long_for_a_socket_is_told(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="at most 107 are possible"):
        ControlClient(tmp_path / ("x" * 120)).get("/info")


def test_a_daemon_that_does_not_answer_in_time(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as silent:
        silent.bind(str(path))
        silent.listen()
        error = unreachable(ControlClient(path, timeout=0.05))
    assert "did not answer within 0.05 s" in error.what


@pytest.mark.parametrize("answer", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"])
def test_a_daemon_that_goes_away_in_the_middle(path: Path, answer: bytes) -> None:
    with answering(path, answer):
        assert "went away" in unreachable(ControlClient(path, timeout=10)).what


def test_a_stream_that_breaks_off_is_not_taken_for_its_end(path: Path) -> None:
    head = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
    with answering(path, head + b'10\r\n{"kind": "job"}\n\r\n'):
        stream = ControlClient(path, timeout=10).stream("/events")
        assert next(stream) == {"kind": "job"}
        with pytest.raises(DaemonUnreachable, match="in the middle"):
            next(stream)


def test_to_import_it_is_cheap() -> None:
    script = "import sys, healthcheckd.api.client; print(*sys.modules)"
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=30, check=True)
    assert not {"aiohttp", "http.client", "msgspec", "asyncio"} & set(ran.stdout.split())


@pytest.mark.parametrize("body", [b"<html>", b"[1]", b"\xff"])
def test_something_else_at_the_socket(path: Path, body: bytes) -> None:
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(body)}\r\n\r\n".encode()
    with answering(path, head + body):
        assert "is not healthcheckd" in unreachable(ControlClient(path, timeout=10)).what


def test_an_account_stays_one_segment_whatever_it_is_called() -> None:
    assert account_path("main/a/b?#%", "mute") == "/accounts/main/a%2Fb%3F%23%25/mute"
