"""Bringing a database up to the schema of this code, never without a verified copy of what it was."""

import logging
import os
import shutil
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlite_utils import Database, Migrations

from healthcheckd.errors import StoreError
from healthcheckd.store.backup import copy_database, verify
from healthcheckd.store.migrations import migrations
from healthcheckd.store.version import SCHEMA_VERSION

logger = logging.getLogger(__name__)

Extend = Callable[[float], None]
"""Asks whoever waits for the start for so many seconds more."""

_KEEP = 2
_BYTES_PER_SECOND = 5_000_000
_LEAST_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Schema:
    """The steps, and the version they lead to."""

    steps: Migrations = migrations
    version: int = SCHEMA_VERSION


def upgrade(database: Database, path: Path, now: datetime, extend: Extend, schema: Schema | None = None) -> None:
    """Every step is a transaction of its own: an interruption loses at most the step under way, and the next start
    goes on from there. Raises `StoreError` for a newer schema, a foreign file, and a disk too small for the copy."""
    schema = schema or Schema()
    found = version_of(database.conn)
    _refuse_foreign(database, path, found)
    refuse_newer(path, found, schema.version)
    if found == schema.version:
        return
    if found:
        extend(_LEAST_SECONDS + 3 * path.stat().st_size / _BYTES_PER_SECOND)
        kept = _copy_once(database.conn, path, found, now)
        logger.info(
            "Upgrading the database from version %d to %d; a copy is at %s",
            *(found, schema.version, kept),
            extra={"action": "upgrade", "from": found, "to": schema.version},
        )
    schema.steps.apply(database)


def version_of(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def refuse_newer(path: Path, found: int, ours: int) -> None:
    """An older program must not touch what a newer one wrote; the way back is the copy made before the upgrade."""
    if found <= ours:
        return
    copies = sorted(path.parent.glob(f"{path.name}.backup-v{ours}-*"))
    copy = copies[-1] if copies else f"{path}.backup-v{ours}-*"
    raise StoreError(
        f"the database has version {found}, this program knows version {ours}",
        where=str(path),
        hint=f"install the newer healthcheckd again, or go back to the copy: healthcheck restore {copy}",
    )


def _refuse_foreign(database: Database, path: Path, found: int) -> None:
    strangers = set(database.table_names()) - {"_sqlite_migrations", "sqlite_sequence"}
    if not found and strangers:
        raise StoreError("this is another program's database", where=str(path), hint="set [daemon] database")


def _copy_once(connection: sqlite3.Connection, path: Path, found: int, now: datetime) -> Path:
    """A copy that an interrupted start made of the same state is as good as a new one."""
    copies = sorted(path.parent.glob(f"{path.name}.backup-v{found}-*[0-9Z]"))
    if copies and _life(copies[-1]) == _life_of(connection):
        return copies[-1]
    _require_space(path)
    target = path.with_name(f"{path.name}.backup-v{found}-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}")
    partial = target.with_name(f"{target.name}.partial")
    partial.unlink(missing_ok=True)
    copy_database(connection, partial)
    verify(partial)
    partial.rename(target)
    _forget_old(path)
    return target


def _forget_old(path: Path) -> None:
    for stale in path.parent.glob(f"{path.name}.backup-v*.partial"):
        stale.unlink()
    copies = sorted(path.parent.glob(f"{path.name}.backup-v*-*"), key=lambda copy: copy.name.rpartition("-")[2])
    for old in copies[:-_KEEP]:
        old.unlink()


def _require_space(path: Path) -> None:
    """The copy, and what the migration itself may write anew."""
    needed = 2 * sum(part.stat().st_size for part in (path, Path(f"{path}-wal")) if part.exists())
    free = shutil.disk_usage(path.parent).free
    if free < needed:
        raise StoreError(
            f"the upgrade needs {needed // 1_000_000 + 1} MB of free space, there are {free // 1_000_000}",
            where=os.fspath(path.parent),
            hint=f"df -h {path.parent}",
        )


def _life(copy: Path) -> tuple[object, ...]:
    connection = sqlite3.connect(f"{copy.as_uri()}?mode=ro&immutable=1", uri=True)
    try:
        return _life_of(connection)
    finally:
        connection.close()


def _life_of(connection: sqlite3.Connection) -> tuple[object, ...]:
    """Differs after every run of a daemon."""
    row: tuple[object, ...] = connection.execute(
        "SELECT installation, started_at, beat_at, stopped_at FROM daemon"
    ).fetchone()
    return row
