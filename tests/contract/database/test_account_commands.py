"""Commands on accounts: only what differs is changed, and what is owed follows."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlite_utils import Database

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Health
from healthcheckd.domain.reports.accounts import Change
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import Refused, UnknownName, UsageError
from healthcheckd.ports.control import Verb
from healthcheckd.store import accounts
from healthcheckd.store.views.accounts import listed
from healthcheckd.store.views.detail import detail
from healthcheckd.store.views.exporting import export
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.commanding import SHOP, desk, one, owed
from tests.contract.database.conftest import NOW, Book, ago


def test_an_added_account_is_watched_and_keeps_what_was_said(book: Book, database: Database, view: Viewpoint) -> None:
    said = {"name": "Shop", "owner_email": ("ana@example.com",), "tags": ("vip",), "notify_after": timedelta(hours=1)}
    with desk(database) as at:
        report = accounts.add(at, SHOP, said)
    assert report.changes[0] == Change("eu/shop", "add")
    assert Change("eu/shop", "notify_after", "", "1 hour") in report.changes
    found = detail(book.connection, SHOP, view)
    assert (found.account.title, found.account.active, found.account.tags) == ("Shop", True, ("vip",))
    assert [(contact.address, contact.after_seconds) for contact in found.contacts] == [("ana@example.com", 3600)]


def test_an_account_cannot_be_added_twice_nor_to_a_gateway_that_does_not_exist(book: Book, database: Database) -> None:
    book.account("eu/café")
    with desk(database) as at, pytest.raises(UsageError, match="is there already"):
        accounts.add(at, AccountId("eu", "cafe\u0301"), {})
    with desk(database) as at, pytest.raises(UnknownName, match="no gateway “eux”"):
        accounts.add(at, AccountId("eux", "a"), {})


def test_only_what_differs_is_changed_and_told(book: Book, database: Database, view: Viewpoint) -> None:
    book.healthy("eu/shop", name="Shop", tags='["vip"]', daily_limit=5)
    wanted = {"name": "Shop", "tags": ("vip",), "daily_limit": None, "customer": "ACME"}
    with desk(database) as at:
        report = accounts.change(at, SHOP, wanted)
    assert report.changes == (Change("eu/shop", "daily_limit", "5", ""), Change("eu/shop", "customer", "", "ACME"))
    found = detail(book.connection, SHOP, view)
    assert (found.account.customer, found.daily_limit, found.account.name) == ("ACME", None, "Shop")


def test_a_field_that_the_file_owns_is_refused_naming_file_and_line(book: Book, database: Database) -> None:
    book.healthy("eu/shop", name="Shop", stated='{"name": "/etc/healthcheckd/a.toml:12"}')
    with desk(database) as at, pytest.raises(Refused) as refused:
        accounts.change(at, SHOP, {"customer": "ACME", "name": "Store"})
    assert refused.value.where == "/etc/healthcheckd/a.toml:12"
    assert refused.value.hint == "edit /etc/healthcheckd/a.toml, then healthcheck reload"
    with desk(database) as at:
        assert accounts.change(at, SHOP, {"name": "Shop", "customer": "ACME"}).changes[0].key == "customer"


def test_a_new_owner_hears_of_the_lasting_outage_and_the_old_one_no_more(book: Book, database: Database) -> None:
    key = book.down("eu/shop", "Warning", "network", ago(hours=1))
    book.owner(key, "old@example.com")
    book.notice(key, "owed", recipient="old@example.com")
    book.notice(key, "sent", recipient="told@example.com")
    with desk(database) as at:
        accounts.change(at, SHOP, {"owner_email": ("new@example.com",)})
    told = [notice for notice in owed(book.connection) if notice[0] == "offline"]
    assert told == [("offline", "new@example.com", ago(hours=-5))]
    assert one(book.connection, "SELECT count(*) FROM notices WHERE state = 'sent'") == 1
    assert one(book.connection, "SELECT group_concat(address) FROM contacts") == "new@example.com"


def test_a_shorter_patience_moves_what_is_owed(book: Book, database: Database) -> None:
    key = book.down("eu/shop", "Warning", "network", ago(hours=1))
    book.owner(key, "ana@example.com")
    with desk(database) as at:
        accounts.change(at, SHOP, {"notify_after": timedelta(hours=2)})
    assert ("offline", "ana@example.com", ago(hours=-1)) in owed(book.connection)
    with desk(database) as at:
        accounts.change(at, SHOP, {"notify_after": None})
    assert ("offline", "ana@example.com", ago(hours=-5)) in owed(book.connection)


def test_an_owner_of_two_accounts_stays_the_owner_of_the_other(book: Book, database: Database) -> None:
    for session in ("shop", "store"):
        book.healthy(f"eu/{session}")
    with desk(database) as at:
        for session in ("shop", "store"):
            accounts.change(at, AccountId("eu", session), {"owner_email": ("ana@example.com",)})
        accounts.change(at, SHOP, {"owner_email": ()})
    shop, store = export(book.connection, Selection(), missing_owner=False)
    assert (shop.owner_email, store.owner_email) == ((), ("ana@example.com",))


def test_disabling_withdraws_the_outage_and_everything_owed(book: Book, database: Database, view: Viewpoint) -> None:
    key = book.down("eu/shop", "Critical", "network", ago(hours=7))
    book.put("ledger", account=key, kind="down", from_at=ago(hours=7))
    book.notice(key, "owed")
    book.put("attempts", account=key, slot="1", due_at=ago(minutes=1))
    with desk(database) as at:
        report = accounts.act(at, Verb("disable"), SHOP)
    assert report.changes == (Change("eu/shop", "enabled", "yes", "no"),)
    found = detail(book.connection, SHOP, view)
    assert (found.account.active, found.account.health, found.disabled_at) == (False, Health.UNKNOWN, NOW)
    assert one(book.connection, "SELECT how FROM incidents") == "withdrawn"
    assert one(book.connection, "SELECT state FROM notices") == "cancelled"
    assert one(book.connection, "SELECT result FROM attempts") == "dropped"
    assert one(book.connection, "SELECT kind FROM ledger WHERE until_at IS NULL") == "excluded"


def test_saying_it_again_changes_nothing(book: Book, database: Database) -> None:
    book.healthy("eu/shop", muted_until=ago(hours=1))
    for verb in (Verb("disable"), Verb("enable"), Verb("mute", NOW + timedelta(hours=1)), Verb("unmute")):
        with desk(database) as at:
            assert len(accounts.act(at, verb, SHOP).changes) == 1
        with desk(database) as at:
            assert accounts.act(at, verb, SHOP).changes == ()


def test_a_mute_without_an_end_lasts(book: Book, database: Database, view: Viewpoint) -> None:
    book.healthy("eu/shop")
    with desk(database) as at:
        accounts.act(at, Verb("mute"), SHOP)
    [row] = listed(book.connection, Selection(), view)
    assert row.muted_until == datetime(9999, 12, 31, tzinfo=UTC)


def test_a_word_said_of_several_reaches_those_and_no_others(book: Book, database: Database, view: Viewpoint) -> None:
    book.healthy("eu/a", customer="ACME")
    book.healthy("us/b", customer="ACME")
    book.healthy("us/c")
    with desk(database) as at:
        report = accounts.act(at, Verb("disable"), Selection(customers=("ACME",)))
    assert [change.account for change in report.changes] == ["eu/a", "us/b"]
    assert [row.id for row in listed(book.connection, Selection(), view) if row.active] == ["us/c"]


def test_one_that_is_refused_refuses_all(book: Book, database: Database) -> None:
    book.healthy("eu/a")
    book.healthy("eu/b", stated='{"enabled": "a.toml:3"}')
    with pytest.raises(Refused), desk(database) as at:
        accounts.act(at, Verb("disable"), Selection())
    assert one(book.connection, "SELECT sum(active) FROM accounts") == 2


def test_what_was_found_down_at_the_first_look_can_be_adopted(book: Book, database: Database) -> None:
    book.owner(book.down("eu/shop", "Warning", "network", ago(hours=1), adopted=0), "ana@example.com")
    with desk(database) as at:
        assert accounts.act(at, Verb("adopt"), SHOP).changes == (Change("eu/shop", "adopted", "no", "yes"),)
        assert accounts.act(at, Verb("adopt"), SHOP).changes == ()
    assert {kind for kind, *_ in owed(book.connection)} == {"escalation", "offline"}


def test_among_many_those_that_are_connected_are_not_reconnected(book: Book, database: Database) -> None:
    book.healthy("eu/well")
    book.down("eu/shop", "Warning", "network", ago(hours=1))
    with desk(database) as at:
        changes = accounts.act(at, Verb("reconnect"), Selection(gateways=("eu",))).changes
        assert [change.account for change in changes] == ["eu/shop"]
    with desk(database) as at, pytest.raises(Refused, match="eu/well is connected"):
        accounts.act(at, Verb("reconnect"), AccountId("eu", "well"))


def test_a_person_asks_for_a_reconnection_once(book: Book, database: Database) -> None:
    book.down("eu/shop", "Warning", "network", ago(hours=1))
    with desk(database) as at:
        assert len(accounts.act(at, Verb("reconnect"), SHOP).changes) == 1
        assert accounts.act(at, Verb("reconnect"), SHOP).changes == ()
    assert one(book.connection, "SELECT by FROM attempts") == "ana"
