"""Reading without the daemon. Not for the daemon's own process: opening the file by another way than SQLite and closing
it again drops the locks of every connection in the process."""

import os
import sqlite3
import stat
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TypeVar

from healthcheckd.config.rights import cure
from healthcheckd.errors import StoreError
from healthcheckd.store.failures import in_plain_words
from healthcheckd.store.opening import START, connect
from healthcheckd.store.version import SCHEMA_VERSION

T = TypeVar("T")


def read(path: Path, work: Callable[[sqlite3.Connection], T]) -> T:
    """What `work` makes of the database as last written; everything is closed again before this returns.

    Raises `StoreError` for a database that is missing, unreadable, damaged, or of another version than this program.
    """
    with in_plain_words(path), _permitted(path):
        _check_file(path)
        with _opened(path) as connection:
            check_version(connection, path)
            return work(connection)


def _check_file(path: Path) -> None:
    """A pipe must not be opened at all: who opens it waits for a writer."""
    found = path.stat()
    if not stat.S_ISREG(found.st_mode):
        raise StoreError("this is not a file", where=str(path), hint=f"ls -ld {path}")
    if not found.st_size:
        raise StoreError("there is nothing in the database yet", where=str(path), hint=START)
    with path.open("rb"):
        pass


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
            hint=f"ask the daemon instead, which brings it up to date: {START}",
        )


@contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    """Plainly where possible; else by what the folder allows. A log without its index cannot be read in a folder where
    no index can be made, and to overlook it would be to tell old news."""
    try:
        connection = connect(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}:
            raise
        from healthcheckd.store.aside import aside  # rarely needed, and slow to load

        with aside(path) as connection:
            yield connection
        return
    with closing(connection):
        yield connection


@contextmanager
def _permitted(path: Path) -> Iterator[None]:
    """What the file system forbids or lacks, with the cure."""
    try:
        yield
    except FileNotFoundError as error:
        raise StoreError("there is no database yet", where=str(path), hint=START) from error
    except PermissionError as error:
        raise StoreError("this user may not read the database", where=str(path), hint=cure(path, os.R_OK)) from error
