"""The clock set back by a day: the accounts are read and told of as before, at once and not a day later."""

from datetime import timedelta

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.store.rows import instant
from tests.contract.store.conftest import World, minutes

DAY = timedelta(days=1)


async def set_back(world: World) -> None:
    world.now -= DAY
    await world.store.woke(world.now)


async def test_readings_count_at_once(world: World) -> None:
    await world.up("shop")
    await set_back(world)
    world.wait(1)
    await world.see("shop", Connection.NEEDS_PAIRING, cause=Cause.NEEDS_PAIRING)
    vitals = await world.vitals("shop")
    assert (vitals.health, vitals.cause, vitals.last_checked_at) == (Health.WARNING, Cause.LOGGED_OUT, world.now)


async def test_an_outage_goes_on_and_is_told_six_hours_after_it_was_noticed(world: World) -> None:
    await world.up("shop")
    await world.down("shop")
    world.wait(60)
    await set_back(world)
    for _ in range(7 * 4):
        world.wait(15)
        await world.down("shop")
    vitals = await world.vitals("shop")
    assert vitals.health is Health.CRITICAL
    told = [group[0].recipient for group in await world.messages() if group[0].kind == "offline"]
    assert told == ["owner@example.com"]


async def test_the_next_attempt_does_not_wait_for_tomorrow(world: World) -> None:
    await world.up("shop")
    await world.down("shop")
    [attempt] = await world.due()
    await world.store.attempts.begin_attempt(attempt, world.now)
    world.wait(0.5)
    await world.store.attempts.end_attempt(attempt, world.now, "still_down")
    await set_back(world)
    world.wait(5)
    await world.down("shop")
    assert [one.account for one in await world.due()] == [attempt.account]


async def test_the_ledger_has_no_time_that_has_not_come_yet(world: World) -> None:
    await world.up("shop")
    world.wait(30)
    await world.down("shop")
    await set_back(world)
    world.wait(5)
    await world.down("shop")
    intervals = await world.store.core.run(
        lambda connection, _: connection.execute("SELECT kind, from_at, until_at FROM ledger ORDER BY id").fetchall()
    )
    assert all(instant(from_at) <= world.now for _, from_at, _ in intervals)
    assert (intervals[-1][0], intervals[-1][2]) == (LedgerKind.DOWN, None)
    assert instant(intervals[-1][1]) <= world.now - minutes(5)
