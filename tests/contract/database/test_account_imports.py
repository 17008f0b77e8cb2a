"""An import is shown first, and then done whole or not at all."""

from dataclasses import replace

import pytest
from sqlite_utils import Database

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow, parse_table
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import Refused
from healthcheckd.store import accounts
from healthcheckd.store.views.accounts import listed
from healthcheckd.store.views.viewpoint import Viewpoint
from tests.contract.database.commanding import SHOP, desk, one
from tests.contract.database.conftest import Book


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
