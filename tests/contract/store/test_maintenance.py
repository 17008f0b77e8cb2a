"""Maintenance in a real store: nothing restarted or cleaned up, the ledger, and plans that change while in force."""

from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.domain.cron import Cadence
from healthcheckd.errors import Refused
from healthcheckd.settings import MaintenanceSettings
from tests.contract.store.conftest import NOON, OPS, POLICY, SETTINGS, SHOP, World, minutes

LEDGER = (
    "SELECT kind, substr(from_at, 12, 5), coalesce(substr(until_at, 12, 5), '') FROM ledger"
    " JOIN accounts ON key = account WHERE session = 'shop' ORDER BY from_at"
)


async def planned(world: World, cron: str = "10 12 * * *", hours: float = 2, **reach: tuple[str, ...]) -> None:
    """As after a reload."""
    window = MaintenanceSettings("nightly", Cadence(cron, cron=cron), timedelta(hours=hours), **reach)
    world.store.replace_policy(replace(SETTINGS, maintenance=(window,)), POLICY)
    await world.store.maintenance.renew(world.now)


async def unplanned(world: World) -> None:
    world.store.replace_policy(SETTINGS, POLICY)
    await world.store.maintenance.renew(world.now)


async def beats(world: World, to: float) -> None:
    world.now = NOON + minutes(to)
    await world.store.runs.beat(world.now)


async def fallen(world: World) -> None:
    for _ in range(2):
        await world.down("shop")
        world.wait(2)


async def test_nothing_is_attempted_while_it_is_in_force(world: World) -> None:
    await world.up("shop")
    await planned(world, gateways=("main",))
    await beats(world, 11)
    await fallen(world)
    assert await world.due() == []
    assert await world.store.attempts.next_attempt_at() is None
    with pytest.raises(Refused, match="maintenance nightly"):
        await world.store.attempts.ask(SHOP, "ana", True, world.now)
    await beats(world, 131)
    await world.down("shop")
    assert [attempt.account for attempt in await world.due()] == [SHOP]


async def test_one_that_came_due_before_is_not_begun_in_it(world: World) -> None:
    await world.up("shop")
    await fallen(world)
    [attempt] = await world.due()
    await planned(world, accounts=("main/sh*",))
    await beats(world, 11)
    assert await world.store.attempts.begin_attempt(attempt, world.now) == (False, ())
    assert await world.sql("SELECT count(*) FROM attempts WHERE ended_at IS NULL") == [(1,)]


async def test_what_it_does_not_reach_is_attempted(world: World) -> None:
    await world.up("shop")
    await planned(world, gateways=("eu",))
    await beats(world, 11)
    await fallen(world)
    assert len(await world.due()) == 1


async def test_no_client_is_cleaned_up(world: World) -> None:
    await world.up("shop")
    await world.sql("UPDATE accounts SET active = 0, disabled_at = '2026-02-01T00:00:00.000Z'")
    world.store.replace_policy(replace(SETTINGS, operator=replace(SETTINGS.operator, email=())), POLICY)
    await world.store.runs.idle_clients(NOON - timedelta(hours=2))
    assert await world.store.runs.idle_clients(NOON) == [SHOP]
    await planned(world)
    assert await world.store.runs.idle_clients(NOON + minutes(11)) == []


async def test_its_time_is_left_out_at_its_true_edges_however_late_the_look(world: World) -> None:
    await world.up("shop")
    await planned(world)
    await beats(world, 17)
    assert await world.sql(LEDGER) == [("up", "12:00", "12:10"), ("excluded", "12:10", "")]
    await beats(world, 133)
    assert await world.sql(LEDGER) == [("up", "12:00", "12:10"), ("excluded", "12:10", "14:10"), ("up", "14:10", "")]


async def test_a_fall_within_counts_from_its_end(world: World) -> None:
    await world.up("shop")
    await planned(world)
    await beats(world, 17)
    await fallen(world)
    await beats(world, 140)
    kinds = [row[0] for row in await world.sql(LEDGER)]
    assert kinds == ["up", "excluded", "down"]
    assert (await world.vitals("shop")).offline_since == NOON + minutes(17)


async def test_one_planned_while_it_would_be_in_force_counts_from_its_true_start(world: World) -> None:
    await world.up("shop")
    await beats(world, 30)
    await planned(world)
    assert await world.sql(LEDGER) == [("up", "12:00", "12:10"), ("excluded", "12:10", "")]


async def test_one_planned_no_more_ends_with_the_last_look_and_lets_go_what_waited(world: World) -> None:
    await world.up("shop")
    await planned(world)
    await beats(world, 17)
    await fallen(world)
    world.wait(30)
    assert await world.deliver() == []
    assert await world.sql("SELECT DISTINCT held_by FROM notices WHERE held_by <> ''") == [("maintenance nightly",)]
    await beats(world, 60)
    await unplanned(world)
    assert await world.sql(LEDGER) == [("up", "12:00", "12:10"), ("excluded", "12:10", "13:00"), ("down", "13:00", "")]
    world.wait(6)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_its_windows_are_written_for_those_who_read_without_the_configuration(world: World) -> None:
    await planned(world, "0 2 * * *", 1, tags=("vip",))
    rows = await world.sql("SELECT name, reach, from_at, until_at FROM maintenance")
    assert rows == [("nightly", '{"tags":["vip"]}', "2026-03-02T02:00:00.000Z", "2026-03-02T03:00:00.000Z")]
    await unplanned(world)
    assert await world.sql("SELECT count(*) FROM maintenance") == [(0,)]
