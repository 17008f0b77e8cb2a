"""Talking to the service manager: readiness, reloads, stopping, the watchdog. Silent where there is none."""

import logging
import os
import socket
import time
from collections.abc import Mapping
from datetime import timedelta

logger = logging.getLogger(__name__)

PATIENCE = 0.5
"""Seconds. The whole daemon waits so long for a manager that does not read."""


class Notifier:
    """Sends datagrams to `NOTIFY_SOCKET` (sd_notify(3)); does nothing when it is not set."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._watchdog = _watchdog_interval(environ)

    @property
    def watchdog(self) -> timedelta | None:
        """How often to say that we live: half of what the service manager allows; None when it does not ask."""
        return self._watchdog

    def ready(self, status: str) -> None:
        self._send("READY=1", f"STATUS={status}")

    def reloading(self) -> None:
        self._send("RELOADING=1", f"MONOTONIC_USEC={time.monotonic_ns() // 1000}")

    def status(self, status: str) -> None:
        self._send(f"STATUS={status}")

    def alive(self) -> None:
        self._send("WATCHDOG=1")

    def stopping(self) -> None:
        self._send("STOPPING=1")

    def extend(self, seconds: float) -> None:
        """Ask for more time to start or stop: a migration of a large database takes longer than the default."""
        self._send(f"EXTEND_TIMEOUT_USEC={round(seconds * 1_000_000)}")

    def _send(self, *lines: str) -> None:
        if not self._address:
            return
        path = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as out:
            out.settimeout(PATIENCE)
            try:
                out.sendto("\n".join(lines).encode(), path)
            except TimeoutError:
                logger.warning("The service manager reads nothing: %s", lines[0], extra={"action": "notify_lost"})


def _watchdog_interval(environ: Mapping[str, str]) -> timedelta | None:
    """`WATCHDOG_PID`, where set, says whom it is meant for."""
    meant = environ.get("WATCHDOG_PID", "")
    microseconds = environ.get("WATCHDOG_USEC", "")
    if not microseconds.isdigit() or (meant and meant != str(os.getpid())):
        return None
    return timedelta(microseconds=int(microseconds)) / 2
