"""Copies of a database: made while it is in use, verified, and brought back."""

import os
import sqlite3
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

from healthcheckd.errors import StoreError
from healthcheckd.store.failures import in_plain_words
from healthcheckd.store.holds import RESTORED
from healthcheckd.store.lock import InstanceLock
from healthcheckd.store.version import SCHEMA_VERSION


def backup(database: Path, target: Path) -> int:
    """A consistent, verified copy in one file, while the daemon goes on; returns its size in bytes.

    Raises `StoreError`, also when something is at `target` already.
    """
    with in_plain_words(target):
        if target.exists():
            raise StoreError("there is a file of that name", where=str(target), hint="choose another name")
        partial = target.with_name(f"{target.name}.partial")
        partial.unlink(missing_ok=True)
        try:
            # SQLite's own way in: any other way of opening and closing the file would drop the daemon's locks on it.
            with closing(_read_only(database)) as source:
                copy_database(source, partial)
            verify(partial)
            partial.rename(target)
        finally:
            partial.unlink(missing_ok=True)
        return target.stat().st_size


def restore(copy: Path, database: Path, now: datetime) -> Path | None:
    """Put `copy` in the database's place, held in watch mode until released; returns where the replaced one is kept.

    Raises `AlreadyRunning` while a daemon owns the database, and `StoreError` for a copy that cannot be used.
    """
    with in_plain_words(database):
        database.parent.mkdir(mode=0o750, parents=True, exist_ok=True)
        lock = InstanceLock(database)
        lock.acquire()
        try:
            incoming = database.with_name(f"{database.name}.restoring")
            incoming.unlink(missing_ok=True)
            _take_over(copy, incoming)
            kept = _set_aside(database, now)
            incoming.rename(database)
            _sync_folder(database.parent)
            return kept
        finally:
            lock.release()


def copy_database(source: sqlite3.Connection, target: Path) -> None:
    """By SQLite's backup, into a new file that needs no companions."""
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o640))
    with closing(sqlite3.connect(target, isolation_level=None)) as copy:
        source.backup(copy)
        copy.execute("PRAGMA journal_mode = DELETE")


def verify(copy: Path) -> int:
    """Reads all of it; returns its schema's version. Raises `StoreError` for a damaged or foreign file."""
    with in_plain_words(copy), closing(_read_only(copy)) as connection:
        verdict = connection.execute("PRAGMA integrity_check").fetchone()[0]
        if verdict != "ok":
            raise StoreError(f"the copy is damaged: {verdict}", where=str(copy), hint="use another copy")
        ours = connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'daemon'").fetchone()
        version = int(connection.execute("PRAGMA user_version").fetchone()[0])
        if not ours or not version:
            raise StoreError("this is no database of healthcheckd", where=str(copy), hint="use another file")
        return version


def _take_over(copy: Path, incoming: Path) -> None:
    if not copy.is_file():
        raise StoreError("there is no such file", where=str(copy), hint=f"ls -l {copy.parent}")
    version = verify(copy)
    if version > SCHEMA_VERSION:
        what = f"the copy has version {version}, this program knows version {SCHEMA_VERSION}"
        raise StoreError(what, where=str(copy), hint="restore it with the newer healthcheckd")
    with closing(_read_only(copy)) as source:
        copy_database(source, incoming)
    with closing(sqlite3.connect(incoming, isolation_level=None)) as connection:
        connection.execute("UPDATE daemon SET held = ?", (RESTORED,))


def _set_aside(database: Path, now: datetime) -> Path | None:
    """The replaced database with its companions, under one new name."""
    if not database.exists():
        return None
    kept = database.with_name(f"{database.name}.replaced-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    for suffix in ("", "-wal", "-shm"):
        part = Path(f"{database}{suffix}")
        if part.exists():
            part.rename(f"{kept}{suffix}")
    return kept


def _read_only(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, isolation_level=None)


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
