"""Accounts that fall together are one incident, told once."""

from dataclasses import replace
from pathlib import Path

from healthcheckd.domain.contacts import Role
from healthcheckd.domain.observations import Cause, Connection, Observation, silent
from healthcheckd.ports.store import Renamed
from healthcheckd.settings import AccountSettings, ContactSettings
from healthcheckd.store.renaming import rename_gateway
from tests.contract.store.conftest import OPS, OWNER, SETTINGS, World, account, gateway, open_world
from tests.contract.store.fallen import blasts, come_back, fall, named, read, settle, tend, up


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


async def test_the_operator_is_told_once_after_the_window(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(40))
    await tend(world)
    assert await world.deliver() == []
    await settle(world)
    [message] = await world.messages()
    payload = message[0].payload
    assert (payload["level"], payload["subject"], payload["count"], payload["total"]) == ("gateway", "main", 40, 40)
    assert len(message[0].subjects) == 40
    await world.store.notices.sent(message, world.now, "250 OK")
    for _ in range(20):
        world.wait(15)
        await tend(world)
        assert await world.deliver() == []


async def test_an_operator_who_wants_no_mass_falls_hears_of_the_outages_themselves(database: Path) -> None:
    room = ContactSettings("room", address="room@example.com", role=Role.OPERATOR, kinds=("escalation",))
    world = await open_world(database, replace(SETTINGS, contacts=(room,)))
    await up(world, named(40))
    await fall(world, named(40))
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    world.wait(15)
    await fall(world, named(40))
    assert await world.deliver() == [("escalation", room.address, 40)]
    assert await world.deliver() == []
    await world.store.close()


async def test_an_operator_who_wants_no_gateways_is_told_in_the_owners_stead_of_accounts_behind_one(
    database: Path,
) -> None:
    room = ContactSettings("room", address="room@example.com", role=Role.OPERATOR, kinds=("offline",))
    world = await open_world(database, replace(SETTINGS, contacts=(room,), accounts=()))
    await up(world, named(2))
    for _ in range(3):
        await world.quiet(*named(2), whole_gateway=True)
        await world.outcome("time-out")
        world.wait(4)
    assert await world.deliver() == [("gateway_down", OPS, 1)]
    for _ in range(2):
        world.wait(365)
        await world.quiet(*named(2), whole_gateway=True)
        await world.outcome("time-out")
    assert await world.deliver() == [("offline", room.address, 2)]
    await world.store.close()


async def test_a_blip_of_many_is_told_to_nobody(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(40))
    world.wait(2)
    await come_back(world, named(40))
    await settle(world)
    assert await world.deliver() == []
    assert await blasts(world) == [("gateway:main", 40, "over", 1)]


async def test_it_is_over_when_all_but_a_tenth_are_back_and_of_those_left_the_operator_hears(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(40))
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    world.wait(15)
    assert await world.deliver() == []
    await come_back(world, named(35))
    await tend(world)
    assert await world.deliver() == []
    await come_back(world, named(37))
    await tend(world)
    [message, *_] = await world.messages()
    assert (message[0].kind, message[0].payload["count"]) == ("mass_over", 37)
    assert message[0].payload["still"] == ["main/s037", "main/s038", "main/s039"]
    world.wait(6)
    assert ("escalation", OPS, 3) in await world.deliver()


async def test_who_was_not_told_of_it_is_not_told_that_it_is_over(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(40))
    await settle(world)
    await come_back(world, named(40))
    await tend(world)
    assert await world.deliver() == []


async def test_a_banned_one_among_many_is_told_with_them(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(40), cause=Cause.BANNED)
    assert await world.deliver() == []
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    assert await world.sql("SELECT cause FROM incidents WHERE scope = 'blast'") == [("banned",)]
    world.wait(1)
    assert await world.deliver() == []
    assert await world.sql("SELECT DISTINCT last_error FROM notices WHERE state = 'superseded'") == [
        ("told with the mass fall",)
    ]


async def test_one_that_is_banned_later_is_news(world: World) -> None:
    await up(world, named(41))
    await fall(world, named(40))
    await settle(world)
    await world.deliver()
    world.wait(10)
    await fall(world, named(41)[40:], cause=Cause.BANNED)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_one_that_falls_hours_later_is_told_by_itself(world: World) -> None:
    await up(world, named(41))
    await fall(world, named(40))
    await settle(world)
    await world.deliver()
    world.wait(120)
    await fall(world, named(41)[40:])
    world.wait(20)
    await fall(world, named(41)[40:])
    world.wait(5)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_a_second_wave_of_the_same_gateway_is_told_again(world: World) -> None:
    await up(world, named(100))
    await fall(world, named(30))
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    world.wait(30)
    await fall(world, named(100)[30:])
    assert await blasts(world) == [("gateway:main", 100, "canary", 0)]
    await settle(world)
    [message] = await world.messages()
    assert (message[0].kind, message[0].payload["count"]) == ("mass_fall", 100)


async def test_owners_are_asked_to_act_only_when_it_lasts_and_once_for_all_theirs(database: Path) -> None:
    world = await open_world(database, replace(SETTINGS, accounts=_owned(6)))
    await up(world, named(6))
    await fall(world, named(6), cause=Cause.LOGGED_OUT)
    await settle(world)
    world.wait(50)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    world.wait(6)
    await fall(world, named(6), cause=Cause.LOGGED_OUT)
    world.wait(6)
    assert await world.deliver() == [("action_required", OWNER, 6)]
    await world.store.close()


async def test_an_owner_hears_of_all_that_fell_in_one_mail_and_in_one_that_they_are_back(database: Path) -> None:
    world = await open_world(database, replace(SETTINGS, accounts=_owned(6)))
    await up(world, named(6))
    await fall(world, named(6))
    await settle(world)
    await world.deliver()
    for _ in range(26):
        world.wait(15)
        await fall(world, named(6))
        await tend(world)
    assert await world.deliver() == [("offline", OWNER, 6)]
    await come_back(world, named(6))
    await tend(world)
    world.wait(6)
    assert sorted(await world.deliver()) == [("mass_over", OPS, 1), ("recovered", OWNER, 6)]
    await world.store.close()


async def test_in_the_stead_of_owners_the_operator_is_not_told_again(world: World) -> None:
    await up(world, named(40))
    await fall(world, named(40))
    await settle(world)
    assert await world.deliver() == [("mass_fall", OPS, 1)]
    for _ in range(26 + 96):
        world.wait(15)
        await fall(world, named(40))
        await tend(world)
        assert await world.deliver() == []


async def test_accounts_that_leave_our_sight_end_it_and_nobody_is_told(world: World) -> None:
    await up(world, named(10))
    await fall(world, named(10))
    await settle(world)
    await world.deliver()
    await world.sql("UPDATE accounts SET active = 0, health = 'Unknown'")
    world.wait(1)
    await tend(world)
    assert await world.sql("SELECT how FROM incidents WHERE scope = 'blast'") == [("withdrawn",)]
    assert await world.deliver() == []


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


def _owned(number: int) -> tuple[AccountSettings, ...]:
    return tuple(account(f"main/{session}", owner_email=(OWNER,)) for session in named(number))


def _silence(session: str, world: World) -> Observation:
    return silent(session, world.now, "timed out", whole_gateway=True, elsewhere=True)
