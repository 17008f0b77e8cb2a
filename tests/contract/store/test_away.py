"""We were away for days: what is still true is told once, what is over is not told."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection
from tests.contract.store.conftest import OPS, OWNER, World

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


async def away(world: World, time: timedelta) -> None:
    """The daemon stops, and starts again so much later."""
    await world.store.life.stopped(world.now)
    world.now += time
    await world.store.life.started(1, "1.0.0", world.now)


async def read_again(world: World, connection: Connection, cause: Cause | None = None) -> None:
    """The round after the start, and the readings after it."""
    for _ in range(3):
        await world.outcome()
        await world.see("shop", connection, cause=cause)
        world.wait(2)


async def fallen(world: World, cause: Cause | None = None) -> None:
    await world.up("shop")
    await world.down("shop", cause=cause)


async def told(world: World) -> list[tuple[str, str, int]]:
    """Everything that goes out within an hour."""
    sent = []
    for _ in range(60):
        sent += await world.deliver()
        world.wait(1)
    return sorted(sent)


@pytest.mark.parametrize("days", [1, 3, 20])
async def test_an_account_down_all_the_time_is_told_once_to_each(world: World, days: int) -> None:
    await fallen(world)
    await away(world, days * DAY)
    await read_again(world, Connection.FAILED)
    assert await told(world) == [("escalation", OPS, 1), ("offline", OWNER, 1)]


async def test_that_it_is_offline_and_what_to_do_are_one_message(world: World) -> None:
    await fallen(world, Cause.LOGGED_OUT)
    await away(world, 3 * DAY)
    await read_again(world, Connection.FAILED, Cause.LOGGED_OUT)
    assert await told(world) == [("escalation", OPS, 1), ("offline", OWNER, 1)]


async def test_without_an_owner_the_operator_is_told_once(world: World) -> None:
    await world.sql("DELETE FROM account_contacts")
    await fallen(world)
    await away(world, 3 * DAY)
    await read_again(world, Connection.FAILED)
    assert await told(world) == [("escalation", OPS, 1)]


async def test_nobody_is_told_of_what_recovered_meanwhile(world: World) -> None:
    await fallen(world)
    await away(world, 3 * DAY)
    await read_again(world, Connection.CONNECTED)
    assert await told(world) == []


async def test_who_was_told_before_hears_the_end(world: World) -> None:
    await fallen(world)
    world.wait(21)
    await world.down("shop")
    assert await world.deliver() == [("escalation", OPS, 1)]
    await away(world, 3 * DAY)
    await read_again(world, Connection.CONNECTED)
    assert await told(world) == [("recovered", OPS, 1)]


async def test_the_last_reminder_still_comes_when_it_is_due(world: World) -> None:
    await fallen(world)
    await away(world, 2 * DAY)
    await read_again(world, Connection.FAILED)
    assert ("offline", OWNER, 1) in await told(world)
    world.now += 30 * HOUR
    await read_again(world, Connection.FAILED)
    assert await told(world) == [("offline", OWNER, 1)]


async def test_while_we_are_awake_a_message_grows_old(world: World) -> None:
    """As when its channel takes nothing for a day."""
    await world.store.life.started(1, "1.0.0", world.now)
    await fallen(world)
    world.now += 25 * HOUR
    await read_again(world, Connection.FAILED)
    assert await told(world) == [("offline", OWNER, 1)]
