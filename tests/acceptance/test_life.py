"""The daemon's life and death, as a service manager and a person with a terminal see it."""

import asyncio
import json
import signal
import time

import pytest

from tests.acceptance.machine import CHECK, Machine, until

pytestmark = pytest.mark.acceptance

LAST_RUN = "SELECT started_by, result, error FROM job_runs WHERE job = ? AND ended_at IS NOT NULL ORDER BY id DESC"


async def sweep_under_way(here: Machine) -> None:
    await until(
        lambda: here.rows("SELECT 1 FROM job_runs WHERE job = ? AND ended_at IS NULL", CHECK), "a sweep is under way"
    )


async def test_it_says_when_it_is_ready_alive_and_stopping_and_leaves_nothing_behind(here: Machine) -> None:
    daemon = await here.daemon(WATCHDOG_USEC="400000")
    assert "STATUS=watching 1 gateway" in "\n".join(here.manager.heard)
    await here.manager.hears("WATCHDOG=1", times=3)
    await daemon.says("WhatsApp session health check completed { total: 2, healthy: 2, warning: 0, critical: 0 }")
    daemon.signal(signal.SIGTERM)
    assert await daemon.ends() == 0
    assert here.manager.count("STOPPING=1") == 1
    assert "Cron scheduler initialized successfully" in daemon.log
    assert not (here.folder / "hc.sock").exists()
    assert here.rows("SELECT pid, stopped_at IS NOT NULL FROM daemon") == [(None, 1)]


async def test_a_second_instance_is_refused_and_told_which_is_the_first(here: Machine) -> None:
    first = await here.daemon()
    second = await here.run("--config", str(here.config))
    assert await second.ends() == 1
    assert f"process {first.process.pid}" in second.log
    assert "Traceback" not in second.log
    assert first.process.returncode is None


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
async def test_a_signal_lets_finish_what_is_under_way(here: Machine, number: signal.Signals) -> None:
    here.gateway.faults.latency = 0.5
    daemon = await here.daemon()
    await sweep_under_way(here)
    daemon.signal(number)
    assert await daemon.ends() == 0
    assert "Stopped" in daemon.log
    [(_, result, error), *_] = here.rows(LAST_RUN, CHECK)
    assert (json.loads(result)["healthy"], error) == (2, "")


async def test_what_takes_longer_than_the_grace_time_is_cut_off_and_says_so(here: Machine) -> None:
    here.write(grace="1 second")
    here.gateway.faults.hang = True
    daemon = await here.daemon()
    await sweep_under_way(here)
    daemon.signal(signal.SIGTERM)
    began = time.monotonic()
    assert await daemon.ends() == 0
    assert 0.8 < time.monotonic() - began < 5
    assert here.rows(LAST_RUN, CHECK)[0] == ("timetable", "{}", "interrupted")
    assert here.rows("SELECT failures FROM jobs WHERE name = ?", CHECK) in ([], [(0,)])
    assert "Traceback" not in daemon.log


async def test_told_twice_within_a_second_it_still_drains_and_later_it_is_forced(here: Machine) -> None:
    here.write(grace="60 seconds")
    here.gateway.faults.hang = True
    daemon = await here.daemon()
    await sweep_under_way(here)
    daemon.signal(signal.SIGTERM)
    daemon.signal(signal.SIGINT)
    await here.manager.hears("STOPPING=1")
    await asyncio.sleep(1.2)
    assert daemon.process.returncode is None
    daemon.signal(signal.SIGTERM)
    assert await daemon.ends(patience=2) == 1
    assert "Told to stop a second time: stopping at once" in daemon.log


async def test_a_good_configuration_is_put_in_force_by_a_signal(here: Machine) -> None:
    daemon = await here.daemon()
    await daemon.says("health check completed")
    here.write(cadence="every 1 second")
    daemon.signal(signal.SIGHUP)
    await daemon.says("Configuration reloaded: [jobs] changed")
    await here.manager.hears("READY=1", times=2)
    assert here.manager.count("RELOADING=1") == 1
    sweeps = len(here.rows(LAST_RUN, CHECK))
    await until(lambda: len(here.rows(LAST_RUN, CHECK)) > sweeps, "the new cadence rings")
    assert here.rows("SELECT who, how, what, outcome FROM audit") == [("SIGHUP", "signal", "reload", "[jobs] changed")]


async def test_a_bad_configuration_is_refused_and_the_old_one_stays(here: Machine) -> None:
    daemon = await here.daemon()
    await daemon.says("health check completed")
    here.write("[mischief]\n", cadence="every now and then")
    daemon.signal(signal.SIGHUP)
    await daemon.says("The new configuration is refused, the old one stays")
    assert "mischief" in daemon.log and "every now and then" in daemon.log
    [(outcome,)] = await until(lambda: here.rows("SELECT outcome FROM audit"), "it is in the trail")
    assert outcome == "configuration: the old configuration stays"
    assert (await here.command("ping")).process.returncode == 0


async def test_a_log_file_that_cannot_be_opened_leaves_all_as_it_was(here: Machine) -> None:
    daemon = await here.daemon()
    here.write(f'[log]\nfile = "{here.config}/no/folder.log"\n', cadence="every 1 second")
    daemon.signal(signal.SIGHUP)
    await daemon.says("log.file")
    await here.manager.hears("READY=1", times=2)
    assert (await here.command("ping")).process.returncode == 0
    daemon.signal(signal.SIGTERM)
    assert await daemon.ends() == 0


async def test_a_reload_while_a_sweep_runs_neither_breaks_nor_doubles_it(here: Machine) -> None:
    here.gateway.faults.latency = 0.4
    daemon = await here.daemon()
    await sweep_under_way(here)
    here.write("[log]\nlevel = 'debug'\n", cadence="every 1 second")
    daemon.signal(signal.SIGHUP)
    await daemon.says("Configuration reloaded")
    await daemon.says("health check completed { total: 2, healthy: 2")
    assert [error for _, _, error in here.rows(LAST_RUN, CHECK)] == [""] * len(here.rows(LAST_RUN, CHECK))
    assert here.rows("SELECT failures FROM gateways") == [(0,)]
    overlapping = "SELECT count(*) FROM job_runs a JOIN job_runs b ON a.job = b.job AND a.id < b.id"
    assert here.rows(f"{overlapping} WHERE a.ended_at IS NULL OR b.started_at < a.ended_at") == [(0,)]


async def test_checking_a_good_configuration_says_so(here: Machine) -> None:
    program = await here.run("--config", str(here.config), "--check-config")
    assert await program.ends() == 0
    assert f"{here.config} is fine" in program.log
    assert not here.database.exists()


async def test_checking_a_bad_configuration_names_every_fault(here: Machine) -> None:
    here.write("[mischief]\n[log]\nlevel = 'loud'\n", cadence="every now and then")
    program = await here.run("--config", str(here.config), "--check-config")
    assert await program.ends() == 78
    assert all(word in program.log for word in ("mischief", "log.level", "loud", "every now and then"))
    assert "Traceback" not in program.log


async def test_one_run_alone_does_the_job_and_ends(here: Machine) -> None:
    program = await here.run("--config", str(here.config), "--once", CHECK)
    assert await program.ends() == 0
    assert here.rows(LAST_RUN, CHECK)[0][0] == "once"
    assert here.rows("SELECT session, health FROM accounts ORDER BY session") == [
        ("bakery", "Healthy"),
        ("shop", "Healthy"),
    ]


async def test_one_run_beside_a_daemon_is_made_there(here: Machine) -> None:
    daemon = await here.daemon()
    await daemon.says("health check completed")
    program = await here.run("--config", str(here.config), "--once", CHECK)
    assert await program.ends() == 0
    assert "triggering the job there" in program.log
    assert daemon.log.count("health check completed") == 2
    assert len(here.rows(LAST_RUN, CHECK)) == 2


async def test_one_run_of_an_unknown_job_is_refused(here: Machine) -> None:
    program = await here.run("--config", str(here.config), "--once", "whatsapp-helth-check")
    assert await program.ends() == 2
    assert "whatsapp-helth-check" in program.log and "Traceback" not in program.log


async def test_one_run_that_fails_exits_so(here: Machine) -> None:
    await (await here.run("--config", str(here.config), "--once", CHECK)).ends()
    here.change("CREATE TRIGGER broken BEFORE INSERT ON latencies BEGIN SELECT raise(ABORT, 'out of order'); END")
    program = await here.run("--config", str(here.config), "--once", CHECK)
    assert await program.ends() == 1
    assert "out of order" in here.rows(LAST_RUN, CHECK)[0][2]
