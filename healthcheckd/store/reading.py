"""Reading without the daemon. Not for the daemon's own process: opening the file by another way than SQLite and closing
it again drops the locks of every connection in the process."""

import grp
import os
import pwd
import shutil
import sqlite3
import stat
import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from healthcheckd.errors import StoreError
from healthcheckd.store.failures import in_plain_words
from healthcheckd.store.version import SCHEMA_VERSION
from healthcheckd.store.views.reader import Reader
from healthcheckd.store.views.viewpoint import Viewpoint

T = TypeVar("T")

_COPIES = 5
_START = "systemctl start healthcheckd, or healthcheckd in the foreground"


def read(path: Path, view: Viewpoint, work: Callable[[Reader], T]) -> T:
    """What `work` makes of the database as last written; everything is closed again before this returns.

    Raises `StoreError` for a database that is missing, unreadable, damaged, or of another version than this program.
    """
    with in_plain_words(path), _permitted(path):
        path.stat()
        with path.open("rb"):
            pass
        with _opened(path) as connection:
            check_version(connection, path)
            return work(Reader(connection, view))


def check_version(connection: sqlite3.Connection, path: Path) -> None:
    """Raises `StoreError` unless this program reads this schema."""
    found = connection.execute("PRAGMA user_version").fetchone()[0]
    if found > SCHEMA_VERSION:
        raise StoreError(
            f"a newer healthcheckd wrote this database (schema {found}; this program knows {SCHEMA_VERSION})",
            where=str(path),
            hint="update this program to the daemon's version: healthcheckd --version",
        )
    if found < SCHEMA_VERSION:
        raise StoreError(
            f"an older healthcheckd wrote this database (schema {found}; this program reads {SCHEMA_VERSION})",
            where=str(path),
            hint=f"ask the daemon instead, which brings it up to date: {_START}",
        )


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Plainly where possible; else by what the folder allows. A log without its index cannot be read in a folder where
    no index can be made, and to overlook it would be to tell old news."""
    try:
        connection = _connect(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
        with _aside(path) as connection:
            yield connection
        return
    with closing(connection):
        yield connection


@contextmanager
def _aside(path: Path) -> Iterator[sqlite3.Connection]:
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        with closing(_connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="healthcheck-") as folder:
        copy = _copied(path, log, Path(folder))
        with closing(_connect(f"{copy.as_uri()}?mode=rw")) as connection:
            yield connection


def _copied(path: Path, log: Path, folder: Path) -> Path:
    """Both files as they stood at one moment: copied again as long as one changes meanwhile."""
    for _ in range(_COPIES):
        before = _stamp(path), _stamp(log)
        copy = Path(shutil.copyfile(path, folder / path.name))
        if log.exists():
            shutil.copyfile(log, folder / log.name)
        if before == (_stamp(path), _stamp(log)):
            return copy
    raise StoreError("the database changes too fast to be read aside", where=str(path), hint=_START)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size


def _connect(uri: str) -> sqlite3.Connection:
    """Inside a read transaction, so that all parts of a report are of one moment."""
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=2)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def _permitted(path: Path) -> Iterator[None]:
    """What the file system forbids or lacks, with the cure."""
    try:
        yield
    except FileNotFoundError as error:
        raise StoreError("there is no database yet", where=str(path), hint=_START) from error
    except PermissionError as error:
        raise StoreError("this user may not read the database", where=str(path), hint=_cure(path)) from error


def _cure(path: Path) -> str:
    """Joining the group where the group may read; else to be somebody who may."""
    for place in (path, *path.parents):
        try:
            found = place.stat()
        except OSError:
            continue
        if not os.access(place, os.R_OK | os.X_OK if place.is_dir() else os.R_OK, effective_ids=True):
            return _joining(found) or f"sudo -u {_owner(found)} healthcheck …"
    return "sudo healthcheck …"


def _joining(found: os.stat_result) -> str:
    try:
        group = grp.getgrgid(found.st_gid).gr_name
    except KeyError:
        return ""
    if group == "root" or not found.st_mode & stat.S_IRGRP:
        return ""
    return f"sudo usermod -aG {group} $USER, then log in again"


def _owner(found: os.stat_result) -> str:
    try:
        return pwd.getpwuid(found.st_uid).pw_name
    except KeyError:
        return f"'#{found.st_uid}'"
