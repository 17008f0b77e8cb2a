"""SQLite's failures in the product's words: what went wrong, where, and what to do."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from healthcheckd.errors import StoreError

_KNOWN = {
    sqlite3.SQLITE_FULL: ("the disk is full", "df -h {folder}"),
    sqlite3.SQLITE_READONLY: ("the database cannot be written", "ls -ld {folder} {path}"),
    sqlite3.SQLITE_CORRUPT: ("the database is damaged", "healthcheck restore FILE, with one of {path}.backup-*"),
    sqlite3.SQLITE_NOTADB: ("the file is not a database", "healthcheck restore FILE, with one of {path}.backup-*"),
    sqlite3.SQLITE_BUSY: ("another program holds the database locked", "fuser -v {path}"),
    sqlite3.SQLITE_LOCKED: ("another program holds the database locked", "fuser -v {path}"),
    sqlite3.SQLITE_CANTOPEN: ("the database cannot be opened", "ls -ld {folder} {path}"),
    sqlite3.SQLITE_PERM: ("the database may not be opened", "ls -ld {folder} {path}"),
    sqlite3.SQLITE_AUTH: ("the database may not be opened", "ls -ld {folder} {path}"),
    sqlite3.SQLITE_IOERR: ("reading or writing the disk failed", "dmesg | tail, and df -h {folder}"),
}
_PRIMARY = 0xFF


@contextmanager
def in_plain_words(path: Path) -> Iterator[None]:
    """Failures of disk, file and lock become `StoreError`; a fault of our own statements stays what it is."""
    try:
        yield
    except sqlite3.Error as error:
        known = _KNOWN.get(getattr(error, "sqlite_errorcode", 0) & _PRIMARY)
        if known is None:
            raise
        what, hint = known
        raise StoreError(what, where=str(path), hint=hint.format(path=path, folder=path.parent)) from error
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise StoreError(reason, where=str(error.filename or path), hint=f"ls -ld {path.parent} {path}") from error
