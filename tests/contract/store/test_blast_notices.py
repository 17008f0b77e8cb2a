"""Who hears of accounts that fell together, and how often."""

from dataclasses import replace
from pathlib import Path

from healthcheckd.domain.contacts import Role
from healthcheckd.domain.observations import Cause
from healthcheckd.settings import AccountSettings, ContactSettings
from tests.contract.store.conftest import OPS, OWNER, SETTINGS, World, account, open_world
from tests.contract.store.fallen import blasts, come_back, fall, named, settle, tend, up


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


def _owned(number: int) -> tuple[AccountSettings, ...]:
    return tuple(account(f"main/{session}", owner_email=(OWNER,)) for session in named(number))
