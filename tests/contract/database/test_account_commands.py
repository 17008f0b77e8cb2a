"""Commands on accounts: done whole or not at all, told to the trail, and never against the configuration."""

import logging
import sqlite3
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlite_utils import Database

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow, parse_table
from healthcheckd.domain.observations import Cause, Health
from healthcheckd.domain.policy import NoticePolicy, Policy
from healthcheckd.domain.reports.accounts import Change
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import Refused, UnknownName, UsageError
from healthcheckd.ports.control import Caller, Verb
from healthcheckd.settings import AccountSettings, GatewaySettings, Settings
from healthcheckd.store import accounts
from healthcheckd.store.commanding import AccountBook
from healthcheckd.store.configuration import sync_configuration
from healthcheckd.store.core import Core
from healthcheckd.store.desk import Desk
from healthcheckd.store.migrations import migrations
from healthcheckd.store.owner import Owner, transaction
from healthcheckd.store.terms import Terms
from healthcheckd.store.views.accounts import listed
from healthcheckd.store.views.detail import detail
from healthcheckd.store.views.exporting import export
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.conftest import NOW, Book, ago

TERMS = Terms(Policy(notices=NoticePolicy(operator=("ops@example.com",), reminders=())))
SHOP = AccountId("eu", "shop")


@contextmanager
def desk(database: Database) -> Iterator[Desk]:
    with transaction(database) as connection:
        yield Desk(connection, TERMS, NOW, "ana")


def one(connection: sqlite3.Connection, query: str) -> object:
    return connection.execute(query).fetchone()[0]


def owed(connection: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Kind, recipient and due time of what is owed."""
    query = "SELECT kind, recipient, due_at FROM notices WHERE state = 'owed' ORDER BY kind, recipient"
    return [tuple(row) for row in connection.execute(query)]


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


def test_a_removed_account_is_gone_from_lists_and_its_past_stays(
    book: Book, database: Database, view: Viewpoint
) -> None:
    key = book.account("eu/shop", health="Unknown", cause="gone", last_checked_at=ago(hours=1))
    book.put("audit", at=ago(hours=1), who="x", how="socket", what="y", outcome="z")
    with desk(database) as at:
        assert accounts.act(at, Verb("remove"), SHOP).changes == (Change("eu/shop", "remove"),)
    assert listed(book.connection, Selection(), view) == ()
    assert one(book.connection, f"SELECT count(*) FROM accounts WHERE key = {key}") == 1
    with desk(database) as at:
        accounts.add(at, SHOP, {"name": "again"})
    assert [row.title for row in listed(book.connection, Selection(), view)] == ["again"]


def test_a_removed_account_that_the_configuration_names_is_back(
    book: Book, database: Database, view: Viewpoint
) -> None:
    book.account("eu/shop")
    with desk(database) as at:
        accounts.act(at, Verb("remove"), SHOP)
    listing = AccountSettings("eu/shop", name="Shop", stated=frozenset({"id", "name"}))
    gateway = GatewaySettings("eu", "waha", "http://127.0.0.1:1")
    with transaction(database) as connection:
        sync_configuration(connection, Settings(gateways=(gateway,), accounts=(listing,)), NOW)
    assert [row.title for row in listed(book.connection, Selection(), view)] == ["Shop"]


def test_what_the_next_check_would_find_again_is_not_removed_in_vain(book: Book, database: Database) -> None:
    book.healthy("eu/shop", last_checked_at=ago(minutes=1))
    with desk(database) as at, pytest.raises(Refused) as refused:
        accounts.act(at, Verb("remove"), SHOP)
    assert refused.value.hint.startswith("healthcheck accounts disable eu/shop")
    book.connection.execute("UPDATE gateways SET discover = 'listed'")
    with desk(database) as at:
        assert len(accounts.act(at, Verb("remove"), SHOP).changes) == 1


def test_what_the_configuration_lists_is_neither_removed_nor_moved(book: Book, database: Database) -> None:
    book.account("eu/shop", stated='{"name": "a.toml:3"}')
    with desk(database) as at, pytest.raises(Refused) as refused:
        accounts.act(at, Verb("remove"), SHOP)
    assert refused.value.where == "a.toml:3"
    with desk(database) as at, pytest.raises(Refused):
        accounts.move(at, SHOP, AccountId("us", "shop"))


def test_an_account_moves_with_its_history(book: Book, database: Database, view: Viewpoint) -> None:
    key = book.down("eu/shop", "Warning", "network", ago(hours=1))
    turn = {"connection_from": "Connected", "connection_to": "Failed", "health_from": "Healthy", "health_to": "Warning"}
    book.put("transitions", account=key, at=ago(hours=1), reason="x", **turn)
    book.account("us/shop")
    with desk(database) as at:
        accounts.move(at, SHOP, AccountId("us", "shop"))
    found = detail(book.connection, AccountId("us", "shop"), view)
    assert [row.id for row in found.history] == ["us/shop"]
    assert found.incident is not None
    assert found.incident.subject == "us/shop"
    with pytest.raises(UnknownName):
        detail(book.connection, SHOP, view)


def test_a_move_never_overwrites_an_account_with_a_past(book: Book, database: Database) -> None:
    book.healthy("eu/shop")
    book.healthy("us/shop")
    with desk(database) as at, pytest.raises(Refused, match="us/shop is an account of its own"):
        accounts.move(at, SHOP, AccountId("us", "shop"))


def test_a_person_asks_for_a_reconnection_once(book: Book, database: Database) -> None:
    book.down("eu/shop", "Warning", "network", ago(hours=1))
    with desk(database) as at:
        assert len(accounts.act(at, Verb("reconnect"), SHOP).changes) == 1
        assert accounts.act(at, Verb("reconnect"), SHOP).changes == ()
    assert one(book.connection, "SELECT by FROM attempts") == "ana"


def test_an_import_shows_its_changes_first_and_then_makes_exactly_those(
    book: Book, database: Database, view: Viewpoint
) -> None:
    book.healthy("eu/shop", name="Shop")
    table = "id;name;owner_email;enabled\neu/shop;Padaria;ana@example.com;\nus/new;New;;no\n"
    rows = parse_table(table.encode("cp1252")).rows
    with desk(database) as at:
        planned = accounts.load(at, rows, apply=False)
    assert not planned.applied
    assert [(change.account, change.key, change.after) for change in planned.changes] == [
        ("eu/shop", "name", "Padaria"),
        ("eu/shop", "owner_email", "ana@example.com"),
        ("us/new", "add", ""),
        ("us/new", "name", "New"),
        ("us/new", "enabled", "no"),
    ]
    assert len(listed(book.connection, Selection(), view)) == 1
    with desk(database) as at:
        assert accounts.load(at, rows, apply=True) == replace(planned, applied=True)
    assert [(row.id, row.title, row.active) for row in listed(book.connection, Selection(), view)] == [
        ("us/new", "New", False),
        ("eu/shop", "Padaria", True),
    ]
    with desk(database) as at:
        assert accounts.load(at, rows, apply=True).changes == ()


def test_an_import_names_everything_in_its_way_and_changes_nothing(book: Book, database: Database) -> None:
    book.healthy("eu/shop", name="Shop", stated='{"name": "a.toml:3"}')
    rows = [
        ImportRow(2, AccountId("us", "fine"), {"name": "Fine"}),
        ImportRow(3, SHOP, {"name": "Store"}),
        ImportRow(4, AccountId("eux", "a"), {}),
    ]
    with pytest.raises(Refused) as refused, desk(database) as at:
        accounts.load(at, rows, apply=True)
    first, second = refused.value.what.splitlines()
    assert first.startswith("line 3: a.toml:3: name of eu/shop is set in the configuration")
    assert second == "line 4: no gateway “eux” (did you mean eu?)"
    assert one(book.connection, "SELECT count(*) FROM accounts") == 1


class StillClock:
    def now(self) -> datetime:
        return NOW

    def monotonic(self) -> float:
        return 0.0

    async def sleep(self, seconds: float) -> None:
        raise AssertionError(f"nothing here waits {seconds} s")


def furnish(book: Book) -> None:
    book.gateway("eu")
    book.put("daemon", id=1, installation="x", created_at=ago(days=1))


@pytest.fixture
async def core(tmp_path: Path) -> AsyncIterator[Core]:
    owner = Owner(tmp_path / "book.db")
    await owner.open(migrations.apply)
    core = Core(owner, TERMS)
    await core.run(lambda connection, _: furnish(Book(connection)))
    yield core
    await owner.close()


async def test_every_command_leaves_one_row_and_one_line_with_who(core: Core, caplog: pytest.LogCaptureFixture) -> None:
    book, ana = AccountBook(core, StillClock()), Caller("ana", may_manage=True)
    with caplog.at_level(logging.INFO, "healthcheckd.store.commanding"):
        await book.add(SHOP, {"owner_email": ("secret@example.com",)}, ana)
        await book.act(Verb("disable"), Selection(gateways=("eu",)), ana)
        with pytest.raises(UnknownName):
            await book.change(AccountId("eu", "nobody"), {"name": "x"}, ana)
        await book.load([ImportRow(2, SHOP, {"name": "only looked at"})], False, ana)
    query = "SELECT who, how, what, outcome FROM audit ORDER BY id"
    trail = await core.run(lambda connection, _: [tuple(row) for row in connection.execute(query)])
    assert trail == [
        ("ana", "socket", "accounts add eu/shop", "1 account changed"),
        ("ana", "socket", "disable --gateway eu", "1 account changed"),
        ("ana", "socket", "accounts set eu/nobody name", "not_found: there is no account eu/nobody"),
    ]
    assert len(caplog.records) == 3
    assert "secret@example.com" not in caplog.text


async def test_a_refused_command_is_undone_whole(core: Core) -> None:
    book, ana = AccountBook(core, StillClock()), Caller("ana", may_manage=True)
    await book.add(SHOP, {}, ana)
    down = "UPDATE accounts SET cause = ?, offline_since = ?, linked = 1"
    await core.run(lambda connection, _: connection.execute(down, (Cause.BANNED, ago(hours=1))))
    with pytest.raises(Refused):
        await book.act(Verb("reconnect"), SHOP, ana)
    assert await core.run(lambda connection, _: one(connection, "SELECT count(*) FROM attempts")) == 0
