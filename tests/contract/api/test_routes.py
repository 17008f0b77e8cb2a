"""The routes of jobs, reports and operation: what each hands to the daemon, and what it answers."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from healthcheckd.domain.observations import Health
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.ports.control import NoticeFilter, Order, Span
from tests.contract.api.conftest import ANA, Ask
from tests.contract.api.fakes import NOW, SHOP, FakeDaemon

HEALTH_CHECK = "whatsapp-health-check"


class TestJobs:
    async def test_the_status_names_every_job_and_whether_it_is_switched_on(self, ask: Ask) -> None:
        answer = await ask("GET", "/cron/status")
        assert {job: told["running"] for job, told in answer.data.items()} == {
            "whatsapp-health-check": True,
            "daily-message-counter-reset": True,
            "inactive-client-cleanup": True,
        }

    async def test_a_trigger_answers_the_counts_of_the_run(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("POST", f"/cron/trigger/{HEALTH_CHECK}")
        assert answer.message == "Job whatsapp-health-check triggered successfully"
        assert answer.data == daemon.counts
        assert answer.beside["run"] == {"joined": True, "finished": True, "seconds": 2.1, "would": []}
        assert daemon.asked == [("trigger", HEALTH_CHECK, Order(), ANA)]

    async def test_a_trigger_need_not_wait_and_may_be_a_rehearsal(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("POST", "/cron/trigger/inactive-client-cleanup", body={"wait": False, "dry_run": True})
        assert answer.beside["run"]["finished"] is False
        assert daemon.asked[0][2] == Order(wait=False, dry_run=True)

    async def test_an_unknown_job_is_answered_with_candidates(self, ask: Ask) -> None:
        with pytest.raises(UnknownName) as caught:
            await ask("POST", "/cron/trigger/whatsapp-health-chek")
        assert caught.value.candidates == (HEALTH_CHECK,)
        assert "did you mean" in caught.value.hint

    @pytest.mark.parametrize(("word", "on"), [("start", True), ("stop", False)])
    async def test_a_job_is_switched(self, ask: Ask, daemon: FakeDaemon, word: str, on: bool) -> None:
        answer = await ask("POST", f"/cron/{word}/{HEALTH_CHECK}")
        assert answer.data == {"job": HEALTH_CHECK, "running": on, "changed": not on}
        assert daemon.asked == [("switch", HEALTH_CHECK, on, ANA)]

    async def test_switching_what_is_so_already_says_so(self, ask: Ask) -> None:
        answer = await ask("POST", f"/cron/start/{HEALTH_CHECK}")
        assert answer.message == "Job whatsapp-health-check was started already"


class TestReports:
    async def test_the_statistics_read_back_as_what_they_were(self, ask: Ask) -> None:
        [first, *_] = msgspec.convert((await ask("GET", "/cron/health-check/stats")).data, list[StatsRow])
        assert (first.healthStatus, first.count) == (Health.HEALTHY, 3)

    async def test_the_status_reads_back_as_what_it_was(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("GET", "/status", [("by", "customer")])
        assert msgspec.convert(answer.data, StatusReport) == StatusReport(NOW)
        assert daemon.asked == [("status", "customer")]

    async def test_a_status_can_only_be_grouped_by_what_there_is(self, ask: Ask) -> None:
        with pytest.raises(UnknownName, match="colour"):
            await ask("GET", "/status", [("by", "colour")])

    async def test_the_daemon_tells_who_it_is(self, ask: Ask) -> None:
        assert msgspec.convert((await ask("GET", "/info")).data, Info) == Info(name="eu", alive=True)

    async def test_a_name_is_resolved(self, ask: Ask) -> None:
        assert (await ask("GET", "/resolve", [("account", "shop")])).data == {"id": "main/shop"}

    async def test_a_history_is_of_one_account_within_a_span(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("GET", "/history", [("account", "shop"), ("since", "2h"), ("limit", "5")])
        assert daemon.asked == [("history", SHOP, Span(NOW - timedelta(hours=2), None, 5))]

    async def test_uptime_takes_a_selection_and_a_period(self, ask: Ask, daemon: FakeDaemon) -> None:
        period = [("from", "2026-04-01"), ("until", "2026-05-01")]
        await ask("GET", "/uptime", [("customer", "ACME"), ("by", "customer"), *period])
        span = Span(datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC), limit=0)
        assert daemon.asked == [("uptime", Selection(customers=("ACME",)), span, "customer")]

    async def test_notices_are_filtered(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("GET", "/notices", [("state", "owed"), ("state", "dead"), ("account", "shop")])
        assert daemon.asked == [("notices", NoticeFilter(("owed", "dead"), SHOP), Span())]

    async def test_the_statistics_of_notices_reach_back_a_week(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("GET", "/notices/stats")
        assert daemon.asked == [("notice_stats", NOW - timedelta(days=7))]

    async def test_a_forecast_reaches_back_a_week(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("GET", "/notices/forecast")
        assert daemon.asked == [("forecast", NOW - timedelta(days=7))]

    async def test_a_forecast_is_made_of_what_was(self, ask: Ask, daemon: FakeDaemon) -> None:
        with pytest.raises(UsageError, match="still to come"):
            await ask("GET", "/notices/forecast?since=9999-12-31")
        assert daemon.asked == []

    async def test_the_audit_trail_is_read(self, ask: Ask) -> None:
        assert (await ask("GET", "/audit", [("limit", "1")])).data[0]["who"] == "ana"

    async def test_gateways_are_listed(self, ask: Ask) -> None:
        assert [gateway["name"] for gateway in (await ask("GET", "/gateways")).data] == ["main"]

    @pytest.mark.parametrize("limit", ["many", "-1", "²", "9" * 20, "9" * 5000])
    async def test_a_limit_is_a_number(self, ask: Ask, limit: str) -> None:
        with pytest.raises(UsageError, match="limit"):
            await ask("GET", "/audit", [("limit", limit)])

    @pytest.mark.parametrize("path", ["/audit", "/accounts", "/uptime", "/status"])
    async def test_a_misspelt_parameter_is_refused(self, ask: Ask, daemon: FakeDaemon, path: str) -> None:
        with pytest.raises(UsageError, match="sinse") as caught:
            await ask("GET", path, [("sinse", "2h")])
        assert caught.value.code == "bad_request"
        assert not daemon.asked


class TestOperation:
    async def test_a_hold_has_an_end_and_a_reason(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", "/hold", body={"gateway": "main", "for": "2h", "comment": "new disk"})
        assert daemon.asked == [("hold", "main", NOW + timedelta(hours=2), "new disk", ANA)]

    async def test_a_release_says_whether_anything_was_held(self, ask: Ask) -> None:
        assert (await ask("POST", "/release")).data == {"gateway": "", "changed": False}

    async def test_a_gateway_is_checked(self, ask: Ask) -> None:
        assert (await ask("POST", "/gateways/main/check")).data["key_ok"] is True

    async def test_how_a_gateway_posts_is_told_without_its_secret(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", "/gateways/main/hook")
        await ask("POST", "/gateways/main/hook", body={"show_secret": True})
        assert daemon.asked == [("hook", "main", False, ANA), ("hook", "main", True, ANA)]

    async def test_a_gateway_is_made_to_post(self, ask: Ask, daemon: FakeDaemon) -> None:
        daemon.failed = {"d": "it posts to another address, and has room for one"}
        done = (await ask("POST", "/gateways/main/hook/install")).data
        assert (done["set"], done["kept"], done["failed"]) == (["a", "b"], ["c"], daemon.failed)
        assert daemon.asked == [("install_hook", "main", ANA)]

    async def test_a_gateway_is_given_another_name(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", "/gateways/main/rename", body={"to": "europe"})
        assert daemon.asked == [("rename", "main", "europe", ANA)]

    async def test_a_reload_tells_what_changed(self, ask: Ask) -> None:
        assert (await ask("POST", "/reload")).data["changes"] == ["gateway us was added"]

    async def test_a_backup_goes_to_an_absolute_path(self, ask: Ask, daemon: FakeDaemon) -> None:
        assert (await ask("POST", "/backup", body={"path": "/var/backups/hc.db"})).data["bytes"] == 4096
        with pytest.raises(UsageError, match="path: must be absolute"):
            await ask("POST", "/backup", body={"path": "hc.db"})
        assert daemon.asked == [("backup", "/var/backups/hc.db", ANA)]

    async def test_mail_is_verified_and_tried(self, ask: Ask) -> None:
        assert (await ask("POST", "/email/verify")).data == {"answer": "235 ok"}
        assert (await ask("POST", "/email/test", body={"address": "ops@example.com"})).data == {"answer": "250 queued"}

    async def test_notices_are_retried_by_name_or_all(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", "/notices/retry", body={"ids": [7]})
        await ask("POST", "/notices/retry", body={"all": True})
        assert [asked[1] for asked in daemon.asked] == [(7,), ()]
        with pytest.raises(UsageError, match="some or all"):
            await ask("POST", "/notices/retry")
