"""The one thread that owns the connection; everything that touches the database goes through it."""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from sqlite_utils import Database

from healthcheckd.errors import StoreError
from healthcheckd.store.failures import in_plain_words

logger = logging.getLogger(__name__)
T = TypeVar("T")
Work = Callable[[sqlite3.Connection], T]

_BUSY_MILLISECONDS = 5000


class Owner:
    """Runs pieces of work one after the other, each in a transaction of its own."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._database: Database | None = None
        self._file: tuple[int, int] | None = None

    async def open(self, prepare: Callable[[Database], T]) -> T:
        """Connect in the owning thread and let `prepare` bring the schema up; it opens its own transactions."""
        return await self._in_thread(lambda: self._open(prepare))

    async def run(self, work: Work[T]) -> T:
        """All of `work` is committed, or none. Cancelling the awaiter does not stop it, nor undo it."""
        return await self._in_thread(lambda: self._transact(work))

    async def cut_log(self) -> bool:
        """Bring what is still in the write-ahead log into the database, and empty the log, which keeps pages as they
        were; False while somebody reads."""
        return await self._in_thread(self._cut_log)

    async def close(self) -> None:
        """Waits for what is under way; closing twice is closing."""
        if self._database is not None:
            await self._in_thread(self._close)
        self._thread.shutdown(wait=False)

    async def _in_thread(self, work: Callable[[], T]) -> T:
        future = asyncio.get_running_loop().run_in_executor(self._thread, work)
        try:
            return await asyncio.shield(future)
        except asyncio.CancelledError:
            future.add_done_callback(_report)
            raise

    def _open(self, prepare: Callable[[Database], T]) -> T:
        with in_plain_words(self.path):
            database = connect(self.path)
            try:
                prepared = prepare(database)
            except BaseException:
                database.close()
                raise
            self._database = database
            self._file = _file_at(self.path)
            return prepared

    def _transact(self, work: Work[T]) -> T:
        if self._database is None:
            raise RuntimeError("the store is closed")
        self._check_file()
        with in_plain_words(self.path), transaction(self._database) as connection:
            return work(connection)

    def _cut_log(self) -> bool:
        if self._database is None:
            raise RuntimeError("the store is closed")
        with in_plain_words(self.path):
            busy, _, _ = self._database.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not busy

    def _check_file(self) -> None:
        """SQLite goes on writing to a file that was deleted or replaced, and all of it is lost at the end."""
        if _file_at(self.path) != self._file:
            what = "the database was deleted or replaced while it was in use"
            raise StoreError(what, where=str(self.path), hint="healthcheck restore FILE, then start healthcheckd again")

    def _close(self) -> None:
        if self._database is not None:
            with in_plain_words(self.path):
                self._database.close()
            self._database = None


@contextmanager
def transaction(database: Database) -> Iterator[sqlite3.Connection]:
    """The outermost one, always: within another it would be a mere savepoint, lost with whatever surrounds it."""
    if database.conn.in_transaction:
        raise RuntimeError("a transaction is open already")
    with database.atomic():
        yield database.conn


def connect(path: Path) -> Database:
    """With no implicit transactions: a statement outside `transaction` commits by itself instead of opening one."""
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        for pragma in (
            f"busy_timeout = {_BUSY_MILLISECONDS}",
            "journal_mode = WAL",
            "synchronous = FULL",
            "secure_delete = ON",
            "foreign_keys = ON",
        ):
            connection.execute(f"PRAGMA {pragma}")
        return Database(connection, execute_plugins=False)
    except BaseException:
        connection.close()
        raise


def _file_at(path: Path) -> tuple[int, int] | None:
    """Which file stands there, whatever its name."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _report(future: asyncio.Future[T]) -> None:
    """Work whose awaiter went away may still fail; nobody else would hear of it."""
    if not future.cancelled() and (error := future.exception()) is not None:
        logger.error("A database call failed after it was abandoned: %s", error, extra={"action": "store_failed"})
