"""One owner, one lock, whole transactions, failures in plain words."""

import asyncio
import os
import sqlite3
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from healthcheckd.domain.observations import Connection, Observation
from healthcheckd.errors import StoreError
from healthcheckd.store.database import Store
from healthcheckd.store.lock import AlreadyRunning, InstanceLock
from healthcheckd.store.owner import connect, transaction
from tests.contract.store.conftest import NOON, POLICY, SETTINGS, World, open_world


async def test_the_database_is_private_and_so_are_its_companions(world: World, database: Path) -> None:
    await world.up("shop")
    for path in (database, Path(f"{database}-wal"), Path(f"{database}-shm"), Path(f"{database}.lock")):
        assert stat.S_IMODE(path.stat().st_mode) & 0o027 == 0, path
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o750


async def test_the_connection_is_as_safe_as_it_is_meant(world: World) -> None:
    expected = {"journal_mode": "wal", "synchronous": 2, "secure_delete": 1, "foreign_keys": 1}
    found = {name: (await world.sql(f"PRAGMA {name}"))[0][0] for name in expected}
    assert found == expected


async def test_a_failed_transaction_leaves_nothing(world: World) -> None:
    def half(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("INSERT INTO audit (at, who, how, what, outcome) VALUES ('', '', '', '', '')")
        raise ValueError("after the first row")

    with pytest.raises(ValueError, match="first row"):
        await world.store.core.run(half)
    assert await world.sql("SELECT count(*) FROM audit") == [(0,)]


async def test_cancelling_whoever_waits_does_not_undo_the_work(world: World) -> None:
    task = asyncio.create_task(world.store.runs.audit(world.now, "ana", "socket", "what", "ok"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert await world.sql("SELECT count(*) FROM audit") == [(1,)]


async def test_work_that_fails_after_it_was_abandoned_is_logged(world: World, caplog: pytest.LogCaptureFixture) -> None:
    task = asyncio.create_task(world.sql("SELECT * FROM nowhere"))
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await world.sql("SELECT 1")
    await asyncio.sleep(0)
    assert [record.action for record in caplog.records] == ["store_failed"]  # type: ignore[attr-defined]


async def test_calls_from_many_tasks_do_not_mix(world: World) -> None:
    sessions = [f"s{number}" for number in range(20)]
    await asyncio.gather(*(world.see(session, Connection.CONNECTED) for session in sessions))
    assert (await world.store.sweeps.tally())["healthy"] == 20


def test_a_transaction_within_a_transaction_is_refused(tmp_path: Path) -> None:
    database = connect(tmp_path / "x.db")
    with transaction(database), pytest.raises(RuntimeError, match="open already"), transaction(database):
        pass
    database.close()


def test_a_statement_outside_of_a_transaction_opens_none(tmp_path: Path) -> None:
    database = connect(tmp_path / "x.db")
    database.conn.execute("CREATE TABLE t (x INTEGER) STRICT")
    database.conn.execute("INSERT INTO t VALUES (1)")
    assert not database.conn.in_transaction
    database.close()


async def test_a_second_instance_is_refused_by_the_pid_of_the_first(world: World, database: Path) -> None:
    with pytest.raises(AlreadyRunning, match=str(os.getpid())) as refusal:
        await Store.open(database, SETTINGS, POLICY, NOON)
    assert refusal.value.pid == os.getpid()
    await world.up("shop")


def test_the_lock_dies_with_its_process(tmp_path: Path) -> None:
    database = tmp_path / "x.db"
    script = (
        "import sys, pathlib; from healthcheckd.store.lock import InstanceLock;"
        "InstanceLock(pathlib.Path(sys.argv[1])).acquire(); print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(database)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(AlreadyRunning) as refusal:
            InstanceLock(database).acquire()
        assert refusal.value.pid == holder.pid
        holder.kill()
    lock = InstanceLock(database)
    lock.acquire()
    lock.release()


async def test_a_full_disk_is_said_and_loses_nothing_committed(world: World) -> None:
    await world.up("shop")
    [(pages,)] = await world.sql("PRAGMA page_count")
    await world.sql(f"PRAGMA max_page_count = {pages}")
    chunk = [Observation(f"s{number}", world.now, Connection.FAILED, linked=True) for number in range(1000)]
    with pytest.raises(StoreError, match="the disk is full") as failure:
        await world.apply(chunk)
    assert failure.value.hint.startswith("df -h ")
    assert [one.session for one in await world.store.sweeps.known("main")] == ["shop"]
    await world.sql("PRAGMA max_page_count = 1000000")
    assert (await world.apply(chunk)).changed == 1000


async def test_another_writer_that_does_not_let_go_is_named(world: World, database: Path) -> None:
    await world.sql("PRAGMA busy_timeout = 10")
    other = sqlite3.connect(database, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreError, match="another program"):
        await world.up("shop")
    other.execute("ROLLBACK")
    other.close()
    await world.up("shop")


async def test_a_file_that_is_no_database_is_refused_unharmed(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database, but dear to somebody " * 50)
    with pytest.raises(StoreError, match="not a database"):
        await open_world(path)
    assert path.read_text().startswith("not a database")


async def test_another_programs_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE theirs (x)")
    other.close()
    with pytest.raises(StoreError, match="another program's"):
        await open_world(path)


async def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError) as failure:
        await open_world(tmp_path / "file" / "x.db")
    assert "ls -ld" in failure.value.hint


def test_what_a_killed_process_committed_is_there_and_what_it_did_not_is_not(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    script = """
import asyncio, os, pathlib, sys
from tests.contract.store.conftest import open_world

async def main():
    world = await open_world(pathlib.Path(sys.argv[1]))
    await world.up("shop")
    def die(connection, _):
        connection.execute("UPDATE accounts SET name = 'never'")
        os.kill(os.getpid(), 9)
    await world.store.core.run(die)
asyncio.run(main())
"""
    environment = {**os.environ, "PYTHONPATH": "."}
    killed = subprocess.run([sys.executable, "-c", script, str(path)], env=environment, check=False)
    assert killed.returncode == -9
    survivor = connect(path)
    assert survivor.conn.execute("SELECT name, health FROM accounts").fetchall() == [("Shop", "Healthy")]
    survivor.close()
