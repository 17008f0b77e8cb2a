"""Commands are told to the trail, and a refused one is undone whole."""

import logging
from collections.abc import AsyncIterator
from datetime import datetime
from pathlib import Path

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.importing import ImportRow
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import Refused, UnknownName
from healthcheckd.ports.control import Caller, Verb
from healthcheckd.store.commanding import AccountBook
from healthcheckd.store.core import Core
from healthcheckd.store.migrations import migrations
from healthcheckd.store.owner import Owner
from tests.contract.database.commanding import SHOP, TERMS, one
from tests.contract.database.conftest import NOW, Book, ago


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
