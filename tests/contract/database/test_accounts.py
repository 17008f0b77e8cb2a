"""Lists of accounts by the selector grammar, and everything about one."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.contacts import Contact, Role
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.policy import NoticePolicy
from healthcheckd.domain.reports.accounts import AccountDetail, DayCount, ExportRow
from healthcheckd.domain.routing import Directory, Route, plain_operators
from healthcheckd.domain.selection import Selection, Sort
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.store.rows import instant
from healthcheckd.store.views.accounts import listed
from healthcheckd.store.views.detail import detail
from healthcheckd.store.views.exporting import export
from healthcheckd.store.views.names import resolve_account
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.conftest import NOW, Book, ago

OPERATED = Directory(plain_operators(["ops@example.com"]))


@pytest.fixture
def fleet(book: Book) -> Book:
    book.healthy("eu/fine", customer="ACME", tags='["vip"]', last_checked_at=ago(minutes=1), name="zeta")
    book.healthy("eu/doubted", proof_failures=1, name="Alpha")
    book.down("eu/out", "Critical", "logged_out", ago(hours=8), customer="ACME", tags='["vip","br"]')
    book.down("us/young", "Warning", "network", ago(minutes=5), connection="Failed", last_checked_at=ago(minutes=2))
    book.down("us/taken", "Warning", "replaced", ago(hours=1), customer="Ação")
    book.account("us/never")
    book.account("us/removed", removed_at=ago(days=1))
    return book


@pytest.mark.parametrize(
    ("selection", "expected"),
    [
        (Selection(), ["eu/out", "us/taken", "us/young", "us/never", "eu/doubted", "eu/fine"]),
        (Selection(gateways=("us",)), ["us/taken", "us/young", "us/never"]),
        (Selection(customers=("ACME", "Ação"), healths=(Health.WARNING,)), ["us/taken"]),
        (Selection(tags=("br", "vip")), ["eu/out", "eu/fine"]),
        (Selection(connections=(Connection.FAILED,)), ["us/young"]),
        (Selection(causes=(Cause.REPLACED, Cause.LOGGED_OUT)), ["eu/out", "us/taken"]),
        (Selection(since=NOW - timedelta(hours=2)), ["us/taken", "us/young"]),
        (Selection(needs_person=True), ["eu/out", "us/taken"]),
        (Selection(unproven=True), ["eu/doubted"]),
        (Selection(sort=Sort.ID, limit=2), ["eu/doubted", "eu/fine"]),
        (Selection(sort=Sort.ID, descending=True, limit=1), ["us/young"]),
        (Selection(sort=Sort.NAME, gateways=("eu",)), ["eu/doubted", "eu/out", "eu/fine"]),
        (Selection(sort=Sort.SINCE, limit=2), ["eu/out", "us/taken"]),
        (Selection(sort=Sort.CHECKED, limit=2), ["us/young", "eu/fine"]),
        (Selection(sort=Sort.CUSTOMER, customers=("ACME",)), ["eu/fine", "eu/out"]),
    ],
)
def test_a_selection_lists_what_it_says(
    fleet: Book, view: Viewpoint, selection: Selection, expected: list[str]
) -> None:
    assert [row.id for row in listed(fleet.connection, selection, view)] == expected


@pytest.mark.parametrize(
    ("selection", "hint"),
    [
        (Selection(gateways=("eux",)), "did you mean eu?"),
        (Selection(customers=("acme",)), "one of: ACME, Ação"),
        (Selection(tags=("vpi",)), "did you mean vip?"),
    ],
)
def test_a_name_that_nobody_has_is_refused_and_does_not_select_nothing(
    fleet: Book, view: Viewpoint, selection: Selection, hint: str
) -> None:
    with pytest.raises(UnknownName) as refused:
        listed(fleet.connection, selection, view)
    assert refused.value.hint == hint


def test_a_line_tells_since_when_and_shows_names_and_phones_as_people_know_them(book: Book, view: Viewpoint) -> None:
    book.down("eu/a/b #?% 🍰", "Warning", None, ago(hours=2), gateway_name="Bakery", linked_phone="5511988887777")
    [row] = listed(book.connection, Selection(), view)
    assert (row.id, row.gateway, row.session) == ("eu/a/b #?% 🍰", "eu", "a/b #?% 🍰")
    assert (row.title, row.name, row.phone, row.cause) == ("Bakery", "", "+5511988887777", None)
    assert (row.since, row.down_seconds) == (instant(ago(hours=2)), 7200.0)


def test_an_account_is_named_by_id_name_or_phone_but_a_removed_one_is_not(fleet: Book) -> None:
    fleet.connection.execute("UPDATE accounts SET phone = '+55 11 98888-7777' WHERE session = 'fine'")
    for text in ("eu/fine", "fine", "zeta", "5511988887777"):
        assert resolve_account(fleet.connection, text) == AccountId("eu", "fine")
    with pytest.raises(UnknownName):
        resolve_account(fleet.connection, "us/removed")


def test_a_name_in_two_gateways_is_refused_with_both(book: Book) -> None:
    book.account("eu/shop")
    book.account("us/shop")
    with pytest.raises(UsageError) as refused:
        resolve_account(book.connection, "shop")
    assert refused.value.hint == "name one of: eu/shop, us/shop"


def test_everything_about_one_account_is_in_one_report(book: Book, view: Viewpoint) -> None:
    key = book.down(
        *("eu/shop", "Critical", "zombie", ago(hours=7)),
        **{"native": "WORKING", "native_since": ago(days=1), "last_checked_at": ago(minutes=2), "proof_failures": 2},
        **{"proof_at": ago(hours=8), "stated": '{"name": "a.toml:3"}', "falls": f'["{ago(hours=7)}"]'},
        **{
            "linked_phone": "5511988887777",
            "daily_limit": 100,
            "attempt_streak": 3,
            "last_disconnected_at": ago(hours=7),
        },
    )
    book.put("message_counts", account=key, day="2026-03-01", sent=7, received=3)
    book.put("message_counts", account=key, day="2026-02-28", sent=99)
    states = {"connection_from": "Connected", "connection_to": "Disconnected"}
    health = {"health_from": "Healthy", "health_to": "Warning"}
    book.put("transitions", account=key, at=ago(hours=7), cause="zombie", reason="refuted", **states, **health)
    book.put("attempts", account=key, slot="1", due_at=ago(hours=6), started_at=ago(hours=6), result="still_down")
    book.put("ledger", account=key, kind="up", from_at=ago(days=3), until_at=ago(hours=7))
    book.put("ledger", account=key, kind="down", from_at=ago(hours=7))
    report = detail(book.connection, AccountId("eu", "shop"), view)
    assert report.account.phone == "+5511988887777"
    assert (report.claim.native, report.claim.age_seconds) == ("WORKING", 120)
    assert (report.proof.failures, report.proof.age_seconds) == (2, 8 * 3600)
    assert (report.vitals.offline_since, report.vitals.attempt_streak) == (instant(ago(hours=7)), 3)
    assert report.vitals.falls == (instant(ago(hours=7)),)
    assert report.incident is not None
    assert (report.incident.lasted_seconds, report.incident.outcome) == (7 * 3600, "")
    assert [(row.health_to, row.reason) for row in report.history] == [(Health.WARNING, "refuted")]
    assert [row.result for row in report.attempts] == ["still_down"]
    assert report.today == DayCount("2026-03-01", 7, 3)
    assert [round(row.percentage or 0, 2) for row in report.uptime] == [70.83, 90.28, 90.28]
    assert (report.stated, report.daily_limit) == ({"name": "a.toml:3"}, 100)
    assert msgspec.json.decode(msgspec.json.encode(report), type=AccountDetail) == report


def test_an_outage_that_ended_is_not_the_present_one(book: Book, view: Viewpoint) -> None:
    book.down("eu/shop", "Critical", "network", ago(hours=7), incident_ended_at=ago(hours=1))
    assert detail(book.connection, AccountId("eu", "shop"), view).incident is None


def test_if_it_drops_tells_who_hears_what_and_when(book: Book, view: Viewpoint) -> None:
    key = book.healthy("eu/shop", notify_after=3600.0)
    book.owner(key, "ana@example.com")
    knowing = replace(view, policy=NoticePolicy(reminders=()), directory=OPERATED)
    report = detail(book.connection, AccountId("eu", "shop"), knowing)
    assert [(one.after_seconds, one.kind, one.role, one.recipient, one.cause) for one in report.if_it_drops] == [
        (600, "action_required", "owner", "ana@example.com", Cause.LOGGED_OUT),
        (900, "escalation", "operator", "ops@example.com", None),
        (3600, "offline", "owner", "ana@example.com", None),
    ]
    assert [contact.after_seconds for contact in report.contacts] == [3600]


def test_without_an_owner_the_operator_hears_once(book: Book, view: Viewpoint) -> None:
    book.healthy("eu/shop")
    knowing = replace(view, policy=NoticePolicy(reminders=()), directory=OPERATED)
    report = detail(book.connection, AccountId("eu", "shop"), knowing)
    assert [(one.kind, one.role) for one in report.if_it_drops] == [("escalation", "operator")]


@pytest.mark.parametrize(
    ("columns", "why"),
    [
        ({"muted_until": ago(hours=-1)}, "the account is muted"),
        ({"muted_until": ago(hours=1)}, "mail is off"),
        ({"active": 0}, "the account is not watched"),
    ],
)
def test_a_consequence_that_will_not_come_says_why(
    book: Book, view: Viewpoint, columns: dict[str, object], why: str
) -> None:
    book.healthy("eu/shop", **columns)
    knowing = replace(view, policy=NoticePolicy(), directory=OPERATED, not_sent="mail is off")
    report = detail(book.connection, AccountId("eu", "shop"), knowing)
    assert {one.withheld for one in report.if_it_drops} == {why}


def test_who_does_not_know_the_configuration_foretells_nothing(book: Book, view: Viewpoint) -> None:
    book.owner(book.healthy("eu/shop"), "ana@example.com")
    assert detail(book.connection, AccountId("eu", "shop"), view).if_it_drops == ()


def test_an_unknown_account_is_refused(book: Book, view: Viewpoint) -> None:
    with pytest.raises(UnknownName):
        detail(book.connection, AccountId("eu", "nobody"), view)


def test_an_export_holds_what_people_said_and_not_what_gateways_say(book: Book) -> None:
    said = {"name": "Shop", "phone": "+5511988887777", "customer": "ACME", "tags": '["vip"]', "language": "pt-BR"}
    key = book.healthy("eu/shop", **said, daily_limit=5, notify_after=90.0, gateway_name="push", linked_phone="1")
    book.owner(key, "ana@example.com")
    book.healthy("eu/bare", gateway_name="push", linked_phone="5511988880000", active=0)
    bare, shop = export(book.connection, Selection(), missing_owner=False)
    assert bare == ExportRow("eu/bare", enabled=False)
    assert (shop.name, shop.phone, shop.customer, shop.tags) == ("Shop", "+5511988887777", "ACME", ("vip",))
    assert (shop.owner_email, shop.daily_limit, shop.notify_after) == (("ana@example.com",), 5, timedelta(seconds=90))


def test_the_export_of_missing_owners_leaves_out_what_nobody_watches(book: Book) -> None:
    book.owner(book.healthy("eu/owned"), "ana@example.com")
    book.healthy("eu/lonely")
    book.healthy("eu/off", active=0)
    assert [row.id for row in export(book.connection, Selection(), missing_owner=True)] == ["eu/lonely"]


def test_an_account_that_only_contacts_of_the_configuration_own_misses_no_owner(book: Book) -> None:
    book.healthy("eu/lonely")
    book.healthy("us/lonely")
    eu = Route(Contact("ana@example.com", "ana"), Role.OWNER, Reach(gateways=("eu",)))
    rows = export(book.connection, Selection(), missing_owner=True, directory=Directory((eu,)))
    assert [row.id for row in rows] == ["us/lonely"]
