"""Accounts that are removed or moved: their past stays, and nothing is overwritten."""

import pytest
from sqlite_utils import Database

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.accounts import Change
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import Refused, UnknownName
from healthcheckd.ports.control import Verb
from healthcheckd.settings import AccountSettings, GatewaySettings, Settings
from healthcheckd.store import accounts
from healthcheckd.store.configuration import sync_configuration
from healthcheckd.store.owner import transaction
from healthcheckd.store.views.accounts import listed
from healthcheckd.store.views.detail import detail
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.commanding import SHOP, desk, one
from tests.contract.database.conftest import NOW, Book, ago


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
