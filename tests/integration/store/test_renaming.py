"""A gateway with another name keeps everything, whether its name was changed a moment or a day ago."""

from dataclasses import replace

import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import Refused, UnknownName
from healthcheckd.ports.store import Renamed
from tests.contract.store.conftest import SETTINGS, World, account, gateway

EUROPE = replace(SETTINGS, gateways=(gateway("europe"),), accounts=(account("europe/shop", name="Shop"),))
RENAMED = Renamed("main", "europe")


async def standing(world: World) -> list[tuple[object, ...]]:
    """Key, address and state of every account that people know of."""
    return await world.sql(
        "SELECT key, gateway || '/' || session, connection, incident IS NULL FROM accounts WHERE removed_at IS NULL"
        " ORDER BY key"
    )


async def test_accounts_keep_key_state_incident_and_history(world: World) -> None:
    await world.up("shop", "two")
    await world.down("two")
    before = await standing(world)
    transitions = await world.sql("SELECT * FROM transitions")
    await world.store.sync_configuration(EUROPE, world.now, RENAMED)
    assert await standing(world) == [(key, str(id_).replace("main/", "europe/"), *rest) for key, id_, *rest in before]
    assert await world.sql("SELECT * FROM transitions") == transitions
    open_ones = "SELECT subject FROM incidents WHERE scope = 'account' AND ended_at IS NULL"
    assert await world.sql(open_ones) == [("europe/two",)]
    assert [one.session for one in await world.store.sweeps.known("europe")] == ["shop", "two"]


async def test_after_a_reload_what_was_found_anew_gives_way_to_what_was_known(world: World) -> None:
    await world.up("shop", "two")
    before = await standing(world)
    world.wait(60)
    await world.store.sync_configuration(EUROPE, world.now)
    await world.sql("INSERT INTO accounts (gateway, session, added_at) SELECT 'europe', 'two', ?", "2999-01-01")
    await world.store.sync_configuration(EUROPE, world.now, RENAMED)
    after = await standing(world)
    assert [(key, id_) for key, id_, *_ in after] == [
        (key, str(id_).replace("main", "europe")) for key, id_, *_ in before
    ]
    assert await world.sql("SELECT name FROM accounts WHERE session = 'shop'") == [("Shop",)]


async def test_what_somebody_removed_stays_removed(world: World) -> None:
    await world.up("shop", "two")
    await world.sql("UPDATE accounts SET removed_at = '2020-01-01T00:00:00.000Z' WHERE session = 'two'")
    await world.store.sync_configuration(EUROPE, world.now, RENAMED)
    assert [id_ for _, id_, *_ in await standing(world)] == ["europe/shop"]


async def test_a_hold_goes_along(world: World) -> None:
    await world.store.hold("main", None, "host moves", "ana", world.now)
    await world.store.sync_configuration(EUROPE, world.now, RENAMED)
    assert await world.sql("SELECT gateway FROM holds") == [("europe",)]


async def test_a_name_can_be_taken_back(world: World) -> None:
    await world.up("shop")
    before = await standing(world)
    await world.store.sync_configuration(EUROPE, world.now, RENAMED)
    world.wait(60)
    await world.store.sync_configuration(SETTINGS, world.now, Renamed("europe", "main"))
    assert await standing(world) == before
    await world.see("shop", Connection.CONNECTED)


async def test_two_gateways_with_a_past_are_not_made_one(world: World) -> None:
    both = replace(SETTINGS, gateways=(gateway("main"), gateway("europe")), accounts=())
    await world.store.sync_configuration(both, world.now)
    await world.up("shop")
    await world.sql(
        "INSERT INTO accounts (gateway, session, added_at) SELECT 'europe', 'shop', added_at FROM gateways LIMIT 1"
    )
    before = await standing(world)
    with pytest.raises(Refused, match="a past of their own"):
        await world.store.sync_configuration(EUROPE, world.now, RENAMED)
    assert await standing(world) == before


async def test_a_name_that_never_was_is_unknown(world: World) -> None:
    with pytest.raises(UnknownName, match="never a gateway called mian"):
        await world.store.sync_configuration(EUROPE, world.now, Renamed("mian", "europe"))
