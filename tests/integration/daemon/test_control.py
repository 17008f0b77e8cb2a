"""What people ask of the running daemon, from the socket down to the database and the gateway, and back."""

import asyncio
import logging
import os
import pwd
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import pytest

from healthcheckd.api.client import account_path
from healthcheckd.domain.reports.status import StatusReport
from healthcheckd.errors import (
    ConfigurationError,
    GatewayError,
    HealthcheckError,
    Refused,
    StoreError,
    UnknownName,
    UsageError,
)
from healthcheckd.ports.control import Reloaded
from tests.integration.daemon.conftest import World, bad_configuration

ME = pwd.getpwuid(os.getuid()).pw_name
CHECK = "whatsapp-health-check"
A_WHILE = 15 * 60.0


async def logged(caplog: pytest.LogCaptureFixture, action: str) -> list[str]:
    return [record.getMessage() for record in caplog.records if getattr(record, "action", "") == action]


class TestJobs:
    async def test_a_trigger_checks_everything_and_answers_the_counts(
        self, world: World, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        counts = await world.sweep()
        assert (counts["total"], counts["healthy"]) == (4, 3)
        assert await logged(caplog, "manual_trigger") == [
            f"Manual trigger requested for job: whatsapp-health-check by user {ME}"
        ]
        assert await world.trail() == [(ME, f"trigger {CHECK}", "started")]

    async def test_the_run_is_recorded_under_the_name_of_who_asked(self, world: World) -> None:
        await world.sweep()
        job = (await world.get("/cron/status"))[CHECK]
        assert (job["running"], job["executing"], job["last_by"]) == (True, False, ME)
        assert job["result"]["total"] == 4
        assert job["next_at"] is not None

    async def test_two_who_ask_at_once_share_one_run(self, world: World) -> None:
        first, second = await asyncio.gather(world.sweep(), world.sweep())
        assert first == second
        assert sorted(outcome for _, _, outcome in await world.trail()) == ["joined the run in progress", "started"]

    async def test_nobody_has_to_wait(self, world: World) -> None:
        answer = await asyncio.to_thread(world.client.ask, "POST", f"/cron/trigger/{CHECK}", (), {"wait": False})
        assert (answer.data, answer.beside["run"]["finished"]) == ({}, False)
        await world.engine.runs.finish()
        assert (await world.get("/cron/status"))[CHECK]["result"]["total"] == 4

    async def test_progress_is_told_while_it_runs(self, world: World) -> None:
        *steps, last = await asyncio.to_thread(
            lambda: list(world.client.stream(f"/cron/trigger/{CHECK}", method="POST"))
        )
        assert {"phase": "reading", "done": 1, "total": 1} in [step["progress"] for step in steps]
        assert last["data"]["total"] == 4

    async def test_a_job_that_fails_says_why(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        async def full(*_: object) -> None:
            raise StoreError("the disk is full")

        monkeypatch.setattr(world.store.sweeps, "known", full)
        with pytest.raises(HealthcheckError, match="whatsapp-health-check failed"):
            await world.sweep()

    async def test_a_switched_off_job_stays_so_and_may_be_triggered(self, world: World) -> None:
        assert (await world.post(f"/cron/stop/{CHECK}"))["changed"] is True
        assert (await world.post(f"/cron/stop/{CHECK}"))["changed"] is False
        job = (await world.get("/cron/status"))[CHECK]
        assert (job["running"], job["switched_by"], job["next_at"]) == (False, ME, None)
        assert (await world.sweep())["total"] == 4
        assert [what for _, what, _ in await world.trail()] == [f"stop {CHECK}", f"stop {CHECK}", f"trigger {CHECK}"]

    async def test_a_rehearsed_cleanup_names_what_it_would_stop_and_stops_nothing(self, world: World) -> None:
        body = {"dry_run": True}
        answer = await asyncio.to_thread(world.client.ask, "POST", "/cron/trigger/inactive-client-cleanup", (), body)
        assert answer.data == {"idle": 0, "stopped": 0}
        with pytest.raises(UsageError, match="cannot be rehearsed"):
            await world.post(f"/cron/trigger/{CHECK}", body)

    async def test_a_daemon_that_is_stopping_begins_nothing(self, world: World) -> None:
        world.engine.stop.set()
        with pytest.raises(Refused, match="is stopping"):
            await world.sweep()

    async def test_an_unknown_job_leaves_no_trace(self, world: World) -> None:
        with pytest.raises(UnknownName) as caught:
            await world.post("/cron/stop/whatsapp-health-chek")
        assert CHECK in caught.value.candidates
        assert await world.trail() == []


class TestReports:
    async def test_the_status_is_whole(self, world: World) -> None:
        await world.sweep()
        status = msgspec.convert(await world.get("/status", [("by", "gateway")]), StatusReport)
        assert (status.daemon.name, status.daemon.alive, status.accounts.total) == ("eu", True, 4)
        assert [group.name for group in status.groups] == ["main"]
        assert {job.name for job in status.jobs} >= {CHECK}

    async def test_statistics_are_grouped_as_documented(self, world: World) -> None:
        await world.sweep()
        rows = await world.get("/cron/health-check/stats")
        assert {"healthStatus": "Healthy", "connectionStatus": "Connected", "_count": 3} in rows

    async def test_one_account_tells_who_hears_of_it(self, world: World) -> None:
        await world.sweep()
        detail = await world.get(account_path("main/steady"))
        assert detail["account"]["title"] == "Shop"
        assert {one["recipient"] for one in detail["if_it_drops"]} == {"ops@example.com"}

    async def test_a_name_finds_its_account(self, world: World) -> None:
        assert await world.get("/resolve", [("account", "Shop")]) == {"id": "main/steady"}

    async def test_uptime_is_of_all_that_are_selected(self, world: World) -> None:
        await world.sweep()
        assert len(await world.get("/uptime", [("gateway", "main")])) == 4


class TestAccounts:
    async def test_a_change_is_made_and_audited(self, world: World) -> None:
        await world.post("/accounts", {"id": "main/new", "owner_email": ["owner@example.com"]})
        await asyncio.to_thread(world.client.patch, account_path("main/new"), (), {"customer": "ACME"})
        assert (await world.get(account_path("main/new")))["account"]["customer"] == "ACME"
        assert await world.trail() == [
            (ME, "accounts add main/new", "1 account changed"),
            (ME, "accounts set main/new customer", "1 account changed"),
        ]

    async def test_what_a_file_owns_is_refused_naming_the_line(self, world: World) -> None:
        with pytest.raises(Refused) as caught:
            await asyncio.to_thread(world.client.patch, account_path("main/steady"), (), {"name": "Other"})
        assert caught.value.where == "hc.toml:7"
        assert (await world.trail())[0][2].startswith("refused")

    async def test_messages_count_once_under_a_key(self, world: World) -> None:
        for _ in range(2):
            day = await world.post(account_path("main/steady", "messages"), {"sent": 3, "key": "k1"})
            assert day["sent"] == 3
        assert (await world.post(account_path("main/steady", "messages"), {"sent": 2, "received": 1}))["sent"] == 5

    async def test_a_day_is_written_as_a_day(self, world: World) -> None:
        with pytest.raises(UsageError, match="day"):
            await world.post(account_path("main/steady", "messages"), {"sent": 1, "day": "yesterday"})


class TestPairing:
    async def test_a_code_is_shown_until_the_number_is_back(self, world: World) -> None:
        await world.sweep()
        begun = await world.post(account_path("main/pairing", "pairing"), {"begin": True})
        world.hand.at = 10.0
        shown = await world.post(account_path("main/pairing", "pairing"))
        assert begun["connection"] in {"Connecting", "NeedsPairing"}
        assert shown["connection"] == "NeedsPairing"
        assert shown["qr_text"]
        assert (ME, "pair main/pairing", "done") in await world.trail()

    async def test_a_connected_one_has_nothing_to_scan(self, world: World) -> None:
        await world.sweep()
        shown = await world.post(account_path("main/steady", "pairing"), {"begin": True})
        assert (shown["connection"], shown["qr_text"], shown["phone"]) == ("Connected", "", "+5511998880000")
        assert not [row for row in await world.trail() if row[1].startswith("pair")]

    async def test_another_number_is_refused(self, world: World) -> None:
        await world.sweep()
        world.hand.at = A_WHILE
        with pytest.raises(Refused, match=r"is linked to \+5511900000001, and \+5511998880003 belongs there"):
            await world.post(account_path("main/other-number", "pairing"))

    async def test_a_gateway_that_does_not_answer_is_told(self, world: World) -> None:
        await world.sweep()
        await world.simulator.stop()
        with pytest.raises(GatewayError):
            await world.post(account_path("main/steady", "pairing"))
        await world.simulator.start()


class TestHolds:
    async def test_a_hold_is_seen_and_ends(self, world: World) -> None:
        asked = {"for": "2h", "comment": "new disk"}
        assert (await world.post("/hold", asked))["changed"] is True
        assert "new disk" in (await world.get("/info"))["held"]
        assert (await world.post("/release"))["changed"] is True
        assert (await world.get("/info"))["held"] == ""
        assert [outcome for _, _, outcome in await world.trail()] == ["held", "released"]

    async def test_an_unknown_gateway_is_refused_and_audited(self, world: World) -> None:
        with pytest.raises(UnknownName) as caught:
            await world.post("/hold", {"gateway": "mian"})
        assert caught.value.candidates == ("main",)
        assert (await world.trail())[0][1:] == ("hold --gateway mian", "not_found: no gateway “mian”")

    async def test_a_hold_cannot_end_in_the_past(self, world: World) -> None:
        past = (datetime.now(UTC) - timedelta(hours=1)).isoformat()
        with pytest.raises(UsageError, match="ends in the future"):
            await world.post("/hold", {"until": past})


class TestOperation:
    async def test_a_gateway_is_looked_at(self, world: World) -> None:
        found = await world.post("/gateways/main/check")
        assert (found["key_ok"], found["sessions"]) == (True, 4)

    async def test_an_unknown_gateway_is_answered_with_candidates(self, world: World) -> None:
        with pytest.raises(UnknownName) as caught:
            await world.post("/gateways/mian/check")
        assert caught.value.candidates == ("main",)

    async def test_mail_is_tried_and_arrives(self, world: World) -> None:
        assert "would send from hc@example.com" in (await world.post("/email/verify"))["answer"]
        await world.post("/email/test", {"address": "ops@example.com"})
        [mail] = world.sink.mails
        assert mail.recipient == "ops@example.com"
        assert await world.trail() == [(ME, "email test", "accepted")]

    @pytest.mark.parametrize("address", ["", "nobody", "a@example.com, b@example.com"])
    async def test_a_test_mail_has_one_address(self, world: World, address: str) -> None:
        with pytest.raises(UsageError, match=r"^address: must be one mail address"):
            await world.post("/email/test", {"address": address})
        assert not world.sink.mails

    async def test_a_retry_says_how_many(self, world: World) -> None:
        assert await world.post("/notices/retry", {"all": True}) == {"retried": 0}

    async def test_a_backup_is_a_database(self, world: World, tmp_path: Path) -> None:
        target = tmp_path / "copy.db"
        made = await world.post("/backup", {"path": str(target)})
        assert made["bytes"] == await asyncio.to_thread(lambda: target.stat().st_size) > 0
        with pytest.raises(StoreError, match="a file of that name"):
            await world.post("/backup", {"path": str(target)})
        assert [outcome.partition(":")[0] for _, _, outcome in await world.trail()] == [
            f"{made['bytes']} bytes",
            "store",
        ]

    async def test_a_reload_tells_what_changed(self, world: World) -> None:
        world.configuration.append(Reloaded(("gateway us was added",)))
        assert (await world.post("/reload"))["changes"] == ["gateway us was added"]
        assert await world.trail() == [(ME, "reload", "gateway us was added")]

    async def test_a_bad_configuration_is_refused_with_all_its_faults(self, world: World) -> None:
        world.configuration.append(bad_configuration())
        with pytest.raises(ConfigurationError) as caught:
            await world.post("/reload")
        assert caught.value.faults == bad_configuration().faults
        assert (await world.trail())[0][2].startswith("configuration: hc.toml:3: daemon.mode")


class TestEvents:
    async def test_what_is_committed_is_told(self, world: World) -> None:
        stream = world.client.stream("/events", [("kind", "transition")])
        following = asyncio.create_task(asyncio.to_thread(next, stream))
        await world.events.followed.wait()
        await world.sweep()
        event = await following
        assert event["account"].startswith("main/")
        await asyncio.to_thread(stream.close)  # type: ignore[attr-defined]
