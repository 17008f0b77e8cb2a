"""An outage goes on while the configuration names other people: who is to hear of it now does, and nobody twice."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from healthcheckd.domain.contacts import Role
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.policy import Policy
from healthcheckd.domain.quiet import QuietHours
from healthcheckd.settings import ContactSettings, Settings
from tests.contract.store.conftest import NOON, OPS, OWNER, SETTINGS, World, account, minutes, open_world
from tests.contract.store.outages import fall

NEW = "new@example.com"
ANA = ContactSettings("ana", address="ana@example.com", after=minutes(60))
MOVED = replace(SETTINGS, accounts=(account("main/shop", owner_email=(NEW,), name="Shop"),))


@pytest.fixture
async def down(world: World) -> AsyncIterator[World]:
    """Down for half an hour; the operator was told, its owner will be."""
    await fall(world, "shop")
    for _ in range(2):
        world.wait(15)
        await world.down("shop")
    assert await world.deliver() == [("escalation", OPS, 1)]
    yield world


async def reload(world: World, settings: Settings) -> None:
    await world.store.sync_configuration(settings, world.now)
    world.store.replace_policy(settings, Policy())
    await world.store.readdress(settings, world.now)


async def told_later(world: World, hours: int = 8) -> list[tuple[str, str, int]]:
    told = []
    for _ in range(hours):
        world.wait(60)
        await world.down("shop")
        told += await world.deliver()
    return told


async def test_a_new_owner_hears_instead_of_the_old_one(down: World) -> None:
    await reload(down, MOVED)
    assert await told_later(down) == [("offline", NEW, 1)]


async def test_after_a_restart_too(down: World, database: Path) -> None:
    await down.store.close()
    again = await open_world(database, MOVED)
    again.now = down.now
    assert await told_later(again) == [("offline", NEW, 1)]
    await again.store.close()


async def test_where_nothing_changed_nothing_is_planned_anew(down: World) -> None:
    before = await down.sql("SELECT id, due_at FROM notices")
    down.wait(30)
    await reload(down, replace(SETTINGS, accounts=(account("main/shop", 9, owner_email=(OWNER,), name="Shop"),)))
    assert await down.sql("SELECT id, due_at FROM notices") == before


async def test_who_was_told_is_not_told_again(down: World) -> None:
    assert await told_later(down) == [("offline", OWNER, 1)]
    both = replace(SETTINGS, accounts=(account("main/shop", owner_email=(OWNER, NEW), name="Shop"),))
    await reload(down, both)
    assert await told_later(down) == [("offline", NEW, 1)]


async def test_an_operator_who_comes_later_hears_of_what_lasts(down: World) -> None:
    await reload(down, replace(SETTINGS, contacts=(replace(ANA, role=Role.OPERATOR),)))
    assert await told_later(down) == [("escalation", ANA.address, 1), ("offline", OWNER, 1)]


async def test_an_account_that_gets_an_owner_is_the_operators_no_more(database: Path) -> None:
    world = await open_world(database, replace(SETTINGS, accounts=()))
    await fall(world, "shop")
    await reload(world, SETTINGS)
    owed = await world.sql("SELECT role, recipient FROM notices WHERE state = 'owed' AND kind = 'offline'")
    assert set(owed) == {("owner", OWNER)}
    await world.store.close()


async def test_a_kind_that_is_not_wanted_any_more_takes_no_other_with_it(database: Path) -> None:
    """At night both are held back, and one would say what the other does."""
    night = replace(ANA, quiet_hours=QuietHours(time(12), time(20)))
    named = replace(SETTINGS, contacts=(night,), accounts=(account("main/shop", contacts=("ana",)),))
    world = await open_world(database, named)
    await fall(world, "shop", cause=Cause.LOGGED_OUT)
    world.wait(90)
    await reload(world, replace(named, contacts=(replace(night, kinds=("action_required",)),)))
    world.now = NOON.replace(hour=20, minute=1)
    await world.down("shop", cause=Cause.LOGGED_OUT)
    assert ("action_required", ANA.address, 1) in await world.deliver()
    await world.store.close()
