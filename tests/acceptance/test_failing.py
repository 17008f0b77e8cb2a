"""What cannot work is said clearly, with an exit code; what breaks while running stops the daemon loudly."""

import asyncio
import os
import shutil
import socket

import pytest

from tests.acceptance.machine import Machine, Program

pytestmark = pytest.mark.acceptance


def said_plainly(program: Program, *words: str) -> None:
    assert all(word.lower() in program.log.lower() for word in words), program.log
    assert "Traceback" not in program.log


async def test_a_folder_that_cannot_be_made_is_named(here: Machine) -> None:
    here.config.write_text(here.config.read_text().replace(f"{here.folder}/hc.db", f"{here.config}/state/hc.db"))
    program = await here.run("--config", str(here.config))
    assert await program.ends() == 1
    said_plainly(program, str(here.config), "not a directory", "Try: ls -ld")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
async def test_a_folder_that_may_not_be_written_is_named(here: Machine) -> None:
    (here.folder / "state").mkdir(mode=0o500)
    here.config.write_text(here.config.read_text().replace(f"{here.folder}/hc.db", f"{here.folder}/state/hc.db"))
    program = await here.run("--config", str(here.config))
    assert await program.ends() == 1
    said_plainly(program, "permission denied", "Try: ls -ld")


async def test_a_file_that_is_no_database_is_left_alone(here: Machine) -> None:
    here.database.write_bytes(b"a letter to my aunt\n" * 300)
    program = await here.run("--config", str(here.config))
    assert await program.ends() == 1
    said_plainly(program, "not a database", "healthcheck restore")
    assert here.database.read_bytes().startswith(b"a letter")


@pytest.mark.parametrize("table", ["http", "hooks"])
async def test_a_port_in_use_is_named_and_everything_given_back(here: Machine, table: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        here.write(f'[{table}]\nlisten = "127.0.0.1:{port}"\n')
        program = await here.run("--config", str(here.config))
        assert await program.ends() == 78
    said_plainly(program, f"{table}.listen", str(port), "address already in use")
    assert not (here.folder / "hc.sock").exists()
    assert here.manager.count("READY=1") == 0


async def test_a_configuration_that_is_not_there_is_named(here: Machine) -> None:
    program = await here.run("--config", str(here.folder / "elsewhere.toml"))
    assert await program.ends() == 78
    said_plainly(program, "elsewhere.toml", "no such file")


async def test_a_log_file_that_cannot_be_opened_is_a_fault_of_the_configuration(here: Machine) -> None:
    here.write(f'[log]\nfile = "{here.folder}/no/such/folder.log"\n')
    program = await here.run("--config", str(here.config))
    assert await program.ends() == 78
    said_plainly(program, "log.file", "no such file or directory")


async def test_a_database_deleted_between_two_starts_is_begun_anew(here: Machine) -> None:
    for _ in range(2):
        program = await here.run("--config", str(here.config), "--once", "whatsapp-health-check")
        assert await program.ends() == 0
        for file in here.folder.glob("hc.db*"):
            file.unlink()
    daemon = await here.daemon()
    await daemon.says("health check completed { total: 2, healthy: 2")


async def test_a_database_deleted_while_running_stops_the_daemon_loudly(here: Machine) -> None:
    daemon = await here.daemon(WATCHDOG_USEC="400000")
    await daemon.says("health check completed")
    here.database.unlink()
    assert await daemon.ends() == 1
    said_plainly(daemon, str(here.database), "was deleted or replaced while it was in use")


async def test_a_database_replaced_while_running_is_not_written_over(here: Machine) -> None:
    daemon = await here.daemon(WATCHDOG_USEC="400000")
    await daemon.says("health check completed")
    copy = here.folder / "copy.db"
    shutil.copy(here.database, copy)
    before = copy.read_bytes()
    copy.replace(here.database)
    assert await daemon.ends() == 1
    assert here.database.read_bytes() == before


async def test_a_side_task_that_fails_takes_the_daemon_down_with_a_code(here: Machine) -> None:
    daemon = await here.daemon(WATCHDOG_USEC="400000")
    await daemon.says("health check completed")
    here.change("ALTER TABLE job_runs RENAME TO job_runs_no_more")
    assert await asyncio.wait_for(daemon.process.wait(), 12) == 3
    assert "healthcheckd failed" in daemon.log and "no such table: job_runs" in daemon.log
    assert not (here.folder / "hc.sock").exists()
