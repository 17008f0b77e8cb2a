"""The routes of accounts: what each hands to the daemon, and whatever an account is called."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from healthcheckd.api.client import ControlClient, account_path
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.observations import Health
from healthcheckd.domain.reports.accounts import AccountDetail, ChangeReport, DayCount, ExportRow
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.ports.control import PairingReport, Verb
from tests.contract.api.conftest import ANA, Ask
from tests.contract.api.fakes import NOW, SHOP, FakeDaemon


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
