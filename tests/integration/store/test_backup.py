"""Copies made while the store is at work, and the way back."""

import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import StoreError
from healthcheckd.store.backup import restore, verify
from healthcheckd.store.lock import AlreadyRunning
from tests.contract.store.conftest import NOON, World, open_world


def leftovers(folder: Path) -> list[Path]:
    return list(folder.glob("*.partial"))


async def test_a_copy_is_made_while_the_store_is_at_work(world: World, tmp_path: Path) -> None:
    await world.up("shop")
    copy = tmp_path / "copy.db"
    assert await world.store.backup(copy) == copy.stat().st_size
    assert verify(copy) == 1
    assert stat.S_IMODE(copy.stat().st_mode) & 0o027 == 0
    assert leftovers(tmp_path) == []
    await world.down("shop")
    other = sqlite3.connect(copy)
    assert other.execute("SELECT health FROM accounts").fetchone() == ("Healthy",)
    other.close()


async def test_neither_the_instances_lock_nor_sqlites_own_is_lost_by_a_backup(
    world: World, database: Path, tmp_path: Path
) -> None:
    await world.store.backup(tmp_path / "copy.db")
    script = "import sqlite3, sys; sqlite3.connect(sys.argv[1], timeout=0).execute('BEGIN IMMEDIATE')"

    def while_writing(connection: sqlite3.Connection, _: object) -> str:
        connection.execute("UPDATE accounts SET name = 'x'")
        other = subprocess.run([sys.executable, "-c", script, database], capture_output=True, text=True, check=False)
        return other.stderr

    assert "database is locked" in await world.store.core.run(while_writing)
    with pytest.raises(AlreadyRunning):
        await open_world(database)


async def test_a_file_in_the_way_is_not_overwritten(world: World, tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("mine")
    with pytest.raises(StoreError, match="file of that name"):
        await world.store.backup(taken)
    assert taken.read_text() == "mine"


async def test_a_restored_database_says_and_does_nothing_until_released(database: Path, tmp_path: Path) -> None:
    world = await open_world(database)
    await world.up("shop")
    await world.down("shop", cause=Cause.REPLACED)
    await world.store.backup(tmp_path / "copy.db")
    await world.store.sweeps.apply("main", [], world.now)
    await world.sql("UPDATE accounts SET name = 'later'")
    await world.store.close()

    kept = restore(tmp_path / "copy.db", database, NOON)

    assert kept is not None
    assert verify(kept) == 1
    world = await open_world(database)
    world.wait(5)
    await world.down("shop", cause=Cause.NETWORK)
    assert await world.sql("SELECT held FROM daemon") == [("restored",)]
    assert "restored from a backup" in await world.store.runs.held()
    assert await world.messages() == []
    assert await world.due() == []
    assert await world.store.release("", world.now)
    assert not await world.store.release("", world.now)
    assert await world.messages() != []
    await world.store.close()


async def test_nothing_is_restored_under_a_running_daemon(world: World, database: Path, tmp_path: Path) -> None:
    await world.store.backup(tmp_path / "copy.db")
    with pytest.raises(AlreadyRunning):
        restore(tmp_path / "copy.db", database, NOON)
    await world.see("shop", Connection.CONNECTED)


@pytest.mark.parametrize("content", [b"", b"not a database at all" * 100])
async def test_rubbish_is_not_restored_and_the_database_stays(database: Path, tmp_path: Path, content: bytes) -> None:
    world = await open_world(database)
    await world.store.close()
    rubbish = tmp_path / "rubbish"
    rubbish.write_bytes(content)
    with pytest.raises(StoreError):
        restore(rubbish, database, NOON)
    assert verify(database) == 1


async def test_a_damaged_copy_is_found_out(world: World, tmp_path: Path) -> None:
    await world.up(*(f"s{number}" for number in range(50)))
    copy = tmp_path / "copy.db"
    await world.store.backup(copy)
    content = bytearray(copy.read_bytes())
    content[4096 * 3 : 4096 * 12] = b"\xff" * 4096 * 9
    copy.write_bytes(content)
    with pytest.raises(StoreError, match="damaged"):
        verify(copy)


async def test_a_copy_of_a_newer_schema_is_refused(world: World, database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    await world.store.backup(copy)
    await world.store.close()
    other = sqlite3.connect(copy)
    other.execute("PRAGMA user_version = 9")
    other.close()
    with pytest.raises(StoreError, match="version 9"):
        restore(copy, database, NOON)


def test_a_missing_copy_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="no such file"):
        restore(tmp_path / "nothing", tmp_path / "x.db", NOON)
