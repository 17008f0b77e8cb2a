"""Each command, through the real client and the real API, to the daemon's ports."""

import json
from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.errors import Refused
from healthcheckd.ports.control import Caller, Order, PairingReport, Progress
from tests.contract.api.fakes import NOW, READER, SHOP, FakeDaemon, KnownCaller
from tests.integration.cli.conftest import Run

CHECK = "whatsapp-health-check"


def asked(daemon: FakeDaemon, what: str) -> list[tuple[object, ...]]:
    return [one[1:] for one in daemon.asked if one[0] == what]


async def test_ping_is_answered_by_the_daemon(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("ping")
    assert ended.code == 0 and "answers" in ended.out


async def test_ping_without_a_daemon_ends_with_four(run: Run) -> None:
    ended = await run("ping")
    assert ended.code == 4 and "the daemon is not running" in ended.err and "Hint: healthcheckd" in ended.err


async def test_a_triggered_run_tells_its_counts(run: Run, daemon: FakeDaemon) -> None:
    daemon.steps = [Progress("reading", 3, 5)]
    ended = await run("trigger", CHECK)
    assert asked(daemon, "trigger") == [(CHECK, Order(True, False), Caller("ana", may_read=True, may_manage=True))]
    assert f"{CHECK} ended after 2.1 s (joined a run in progress)" in ended.out
    assert "total 5   healthy 3   warning 1   critical 1   reconnected 1   notified 1" in ended.out


async def test_the_counts_of_a_run_as_json_are_the_users_data(run: Run, daemon: FakeDaemon) -> None:
    assert json.loads((await run("trigger", CHECK, "--json")).out) == daemon.counts


async def test_a_run_that_nobody_waits_for_is_only_started(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("trigger", CHECK, "--no-wait")
    assert asked(daemon, "trigger")[0][1] == Order(False, False)
    assert ended.out == ""


async def test_a_rehearsal_is_asked_for_as_one(run: Run, daemon: FakeDaemon) -> None:
    await run("trigger", "inactive-client-cleanup", "--dry-run")
    assert asked(daemon, "trigger")[0][:2] == ("inactive-client-cleanup", Order(True, True))


async def test_an_unknown_job_is_answered_with_the_nearest(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("trigger", "whatsapp-health-chek")
    assert ended.code == 2 and CHECK in ended.err


async def test_jobs_are_switched_and_say_when_they_were_already(run: Run, daemon: FakeDaemon) -> None:
    assert (await run("stop", CHECK)).out == f"{CHECK} is stopped\n"
    assert (await run("start", CHECK)).out == f"{CHECK} was on already\n"


async def test_who_may_only_read_is_refused_with_the_cure(run: Run, daemon: FakeDaemon, identity: KnownCaller) -> None:
    identity.is_caller = READER
    ended = await run("stop", CHECK)
    assert ended.code == 1 and "bob may not change anything" in ended.err and "usermod" in ended.err


async def test_stats_as_json_are_the_users_data_array(run: Run, daemon: FakeDaemon) -> None:
    assert json.loads((await run("stats", "--json")).out) == [
        {"healthStatus": "Healthy", "connectionStatus": "Connected", "_count": 3},
        {"healthStatus": "Warning", "connectionStatus": "Disconnected", "_count": 1},
        {"healthStatus": "Critical", "connectionStatus": "Failed", "_count": 1},
    ]


async def test_a_hold_says_why_and_for_how_long(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("hold", "--gateway", "main", "--for", "2h", "--comment", "host moves")
    assert asked(daemon, "hold")[0][:3] == ("main", NOW + timedelta(hours=2), "host moves")
    assert ended.out == "gateway main is on hold for 2h\n"
    assert (await run("release")).out.startswith("nothing was on hold as a whole")


async def test_an_empty_name_of_a_gateway_does_not_hold_everything(run: Run, daemon: FakeDaemon) -> None:
    for command in ("hold", "release"):
        ended = await run(command, "--gateway", "")
        assert ended.code == 2 and "a name is missing" in ended.err
    assert asked(daemon, "hold") == asked(daemon, "release") == []


async def test_a_gateway_is_looked_at(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("gateways", "check", "main")
    assert "2026.4.1" in ended.out and "accepted" in ended.out
    assert (await run("gateways", "check", "mian")).code == 2


async def test_a_gateway_is_made_to_post(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("gateways", "hook", "main", "--install")
    assert (ended.code, ended.out) == (0, "main (evolution): 2 set, 1 set before\n")
    assert [one[0] for one in asked(daemon, "install_hook")] == ["main"]
    assert not asked(daemon, "hook")


async def test_what_could_not_be_made_to_post_is_told_and_ends_with_one(run: Run, daemon: FakeDaemon) -> None:
    daemon.failed = {f"shop-{number:02}": "it posts to another address" for number in range(12)}
    ended = await run("gateways", "hook", "main", "--install")
    assert ended.code == 1
    assert "main (evolution): 2 set, 1 set before, 12 not set\n" in ended.out
    assert ended.out.count("it posts to another address") == 10
    assert ended.out.endswith("+2 more\n")
    ended = await run("gateways", "hook", "main", "--install", "--json")
    assert (ended.code, json.loads(ended.out)["failed"]) == (1, daemon.failed)


@pytest.mark.parametrize("name", ["é", "a/b", "../hold", "#?%", ""])
async def test_a_gateway_of_any_name_is_only_unknown(run: Run, daemon: FakeDaemon, name: str) -> None:
    assert (await run("gateways", "check", name)).code == 2
    assert not asked(daemon, "hold")


async def test_what_is_no_text_is_refused(run: Run) -> None:
    ended = await run("accounts", "show", "main/\udcff")
    assert ended.code == 2 and "is not text in utf-8" in ended.err


async def test_messages_are_counted_once_for_a_key(run: Run, daemon: FakeDaemon) -> None:
    ended = await run("messages", "add", "shop", "25", "--key", "k1")
    assert asked(daemon, "messages")[0][:3] == (SHOP, DayCount("", 25, 0), "k1")
    assert ended.out == "2026-05-04: 25 sent, 0 received\n"
    assert (await run("messages", "add", "shop", "0")).code == 2


async def test_notices_are_owed_again(run: Run, daemon: FakeDaemon) -> None:
    assert (await run("notices", "retry", "7", "8")).out == "2 notices owed again\n"
    assert asked(daemon, "retry")[0][0] == (7, 8)
    assert (await run("notices", "retry")).code == 2


async def test_mail_is_tried(run: Run, daemon: FakeDaemon) -> None:
    assert (await run("email", "verify")).out == "235 ok\n"
    assert (await run("email", "test", "ana@example.com")).out == "accepted: 250 queued\n"


async def test_a_preview_needs_no_daemon(run: Run, place: Path) -> None:
    assert (await run("email", "preview", "offline", "--out", "look.html")).code == 0
    assert "<html" in (place / "look.html").read_text()
    assert "Subject: " in (await run("email", "preview", "offline", "--text")).out
    assert (await run("email", "preview", "ofline")).code == 2


async def test_a_reload_tells_what_changed(run: Run, daemon: FakeDaemon) -> None:
    assert (await run("reload")).out == "gateway us was added\n"


async def test_a_backup_is_named_as_the_daemon_has_to_find_it(run: Run, daemon: FakeDaemon, place: Path) -> None:
    await run("backup", "copy.db")
    assert asked(daemon, "backup")[0][0] == str(place / "copy.db")


async def test_the_audit_trail_is_listed(run: Run, daemon: FakeDaemon) -> None:
    assert "trigger whatsapp-health-check" in (await run("audit")).out


async def test_events_come_a_sentence_each(run: Run, daemon: FakeDaemon) -> None:
    change = {"health_from": "Healthy", "health_to": "Warning", "connection_from": "Connected"}
    daemon.events = [EventRow(NOW, "transition", "main/shop", change | {"connection_to": "Failed", "cause": "network"})]
    ended = await run("events", "--follow")
    assert "12:00:00  transition  main/shop  Healthy → Warning (Connected → Failed): network" in ended.out


async def test_events_as_json_are_one_object_a_line(run: Run, daemon: FakeDaemon) -> None:
    daemon.events = [EventRow(NOW, "job", data={"job": CHECK}), EventRow(NOW, "gateway", data={"gateway": "main"})]
    lines = (await run("events", "--follow", "--json")).out.splitlines()
    assert [json.loads(line)["kind"] for line in lines] == ["job", "gateway"]


class TestPairing:
    @pytest.fixture(autouse=True)
    def _no_waiting(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("healthcheckd.cli.commands.pairing._LOOK_AGAIN_SECONDS", 0.001)

    @staticmethod
    def plays(daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch, *scenes: PairingReport | Exception) -> None:
        left = list(scenes)

        async def pairing(self: object, account: AccountId, phone: str, begin: bool, caller: Caller) -> PairingReport:
            daemon.note("pairing", account, phone, begin)
            scene = left.pop(0)
            if isinstance(scene, Exception):
                raise scene
            return scene

        monkeypatch.setattr("tests.contract.api.fakes.Accounts.pairing", pairing)

    async def test_the_code_is_renewed_until_the_number_is_back(
        self, run: Run, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting = PairingReport("main/shop", Connection.NEEDS_PAIRING, expected_phone="+49301", qr_text="2@one")
        renewed = PairingReport("main/shop", Connection.NEEDS_PAIRING, expected_phone="+49301", qr_text="2@two")
        linked = PairingReport("main/shop", Connection.CONNECTED, phone="+49301")
        self.plays(daemon, monkeypatch, waiting, waiting, renewed, linked)
        ended = await run("pair", "shop")
        assert ended.code == 0
        assert ended.out.count("Link a device, and scan") == 2, "drawn anew only when it changed"
        assert "main/shop is linked to +49301." in ended.out
        assert [one[2] for one in asked(daemon, "pairing")] == [True, False, False, False]

    async def test_another_number_is_refused(
        self, run: Run, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting = PairingReport("main/shop", Connection.NEEDS_PAIRING, qr_text="2@one")
        self.plays(daemon, monkeypatch, waiting, Refused("main/shop is linked to +1, and +2 belongs there"))
        ended = await run("pair", "shop")
        assert ended.code == 1 and "belongs there" in ended.err

    async def test_nobody_scans_for_ever(self, run: Run, daemon: FakeDaemon) -> None:
        ended = await run("pair", "shop", "--timeout", "10ms")
        assert ended.code == 1 and "nobody has linked it in time" in ended.err

    async def test_a_code_to_type_is_shown_instead(
        self, run: Run, daemon: FakeDaemon, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waiting = PairingReport("main/shop", Connection.NEEDS_PAIRING, code="ABCD-1234")
        self.plays(daemon, monkeypatch, waiting, PairingReport("main/shop", Connection.CONNECTED))
        assert "ABCD-1234" in (await run("pair", "shop", "--code", "+49301")).out
        assert asked(daemon, "pairing")[0][1] == "+49301"
