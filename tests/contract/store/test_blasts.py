"""Accounts that fall together are one incident."""

from dataclasses import replace
from pathlib import Path

from healthcheckd.domain.observations import Connection, Observation, silent
from healthcheckd.ports.store import Renamed
from healthcheckd.store.renaming import rename_gateway
from tests.contract.store.conftest import OPS, SETTINGS, World, gateway, open_world
from tests.contract.store.fallen import blasts, fall, named, read, settle, tend, up


async def test_few_that_fall_are_told_one_by_one(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(5))
    assert await blasts(world) == []


async def test_many_of_one_gateway_are_one_incident(world: World) -> None:
    await up(world, named(40))
    await up(world, named(40), "eu")
    await fall(world, named(20))
    assert await blasts(world) == [("gateway:main", 20, "canary", 0)]
    assert await world.sql("SELECT detail, cause FROM incidents WHERE scope = 'blast'") == [
        ("20 of 40 accounts on gateway main fell together", "unknown")
    ]


async def test_a_chunk_more_of_the_same_gateway_joins_it(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(20))
    await fall(world, named(40)[20:])
    assert await blasts(world) == [("gateway:main", 40, "canary", 0)]


async def test_what_falls_one_by_one_within_the_window_fell_together(world: World) -> None:
    await up(world, named(10))
    for session in named(6):
        await fall(world, [session])
        world.wait(0.7)
    assert await blasts(world) == [("gateway:main", 6, "canary", 0)]


async def test_what_falls_slowly_did_not_fall_together(world: World) -> None:
    await up(world, named(10))
    for session in named(8):
        await fall(world, [session])
        world.wait(3)
    assert await blasts(world) == []


async def test_what_was_never_connected_did_not_fall(world: World) -> None:
    await fall(world, named(30))
    assert await blasts(world) == []


async def test_another_gateway_makes_it_something_wider(world: World) -> None:
    await up(world, named(20))
    await up(world, named(20), "eu")
    await fall(world, named(20))
    await fall(world, named(20), "eu")
    assert await blasts(world) == [("network", 40, "canary", 0)]


async def test_two_that_were_told_apart_are_merged_into_what_both_are_part_of(database: Path) -> None:
    names = ("main", "eu", "us", "far")
    ours = {"region": "x"}
    settings = replace(SETTINGS, gateways=tuple(gateway(one, labels=ours if one != "far" else {}) for one in names))
    world = await open_world(database, settings)
    for name in names:
        await up(world, named(20 if name != "far" else 200), name)
    await fall(world, named(20), "main")
    await fall(world, named(5), "eu")
    await fall(world, named(20), "eu")
    await fall(world, named(20), "us")
    assert [row for row in await blasts(world) if not row[3]] == [("label:region=x", 60, "canary", 0)]
    assert await world.sql("SELECT count(DISTINCT account), count(*) FROM blast_members") == [(60, 60)]
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    await world.store.close()


async def test_gateways_that_fall_silent_together_are_told_as_one(world: World) -> None:
    await up(world, named(20))
    await up(world, named(20), "eu")
    world.wait(10)
    for _ in range(2):
        for name in ("main", "eu"):
            await world.outcome("timed out", name)
        assert await world.deliver() == []
        world.wait(1)
    assert await blasts(world) == [("network", 40, "canary", 0)]
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    for name in ("main", "eu"):
        await world.outcome("", name)
        await read(world, named(20), Connection.CONNECTED, name)
    await tend(world)
    assert await world.deliver() == [("mass_over", OPS, 1)]


async def test_two_silent_gateways_of_many_are_told_one_by_one_and_a_little_later(database: Path) -> None:
    names = ("main", "eu", "us")
    world = await open_world(database, replace(SETTINGS, gateways=tuple(map(gateway, names))))
    for name in names:
        await up(world, named(20 if name != "us" else 200), name)
    world.wait(10)
    for _ in range(2):
        for name in ("main", "eu"):
            await world.outcome("timed out", name)
        world.wait(1)
    assert await world.deliver() == []
    await settle(world)
    assert sorted(await world.deliver()) == [("gateway_down", OPS, 1)] * 2
    assert await blasts(world) == []
    await world.store.close()


async def test_a_gateway_that_is_silent_alone_is_no_mass_fall(world: World) -> None:
    await up(world, named(20))
    await up(world, named(20), "eu")
    for _ in range(2):
        await world.outcome("timed out")
    world.wait(3)
    assert await blasts(world) == []
    assert await world.deliver() == [("gateway_down", OPS, 1)]


async def test_sessions_that_are_down_when_their_gateway_answers_again_fell_together(world: World) -> None:
    await up(world, named(20))
    await up(world, named(20), "eu")
    for _ in range(2):
        await world.outcome("timed out")
    world.wait(40)
    await world.apply([_silence(one, world) for one in named(20)])
    world.wait(31)
    await world.apply([_silence(one, world) for one in named(20)])
    assert await blasts(world) == []
    await world.outcome("")
    await fall(world, named(20))
    assert await blasts(world) == [("gateway:main", 20, "canary", 0)]


async def test_the_probes_have_their_say_in_the_incident(world: World) -> None:
    await up(world, named(20))
    await up(world, named(20), "eu")
    for name in ("main", "eu"):
        await fall(world, named(20), name)
    [doubtful] = (await tend(world)).doubtful
    await world.store.sweeps.note_network(doubtful, works=False)
    assert (await tend(world)).doubtful == ()
    assert await world.sql("SELECT detail FROM incidents WHERE scope = 'blast'") == [
        ("40 of 40 accounts fell together; it is our own network, for no probe answered",)
    ]
    await settle(world)
    [message] = await world.messages()
    assert message[0].payload["network"] == "fails"


async def test_it_outlives_a_restart_and_is_told_only_when_its_gateways_were_asked_again(
    world: World, database: Path
) -> None:
    await up(world, named(20))
    await fall(world, named(20))
    world.wait(2)
    await world.store.close()
    again = await open_world(database)
    again.now = world.now
    await again.store.life.started(1, "1", again.now)
    await settle(again)
    assert await blasts(again) == [("gateway:main", 20, "canary", 0)]
    assert await again.deliver() == []
    await again.outcome("")
    again.wait(1)
    assert await again.deliver() == [("mass_fall", OPS, 1)]
    await again.store.close()


async def test_a_renamed_gateway_takes_its_blast_along(world: World) -> None:
    await up(world, named(20), "eu")
    await fall(world, named(20), "eu")
    await world.store.core.run(lambda connection, _: rename_gateway(connection, Renamed("eu", "europe"), world.now))
    assert [row[0] for row in await blasts(world)] == ["gateway:europe"]
    assert await world.sql("SELECT gateway FROM blast_gateways") == [("europe",)]


def _silence(session: str, world: World) -> Observation:
    return silent(session, world.now, "timed out", whole_gateway=True, elsewhere=True)
