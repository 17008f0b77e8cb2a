"""From one schema to the next: a verified copy first, and no interruption that loses anything."""

import shutil
import sqlite3
from collections import namedtuple
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlite_utils import Database, Migrations

from healthcheckd.errors import StoreError
from healthcheckd.store.backup import verify
from healthcheckd.store.migrations import m001_first_schema
from healthcheckd.store.owner import connect
from healthcheckd.store.upgrade import Schema, upgrade, version_of
from tests.contract.store.conftest import NOON, minutes

INSTALLATION = "INSERT INTO daemon (id, installation, created_at) VALUES (1, 'abc', '2026-03-01T12:00:00.000Z')"


def m002_more(db: Database) -> None:
    db.conn.execute("ALTER TABLE gateways ADD COLUMN more TEXT")
    db.conn.execute("PRAGMA user_version = 2")


def m003_broken(db: Database) -> None:
    db.conn.execute("ALTER TABLE gateways ADD COLUMN still_more TEXT")
    db.conn.execute("PRAGMA user_version = 3")
    raise KeyboardInterrupt


def m003_mended(db: Database) -> None:
    db.conn.execute("ALTER TABLE gateways ADD COLUMN still_more TEXT")
    db.conn.execute("PRAGMA user_version = 3")


def schema(*later: object) -> Schema:
    steps = Migrations("healthcheckd")
    for number, step in enumerate((m001_first_schema, *later), start=1):
        steps(name=f"m{number:03}")(step)  # type: ignore[type-var]
    return Schema(steps, 1 + len(later))


class Book:
    """A database, and what its upgrades asked of the service manager."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.database = connect(path)
        self.extended: list[float] = []
        self.now = NOON

    def upgrade(self, *later: object) -> None:
        self.now += minutes(1)
        upgrade(self.database, self.path, self.now, self.extended.append, schema(*later))

    @property
    def version(self) -> int:
        return version_of(self.database.conn)

    @property
    def copies(self) -> list[Path]:
        return sorted(self.path.parent.glob("*.backup-*"))

    def lived(self, at: datetime) -> None:
        self.database.conn.execute("UPDATE daemon SET beat_at = ?", (at.isoformat(),))


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Book]:
    book = Book(tmp_path / "x.db")
    book.upgrade()
    book.database.conn.execute(INSTALLATION)
    yield book
    book.database.close()


def test_a_new_database_needs_no_copy(book: Book) -> None:
    assert (book.version, book.copies, book.extended) == (1, [], [])


def test_every_table_is_strict_and_every_reference_sound(book: Book) -> None:
    lax = book.database.conn.execute(
        "SELECT name FROM pragma_table_list WHERE type = 'table' AND strict = 0 AND name NOT LIKE 'sqlite%'"
    ).fetchall()
    assert lax == [("_sqlite_migrations",)]
    assert book.database.conn.execute("PRAGMA foreign_key_check").fetchall() == []


def test_an_upgrade_leaves_a_verified_copy_of_what_was(book: Book) -> None:
    book.upgrade(m002_more)
    [copy] = book.copies
    assert copy.name.startswith("x.db.backup-v1-2026")
    assert (book.version, verify(copy)) == (2, 1)
    assert book.extended[0] >= 30


def test_upgrading_twice_does_nothing_the_second_time(book: Book) -> None:
    book.upgrade(m002_more)
    book.upgrade(m002_more)
    assert (book.version, len(book.copies)) == (2, 1)


def test_an_interrupted_step_is_undone_and_the_next_start_goes_on_from_there(book: Book) -> None:
    with pytest.raises(KeyboardInterrupt):
        book.upgrade(m002_more, m003_broken)
    assert book.version == 2
    columns = {row[1] for row in book.database.conn.execute("PRAGMA table_info(gateways)")}
    assert "more" in columns
    assert "still_more" not in columns
    book.upgrade(m002_more, m003_mended)
    assert book.version == 3


def test_a_start_that_fails_again_and_again_makes_no_copy_each_time(book: Book) -> None:
    for _ in range(3):
        with pytest.raises(KeyboardInterrupt):
            book.upgrade(m002_more, m003_broken)
    assert [verify(copy) for copy in book.copies] == [1, 2]


def test_a_copy_of_an_earlier_life_is_not_good_enough(book: Book) -> None:
    for day in (1, 2):
        with pytest.raises(KeyboardInterrupt):
            book.upgrade(m003_broken)
        book.lived(datetime(2026, 4, day, tzinfo=NOON.tzinfo))
    assert len(book.copies) == 2


def test_the_last_two_copies_are_kept_and_no_half_one(book: Book) -> None:
    (book.path.parent / "x.db.backup-v1-20250101T000000Z.partial").write_bytes(b"half")
    for day in range(1, 5):
        with pytest.raises(KeyboardInterrupt):
            book.upgrade(m003_broken)
        book.lived(datetime(2026, 4, day, tzinfo=NOON.tzinfo))
    assert [verify(copy) for copy in book.copies] == [1, 1]


def test_a_disk_too_small_is_said_before_anything_is_done(book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage(10, 9, 1))
    with pytest.raises(StoreError, match="of free space"):
        book.upgrade(m002_more)
    assert (book.version, book.copies) == (1, [])


def test_a_newer_schema_is_refused_with_the_way_back(book: Book) -> None:
    book.upgrade(m002_more)
    [copy] = book.copies
    with pytest.raises(StoreError, match="has version 2, this program knows version 1") as refusal:
        book.upgrade()
    assert f"healthcheck restore {copy}" in refusal.value.hint


def test_the_copy_the_refusal_names_is_one_that_this_program_can_read(book: Book) -> None:
    book.upgrade(m002_more)
    copy = sqlite3.connect(book.copies[0])
    assert copy.execute("SELECT installation FROM daemon").fetchall() == [("abc",)]
    copy.close()
