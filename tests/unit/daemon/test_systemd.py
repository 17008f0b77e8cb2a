"""What the service manager hears."""

import os
import socket
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.daemon.systemd import Notifier


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[tuple[socket.socket, str]]:
    path = str(tmp_path / "notify")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(path)
        listener.settimeout(5)
        yield listener, path


def test_without_a_service_manager_nothing_happens() -> None:
    notifier = Notifier({})
    notifier.ready("running")
    notifier.alive()
    assert notifier.watchdog is None


def test_readiness_comes_with_a_status(manager: tuple[socket.socket, str]) -> None:
    listener, path = manager
    Notifier({"NOTIFY_SOCKET": path}).ready("watching 3 accounts")
    assert listener.recv(1024) == b"READY=1\nSTATUS=watching 3 accounts"


def test_a_reload_carries_monotonic_time(manager: tuple[socket.socket, str]) -> None:
    listener, path = manager
    Notifier({"NOTIFY_SOCKET": path}).reloading()
    assert listener.recv(1024).startswith(b"RELOADING=1\nMONOTONIC_USEC=")


def test_a_long_start_asks_for_more_time(manager: tuple[socket.socket, str]) -> None:
    listener, path = manager
    Notifier({"NOTIFY_SOCKET": path}).extend(30)
    assert listener.recv(1024) == b"EXTEND_TIMEOUT_USEC=30000000"


def test_the_abstract_socket_is_reached_too() -> None:
    name = f"healthcheckd-test-{os.getpid()}"
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind("\0" + name)
        listener.settimeout(5)
        Notifier({"NOTIFY_SOCKET": "@" + name}).stopping()
        assert listener.recv(1024) == b"STOPPING=1"


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({"WATCHDOG_USEC": "60000000"}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": str(os.getpid())}, timedelta(seconds=30)),
        ({"WATCHDOG_USEC": "60000000", "WATCHDOG_PID": "1"}, None),
        ({"WATCHDOG_USEC": "soon"}, None),
        ({}, None),
    ],
)
def test_the_watchdog_is_fed_at_half_its_time_if_meant_for_us(
    environ: dict[str, str], expected: timedelta | None
) -> None:
    assert Notifier(environ).watchdog == expected


def test_a_manager_that_reads_nothing_stops_nobody(
    manager: tuple[socket.socket, str], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("healthcheckd.daemon.systemd.PATIENCE", 0.01)
    notifier = Notifier({"NOTIFY_SOCKET": manager[1]})
    for _ in range(1000):
        notifier.status("x")
        if caplog.records:
            break
    assert [record.__dict__["action"] for record in caplog.records] == ["notify_lost"]
