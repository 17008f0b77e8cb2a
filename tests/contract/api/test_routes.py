"""Every route: what it hands to the daemon, and what it answers."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from healthcheckd.api.client import ControlClient, account_path
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.observations import Health
from healthcheckd.domain.reports.accounts import AccountDetail, ChangeReport, DayCount, ExportRow
from healthcheckd.domain.reports.status import Info, StatsRow, StatusReport
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.ports.control import Caller, NoticeFilter, Order, PairingReport, Span, Verb
from tests.contract.api.conftest import Ask
from tests.contract.api.fakes import NOW, SHOP, FakeDaemon

ANA = Caller("ana", may_read=True, may_manage=True)
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


class TestAccounts:
    async def test_a_list_takes_the_selector_grammar(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("GET", "/accounts", [("tag", "vip"), ("tag", "eu"), ("health", "critical"), ("limit", "3")])
        assert daemon.asked == [("accounts", Selection(tags=("vip", "eu"), healths=(Health.CRITICAL,), limit=3))]

    async def test_one_account_reads_back_as_what_it_was(self, ask: Ask) -> None:
        detail = msgspec.convert((await ask("GET", account_path("main/shop"))).data, AccountDetail)
        assert detail.account.id == "main/shop"

    async def test_an_account_is_added_with_what_is_said_of_it(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("POST", "/accounts", body={"id": "main/shop", "tags": ["vip"], "notify_after": "1 hour"})
        assert daemon.asked == [("add", SHOP, {"tags": ("vip",), "notify_after": timedelta(hours=1)}, ANA)]
        assert msgspec.convert(answer.data, ChangeReport).changes[0].key == "add"

    @pytest.mark.parametrize("given", ["shop", "", None, 7, "/shop", "main/", "main/a\nb", "main/" + "x" * 300])
    async def test_an_account_has_an_address(self, ask: Ask, given: object) -> None:
        with pytest.raises(UsageError, match="id: must be GATEWAY/SESSION"):
            await ask("POST", "/accounts", body={"id": given})

    async def test_an_account_is_changed(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("PATCH", account_path("main/shop"), body={"name": "Shop", "phone": None})
        assert daemon.asked == [("change", SHOP, {"name": "Shop", "phone": None}, ANA)]

    async def test_a_bad_value_names_its_field(self, ask: Ask) -> None:
        with pytest.raises(UsageError, match="phone: must be an international number"):
            await ask("PATCH", account_path("main/shop"), body={"phone": "call me"})

    async def test_an_account_is_removed(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("DELETE", account_path("main/shop"))
        assert daemon.asked == [("act", Verb("remove"), SHOP, ANA)]

    @pytest.mark.parametrize("verb", ["enable", "disable", "adopt", "mute", "unmute", "reconnect"])
    async def test_a_verb_is_said_to_one_account(self, ask: Ask, daemon: FakeDaemon, verb: str) -> None:
        await ask("POST", account_path("main/shop", verb))
        assert daemon.asked == [("act", Verb(verb), SHOP, ANA)]  # type: ignore[arg-type]

    async def test_a_mute_may_end(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", account_path("main/shop", "mute"), body={"for": "2h"})
        await ask("POST", account_path("main/shop", "mute"), body={"until": "2026-05-05T00:00:00+02:00"})
        assert [asked[1].until for asked in daemon.asked] == [  # type: ignore[attr-defined]
            NOW + timedelta(hours=2),
            datetime(2026, 5, 4, 22, 0, tzinfo=UTC),
        ]

    @pytest.mark.parametrize(
        ("verb", "body", "field"),
        [
            ("enable", {"for": "2h"}, "for"),
            ("mute", {"for": "2h", "until": "2026-05-05T00:00:00Z"}, "until"),
            ("mute", {"for": "soon"}, "for"),
            ("mute", {"until": "2026-05-05T00:00:00"}, "until"),
            ("mute", {"until": "9999-12-31T23:00:00-12:00"}, "until"),
            ("mute", {"force": True}, "force"),
            ("reconnect", {"force": "yes"}, "force"),
            ("reconnect", {"farce": True}, "farce"),
        ],
    )
    async def test_what_a_verb_cannot_do_is_refused(self, ask: Ask, verb: str, body: object, field: str) -> None:
        with pytest.raises(UsageError, match=field):
            await ask("POST", account_path("main/shop", verb), body=body)

    async def test_a_reconnection_may_be_insisted_on(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", account_path("main/shop", "reconnect"), body={"force": True})
        assert daemon.asked[0][1] == Verb("reconnect", force=True)

    async def test_an_unknown_verb_is_answered_with_candidates(self, ask: Ask) -> None:
        with pytest.raises(UnknownName) as caught:
            await ask("POST", account_path("main/shop", "reconect"))
        assert caught.value.candidates == ("reconnect",)

    async def test_a_verb_is_said_to_all_that_are_selected(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", "/accounts/disable", body={"select": {"tag": ["old"]}})
        assert daemon.asked == [("act", Verb("disable"), Selection(tags=("old",)), ANA)]

    async def test_all_accounts_have_to_be_meant(self, ask: Ask, daemon: FakeDaemon) -> None:
        with pytest.raises(UsageError, match="say which accounts are meant"):
            await ask("POST", "/accounts/disable", body={"select": {"limit": ["3"]}})
        await ask("POST", "/accounts/disable", body={"all": True})
        assert daemon.asked == [("act", Verb("disable"), Selection(), ANA)]

    async def test_an_account_moves(self, ask: Ask, daemon: FakeDaemon) -> None:
        await ask("POST", account_path("main/shop", "move"), body={"to": "eu/shop/2"})
        assert daemon.asked == [("move", SHOP, AccountId("eu", "shop/2"), ANA)]

    async def test_pairing_answers_what_to_scan(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("POST", account_path("main/shop", "pairing"), body={"begin": True})
        assert msgspec.convert(answer.data, PairingReport).qr_png == b"\x89PNG"
        assert daemon.asked == [("pairing", SHOP, "", True, ANA)]

    async def test_messages_are_counted_under_a_key(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("POST", account_path("main/shop", "messages"), body={"sent": 3, "key": "k1"})
        assert answer.data == {"day": "2026-05-04", "sent": 3, "received": 0}
        assert daemon.asked == [("messages", SHOP, DayCount("", 3, 0), "k1", ANA)]

    @pytest.mark.parametrize(
        "body", [{}, {"sent": 0}, {"sent": -1, "received": 2}, {"sent": 1.5}, {"sent": "3"}, {"sent": 2**63}]
    )
    async def test_messages_are_whole_and_some(self, ask: Ask, daemon: FakeDaemon, body: object) -> None:
        with pytest.raises(UsageError, match="sent"):
            await ask("POST", account_path("main/shop", "messages"), body=body)
        assert not daemon.asked

    async def test_an_import_is_shown_before_it_is_done(self, ask: Ask, daemon: FakeDaemon) -> None:
        table = "id;name\nmain/shop;Café\n".encode("cp1252")
        shown = await ask("POST", "/accounts/import", body=table)
        done = await ask("POST", "/accounts/import", [("apply", "true")], table)
        assert (shown.data["applied"], done.data["applied"]) == (False, True)
        assert daemon.asked == [
            ("load", (ImportRow(2, SHOP, {"name": "Café"}),), False, ANA),
            ("load", (ImportRow(2, SHOP, {"name": "Café"}),), True, ANA),
        ]

    async def test_an_import_names_every_fault_and_does_nothing(self, ask: Ask, daemon: FakeDaemon) -> None:
        with pytest.raises(UsageError) as caught:
            await ask("POST", "/accounts/import", body=b"id,phone\nshop,1\nmain/a,5.5E+12\n")
        assert [line.partition(":")[0] for line in caught.value.what.splitlines()] == [
            "line 2, id",
            "line 2, phone",
            "line 3, phone",
        ]
        assert not daemon.asked

    async def test_an_export_reads_back_as_what_it_was(self, ask: Ask, daemon: FakeDaemon) -> None:
        answer = await ask("GET", "/accounts/export", [("missing-owner", "true"), ("gateway", "main")])
        [row] = msgspec.convert(answer.data, list[ExportRow])
        assert row.notify_after == timedelta(hours=1)
        assert daemon.asked == [("export", Selection(gateways=("main",)), True)]


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


ODD_SESSIONS = [
    "shop",
    "a/b",
    "a/b/enable",
    "#?%",
    "100%25",
    "..",
    ".",
    "متجر",
    "🛍️ Loja",
    "a b+c&d=e",
    "e\u0301",
    "x" * 200,
    "tab\there",
    "\\'\"",
]


@pytest.mark.parametrize("session", ODD_SESSIONS)
async def test_a_session_may_be_called_anything(ask: Ask, daemon: FakeDaemon, session: str) -> None:
    account = AccountId("main", session)
    await ask("GET", account_path(str(account)))
    await ask("POST", account_path(str(account), "enable"))
    await ask("PATCH", account_path(str(account)), body={})
    await ask("DELETE", account_path(str(account)))
    assert [asked[1] if asked[0] == "account" else asked[-2 if asked[0] == "act" else 1] for asked in daemon.asked] == [
        account
    ] * 4


async def test_an_account_is_named_by_the_gateways_own_bytes(ask: Ask, daemon: FakeDaemon) -> None:
    await ask("GET", account_path("main/caf\u00e9"))
    assert daemon.asked == [("account", AccountId("main", "cafe\u0301"))]


@pytest.mark.parametrize("asked", ["main/SHOP", "main/shap"])
async def test_a_path_has_to_be_the_accounts_own(ask: Ask, daemon: FakeDaemon, asked: str) -> None:
    with pytest.raises(UnknownName) as caught:
        await ask("DELETE", account_path(asked))
    assert caught.value.candidates == ("main/shop",)
    assert not daemon.asked


async def test_slashes_may_be_raw(client: ControlClient, ask: Ask, daemon: FakeDaemon) -> None:
    await ask("GET", "/accounts/main/a/b")
    await ask("POST", "/accounts/main/a/b/enable")
    assert daemon.asked[0] == ("account", AccountId("main", "a/b"))
    assert daemon.asked[1][2] == AccountId("main", "a/b")
