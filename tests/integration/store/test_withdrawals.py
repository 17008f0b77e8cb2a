"""Accounts that leave our sight, and those that come into it."""

from healthcheckd.domain.observations import Connection, Observation
from healthcheckd.store.withdrawals import adopt, disable, enable
from tests.contract.store.conftest import OPS, World


async def key(world: World, session: str = "shop") -> int:
    [(found,)] = await world.sql("SELECT key FROM accounts WHERE session = ?", session)
    return int(found)


async def test_disabling_ends_the_outage_as_withdrawn_and_cancels_what_was_owed(world: World) -> None:
    await world.up("shop")
    await world.down("shop")
    number = await key(world)
    assert await world.store.core.run(lambda connection, _: disable(connection, number, world.now))
    assert not await world.store.core.run(lambda connection, _: disable(connection, number, world.now))
    assert await world.sql("SELECT how FROM incidents") == [("withdrawn",)]
    assert await world.sql("SELECT DISTINCT state FROM notices") == [("cancelled",)]
    assert await world.due() == []
    assert await world.sql("SELECT kind FROM ledger WHERE until_at IS NULL") == [("excluded",)]


async def test_enabling_begins_with_the_next_reading(world: World) -> None:
    await world.up("shop")
    number = await key(world)
    await world.store.core.run(lambda connection, _: disable(connection, number, world.now))
    await world.store.core.run(lambda connection, _: enable(connection, number))
    world.wait(15)
    await world.see("shop", Connection.CONNECTED)
    assert await world.sql("SELECT kind FROM ledger WHERE until_at IS NULL") == [("up",)]


async def test_what_is_adopted_is_told_and_mended_from_then_on(world: World) -> None:
    sessions = [f"s{number}" for number in range(8)]
    await world.apply([Observation(one, world.now, Connection.FAILED, linked=True) for one in sessions])
    await world.store.sweeps.first_look("main", world.now)
    await world.deliver()
    world.wait(600)
    number = await key(world, "s3")
    assert await world.store.core.run(lambda connection, terms: adopt(connection, terms, number, world.now))
    await world.down("s3")
    assert [one.account.session for one in await world.due()] == ["s3"]
    world.wait(6)
    await world.down("s3")
    assert ("escalation", OPS, 1) in await world.deliver()
