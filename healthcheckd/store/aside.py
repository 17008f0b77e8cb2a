"""A database in a folder where SQLite may not write beside it."""

import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from healthcheckd.errors import StoreError
from healthcheckd.store.opening import START, connect

_COPIES = 5


@contextmanager
def aside(path: Path) -> Iterator[sqlite3.Connection]:
    """Without its lock where no log has to be read; else a copy of both files, on which SQLite may write."""
    log = path.with_name(path.name + "-wal")
    if not log.exists() or not log.stat().st_size:
        with closing(connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1")) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory(prefix="healthcheck-") as folder:
        copy = _copied(path, log, Path(folder))
        with closing(connect(f"{copy.as_uri()}?mode=rw")) as connection:
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
    raise StoreError("the database changes too fast to be read aside", where=str(path), hint=START)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_size
