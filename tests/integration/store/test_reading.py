"""Reading a database without its daemon: whoever asks, however the daemon left it."""

import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from healthcheckd.errors import StoreError
from healthcheckd.store.migrations import migrations
from healthcheckd.store.owner import connect
from healthcheckd.store.reading import read
from healthcheckd.store.version import SCHEMA_VERSION
from healthcheckd.store.viewing import StoreViews
from healthcheckd.store.views.reader import Reader
from healthcheckd.store.views.status import status
from healthcheckd.store.views.viewpoint import Viewpoint

VIEW = Viewpoint(datetime(2026, 3, 1, 12, 0, tzinfo=UTC))
NOBODY = 65534
_ADD = "INSERT INTO accounts (gateway, session, added_at) VALUES ('eu', ?, '2026-03-01T12:00:00.000Z')"
_READ_AS = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
import healthcheckd.store.aside
from healthcheckd.errors import StoreError
from healthcheckd.store.reading import read
os.setgroups([]); os.setegid(int(sys.argv[2])); os.seteuid(int(sys.argv[2]))
try:
    print(read(Path(sys.argv[1]), lambda c: c.execute("SELECT count(*) FROM accounts").fetchone()[0]))
except StoreError as error:
    print(error, "|", error.hint)
"""


def total(path: Path) -> int:
    return read(path, lambda connection: status(connection, VIEW).accounts.total)


def add(connection: sqlite3.Connection, session: str) -> None:
    key = connection.execute(_ADD, (session,)).lastrowid
    connection.execute("INSERT INTO readings (account) VALUES (?)", (key,))


def write(path: Path) -> sqlite3.Connection:
    """A database as the daemon holds it: open, with a log."""
    database = connect(path)
    migrations.apply(database)
    database.conn.execute("PRAGMA wal_autocheckpoint = 0")
    database.conn.execute("INSERT INTO gateways (name, added_at) VALUES ('eu', '2026-03-01T12:00:00.000Z')")
    add(database.conn, "a")
    return database.conn


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A database that was closed as it should be."""
    write(tmp_path / "healthcheckd.db").close()
    return tmp_path / "healthcheckd.db"


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that every user may enter and only its owner may write to."""
    folder = Path(tempfile.mkdtemp(prefix="healthcheck-test-"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder)


def as_nobody(path: Path) -> str:
    """What the user with fewest rights reads."""
    command = [sys.executable, "-c", _READ_AS, str(path), str(NOBODY)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=Path.cwd())
    return done.stdout.strip()


needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def test_a_closed_database_is_read_and_not_changed(path: Path) -> None:
    before = path.read_bytes()
    assert total(path) == 1
    assert path.read_bytes() == before


@needs_root
def test_what_root_leaves_beside_it_belongs_to_the_daemon(path: Path) -> None:
    os.chown(path, NOBODY, NOBODY)
    assert total(path) == 1
    assert {file.stat().st_uid for file in path.parent.iterdir()} == {NOBODY}


def test_what_a_running_daemon_wrote_a_moment_ago_is_seen(tmp_path: Path) -> None:
    with closing(write(tmp_path / "x.db")) as daemon:
        add(daemon, "b")
        assert total(tmp_path / "x.db") == 2
        add(daemon, "c")
        assert total(tmp_path / "x.db") == 3


def test_a_path_with_signs_that_mean_something_in_an_address_is_read(tmp_path: Path) -> None:
    odd = tmp_path / "a b#c?d%e.db"
    write(odd).close()
    assert total(odd) == 1


@needs_root
def test_another_user_reads_a_closed_database_in_a_folder_they_may_not_write_to(open_folder: Path) -> None:
    path = open_folder / "x.db"
    write(path).close()
    path.chmod(0o644)
    assert as_nobody(path) == "1"
    assert [file.name for file in open_folder.iterdir()] == ["x.db"]


@needs_root
def test_another_user_reads_beside_a_running_daemon(open_folder: Path) -> None:
    path = open_folder / "x.db"
    with closing(write(path)) as daemon:
        add(daemon, "b")
        for file in open_folder.iterdir():
            file.chmod(0o644)
        assert as_nobody(path) == "2"


@needs_root
def test_the_log_of_a_killed_daemon_is_read_aside_and_not_overlooked(open_folder: Path) -> None:
    original = open_folder / "x.db"
    with closing(write(original)) as daemon:
        add(daemon, "b")
        killed = open_folder / "killed"
        killed.mkdir(mode=0o755)
        for name in ("x.db", "x.db-wal"):
            shutil.copy(open_folder / name, killed / name)
            (killed / name).chmod(0o644)
    assert (killed / "x.db-wal").stat().st_size > 0
    before = {file.name: file.read_bytes() for file in killed.iterdir()}
    assert as_nobody(killed / "x.db") == "2"
    assert {file.name: file.read_bytes() for file in killed.iterdir()} == before


@needs_root
def test_who_may_not_read_is_told_how_they_might(open_folder: Path) -> None:
    path = open_folder / "x.db"
    write(path).close()
    path.chmod(0o640)
    assert as_nobody(path) == f"{path}: this user may not read the database | sudo -u root healthcheck …"
    os.chown(path, 0, 1)
    assert as_nobody(path).endswith("| sudo usermod -aG daemon $USER, then log in again")
    open_folder.chmod(0o700)
    assert "this user may not read the database" in as_nobody(path)


def test_a_database_that_is_not_there_yet_names_the_command_that_makes_it(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no database yet") as refused:
        total(tmp_path / "none.db")
    assert "healthcheckd" in refused.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_pipe_in_the_databases_place_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "x.db")
    with pytest.raises(StoreError, match="not a file"):
        total(tmp_path / "x.db")


def test_an_empty_file_is_no_older_database(tmp_path: Path) -> None:
    (tmp_path / "x.db").touch()
    with pytest.raises(StoreError, match="nothing in the database yet"):
        total(tmp_path / "x.db")


@pytest.mark.parametrize(
    ("version", "says", "hint"),
    [
        (SCHEMA_VERSION + 1, "a newer healthcheckd wrote this database", "update this program"),
        (SCHEMA_VERSION - 1, "an older healthcheckd wrote this database", "systemctl start healthcheckd"),
    ],
)
def test_another_schema_is_refused_with_the_way_out(path: Path, version: int, says: str, hint: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA user_version = {version}")
    with pytest.raises(StoreError, match=says) as refused:
        total(path)
    assert hint in refused.value.hint
    assert f"schema {version}" in refused.value.what


@pytest.mark.parametrize("content", [b"not a database at all" * 400, os.urandom(8192)])
def test_a_file_that_is_no_database_says_so_and_names_the_backup(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError, match="not a database") as refused:
        total(path)
    assert "healthcheck restore" in refused.value.hint


def test_a_damaged_page_says_so_and_names_the_backup(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:] = os.urandom(len(content) - 4096)
    path.write_bytes(content)
    with pytest.raises(StoreError, match="damaged") as refused:
        total(path)
    assert "healthcheck restore" in refused.value.hint


def test_reading_alone_loads_neither_the_web_nor_the_writing_library() -> None:
    code = (
        "import sys, healthcheckd.store.reading, healthcheckd.store.views.status, healthcheckd.store.views.reader;"
        "print(sorted({'aiohttp', 'sqlite_utils', 'asyncio', 'rich', 'typer'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd())
    assert done.stdout.strip() == "[]"


async def test_the_daemon_and_who_reads_alone_see_the_same(tmp_path: Path) -> None:
    with closing(write(tmp_path / "x.db")) as daemon:
        views = StoreViews(tmp_path / "x.db", lambda: VIEW)
        assert await views.status() == read(tmp_path / "x.db", lambda connection: Reader(connection, VIEW).status())
        add(daemon, "b")
        assert (await views.status()).accounts.total == 2
        assert await views.info() == read(tmp_path / "x.db", lambda connection: Reader(connection, VIEW).info())
        await views.close()
