"""One daemon to a database: an advisory lock on a file beside it.

Beside it, because opening and closing the database file itself, by any other way than SQLite's, would drop the locks
that SQLite holds on it for this process.
"""

import fcntl
import os
from pathlib import Path

from healthcheckd.errors import Refused
from healthcheckd.store.failures import in_plain_words


class AlreadyRunning(Refused):
    """Another process owns the database; `pid` is None when it has not said which."""

    code = "already_running"

    def __init__(self, database: Path, pid: int | None) -> None:
        who = f"process {pid}" if pid else "another process"
        hint = "healthcheck status"
        super().__init__(f"a healthcheckd is running on this database: {who}", where=str(database), hint=hint)
        self.pid = pid


class InstanceLock:
    """Held from `acquire` until `release` or the end of the process, whatever ends it."""

    def __init__(self, database: Path) -> None:
        self._database = database
        self._path = lock_path(database)
        self._handle: int | None = None

    def acquire(self) -> None:
        """Raises `AlreadyRunning`."""
        with in_plain_words(self._path):
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pid = _pid_in(handle)
            os.close(handle)
            raise AlreadyRunning(self._database, pid) from None
        os.ftruncate(handle, 0)
        os.pwrite(handle, f"{os.getpid()}\n".encode(), 0)
        self._handle = handle

    def release(self) -> None:
        """The file stays: removing it would let two processes lock two files of one name."""
        if self._handle is not None:
            os.ftruncate(self._handle, 0)
            os.close(self._handle)
            self._handle = None


def lock_path(database: Path) -> Path:
    return database.with_name(database.name + ".lock")


def _pid_in(handle: int) -> int | None:
    text = os.pread(handle, 32, 0).strip()
    return int(text) if text.isdigit() else None
