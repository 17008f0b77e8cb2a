"""`healthcheck status` in every state that a daemon and its database can be in."""

import json
import os
import re
from pathlib import Path

import pytest

from healthcheckd.api import unix_http
from healthcheckd.cli.output import Screen
from healthcheckd.cli.screens.status import StatusScreen
from tests.contract.api.fakes import FakeDaemon
from tests.integration.cli.conftest import Fleet, Run

START = "healthcheckd --config"


@pytest.fixture
def small(fleet: Fleet) -> Fleet:
    fleet.gateway("eu", answered_at=fleet.ago(minutes=1))
    fleet.healthy("eu/well", name="Well")
    fleet.down("eu/ill", "Critical", "logged_out", fleet.ago(hours=7, minutes=12), name="Ill", connection="LoggedOut")
    check = {"job": "whatsapp-health-check", "started_by": "timetable", "result": '{"total": 2}'}
    fleet.put("job_runs", started_at=fleet.ago(minutes=5), ended_at=fleet.ago(minutes=4), **check)
    return fleet


async def test_a_running_daemon_is_shown_with_what_needs_a_person(run: Run, small: Fleet, listener: None) -> None:
    small.daemon()
    ended = await run("status")
    assert ended.code == 0 and ended.err == ""
    assert "eu 0.1.0 · up 12 d 4 h · 1 gateway · next check in" in ended.out
    assert re.search(r"ACCOUNTS +2 +Healthy 1 +Warning 0 +Critical 1 +Unknown 0", ended.out)
    assert re.search(r"eu/ill +Ill +Critical +logged out +7 h 12 min +nobody told +healthcheck pair eu/ill", ended.out)


async def test_a_stopped_daemon_leaves_what_is_last_known(run: Run, small: Fleet) -> None:
    small.daemon(stopped_at=small.ago(hours=2))
    ended = await run("status")
    assert ended.code == 4
    assert "NOT RUNNING" in ended.out and "it was stopped at" in ended.out and "2 h ago" in ended.out
    assert "eu/ill" in ended.out
    assert START in ended.err


async def test_a_killed_daemon_was_last_heard_of(run: Run, small: Fleet, place: Path) -> None:
    small.daemon(beat_at=small.ago(hours=3))
    (place / "c.sock").touch()
    ended = await run("status")
    assert ended.code == 4
    assert "NOT RUNNING" in ended.out and "it was last heard of at" in ended.out and "3 h ago" in ended.out


async def test_a_daemon_that_never_ran_is_an_error_that_names_the_start(run: Run) -> None:
    ended = await run("status")
    assert (ended.code, ended.out) == (4, "")
    assert "there is no database yet" in ended.err and START in ended.err


async def test_another_version_is_named(run: Run, small: Fleet, listener: None) -> None:
    small.daemon(version="9.9.9")
    ended = await run("status")
    assert ended.code == 0
    assert "The daemon is 9.9.9 and this program" in ended.out


async def test_a_daemon_that_does_not_turn_is_said_to_hang(run: Run, small: Fleet, listener: None) -> None:
    small.daemon(beat_at=small.ago(minutes=20))
    assert "it hangs" in (await run("status")).out


async def test_an_unreadable_database_is_asked_of_the_daemon(run: Run, place: Path, daemon: FakeDaemon) -> None:
    (place / "hc.db").write_bytes(b"this is no database, however one looks at it" * 40)
    ended = await run("status")
    assert ("status", "") in daemon.asked
    assert ended.code == 4, "the made-up daemon says of itself that it is not alive"


async def test_an_unreadable_database_without_a_daemon_is_an_error(run: Run, place: Path) -> None:
    (place / "hc.db").write_bytes(b"this is no database, however one looks at it" * 40)
    ended = await run("status")
    assert (ended.code, ended.out) == (4, "")
    assert "not a database" in ended.err


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
async def test_a_database_of_others_names_the_cure(run: Run, small: Fleet, place: Path) -> None:
    (place / "hc.db").chmod(0)
    assert "may not read" in (await run("status")).err


@pytest.mark.parametrize(("version", "words"), [(99, "a newer healthcheckd"), (0, "an older healthcheckd")])
async def test_a_database_of_another_version_says_which(run: Run, small: Fleet, version: int, words: str) -> None:
    small.connection.execute(f"PRAGMA user_version = {version}")
    ended = await run("status")
    assert ended.code == 4
    assert words in ended.err


async def test_a_database_of_another_version_is_asked_of_the_daemon(run: Run, small: Fleet, daemon: FakeDaemon) -> None:
    small.connection.execute("PRAGMA user_version = 99")
    await run("status", "--by", "gateway")
    assert ("status", "gateway") in daemon.asked


async def test_json_is_the_report(run: Run, small: Fleet, listener: None) -> None:
    small.daemon()
    report = json.loads((await run("status", "--json")).out)
    assert report["accounts"]["critical"] == 1
    assert report["needs_person"][0]["id"] == "eu/ill"
    assert report["daemon"]["alive"] is True


async def test_unhealthy_is_an_exit_code_only_for_those_who_ask(run: Run, small: Fleet, listener: None) -> None:
    small.daemon()
    assert (await run("status")).code == 0
    assert (await run("status", "--exit-code")).code == 5
    small.connection.execute("UPDATE accounts SET health = 'Healthy'")
    assert (await run("status", "--exit-code")).code == 0


async def test_groups_are_counted_beside_the_whole(run: Run, small: Fleet, listener: None) -> None:
    small.daemon()
    assert re.search(r"^eu +2 +1 +0 +1 +0$", (await run("status", "--by", "gateway")).out, re.MULTILINE)


async def test_an_unknown_grouping_is_refused(run: Run) -> None:
    assert (await run("status", "--by", "phase-of-the-moon")).code == 2


async def test_watch_mode_says_what_would_have_been_done(run: Run, small: Fleet, listener: None) -> None:
    small.daemon(mode="watch")
    out = (await run("status")).out
    assert "WATCH MODE: nothing is sent or restarted." in out
    assert "it would have made 0 reconnections and 0 notices" in out


async def test_a_hold_is_on_the_screen_with_its_end(run: Run, small: Fleet, listener: None) -> None:
    small.daemon()
    small.put("holds", gateway="", from_at=small.ago(hours=1), comment="host moves", by="ana")
    out = (await run("status")).out
    assert "ON HOLD" in out and "host moves" in out and "healthcheck release" in out


class TestNagios:
    async def test_a_critical_account_is_critical(self, run: Run, small: Fleet, listener: None) -> None:
        small.daemon()
        ended = await run("status", "--nagios")
        assert ended.code == 2
        assert ended.out.startswith("HEALTHCHECKD CRITICAL - 1 critical | accounts=2;;;0 healthy=1;;;0 ")
        assert len(ended.out.splitlines()) == 1 and re.search(r" check_age=2[34]\ds;;;0$", ended.out.strip())

    async def test_a_warning_is_a_warning(self, run: Run, small: Fleet, listener: None) -> None:
        small.daemon()
        small.connection.execute("UPDATE accounts SET health = 'Warning' WHERE health = 'Critical'")
        assert (await run("status", "--nagios")).code == 1

    async def test_a_healthy_fleet_is_ok(self, run: Run, small: Fleet, listener: None) -> None:
        small.daemon()
        small.connection.execute("UPDATE accounts SET health = 'Healthy'")
        ended = await run("status", "--nagios")
        assert ended.code == 0 and ended.out.startswith("HEALTHCHECKD OK - 2 accounts healthy | ")

    async def test_a_daemon_that_is_down_is_critical(self, run: Run, small: Fleet) -> None:
        small.daemon()
        ended = await run("status", "--nagios")
        assert ended.code == 2 and "the daemon is down" in ended.out

    async def test_a_check_older_than_two_cadences_is_critical(self, run: Run, small: Fleet, listener: None) -> None:
        small.daemon()
        small.connection.execute("UPDATE accounts SET health = 'Healthy'")
        small.connection.execute("UPDATE job_runs SET ended_at = ?", (small.ago(minutes=31),))
        ended = await run("status", "--nagios")
        assert ended.code == 2 and "the last check ended 31 min ago" in ended.out

    async def test_a_daemon_that_never_ran_is_critical(self, run: Run) -> None:
        ended = await run("status", "--nagios")
        assert ended.code == 2 and ended.out.startswith("HEALTHCHECKD CRITICAL - ")

    async def test_who_may_not_ask_does_not_know(self, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
        def refuse(path: Path, timeout: float | None) -> None:
            raise PermissionError

        monkeypatch.setattr(unix_http, "connected", refuse)
        ended = await run("status", "--nagios")
        assert ended.code == 3 and "you may not talk to the daemon" in ended.out

    async def test_a_configuration_that_cannot_be_read_is_unknown(self, run: Run, place: Path) -> None:
        (place / "hc.toml").write_text("[daemon\n")
        ended = await run("status", "--nagios")
        assert ended.code == 3 and ended.out.startswith("HEALTHCHECKD UNKNOWN - ")


async def test_the_screen_fits_eighty_columns(run: Run, small: Fleet, listener: None) -> None:
    """What is drawn from the same report on a terminal; the command itself was not on one here."""
    import io
    from zoneinfo import ZoneInfo

    import msgspec

    from healthcheckd.domain.reports.status import StatusReport

    small.daemon()
    report = msgspec.json.decode((await run("status", "--json")).out, type=StatusReport)
    kept = io.StringIO()
    StatusScreen(report, ZoneInfo("UTC")).draw(Screen(kept, terminal=True, width=80, environ={"TERM": "dumb"}))
    assert max(map(len, kept.getvalue().splitlines())) <= 80
