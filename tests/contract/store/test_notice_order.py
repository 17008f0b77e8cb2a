"""Limits postpone, and who comes first: operators, then what fell last."""

from dataclasses import replace
from pathlib import Path

from healthcheckd.domain.observations import Cause
from tests.contract.store.conftest import OPS, SETTINGS, World, account, open_world
from tests.contract.store.outages import again

NAMES = ("first", "second", "third")
OWNERS = [f"{name}@example.com" for name in NAMES]
SHOPS = replace(
    SETTINGS, accounts=tuple(account(f"main/{name}", owner_email=(f"{name}@example.com",)) for name in NAMES)
)


async def fallen(database: Path, cause: Cause) -> World:
    """One after the other, two minutes apart; all of it is due."""
    world = await open_world(database, SHOPS)
    await world.up(*NAMES)
    for name in NAMES:
        await again(world, name, 2, cause=cause)
    world.wait(20)
    for name in NAMES:
        await world.down(name, cause=cause)
    return world


async def test_operators_come_first_then_the_owners_of_what_fell_last(database: Path) -> None:
    world = await fallen(database, Cause.BANNED)
    told = [message[0].recipient for message in await world.messages()]
    assert (told[0], [one for one in told if one != OPS]) == (OPS, OWNERS[::-1])
    assert told == sorted(told, key=lambda one: one != OPS)
    await world.store.close()


async def test_one_at_a_time_the_order_is_the_same(database: Path) -> None:
    """As the outbox takes them; what is sent in between changes nothing."""
    world = await fallen(database, Cause.LOGGED_OUT)
    told = []
    while messages := await world.messages(limit=1):
        told.append(messages[0][0].recipient)
        await world.store.notices.sent(messages[0], world.now, "250 OK")
    assert told == [OPS, *OWNERS[::-1]]
    await world.store.close()


async def test_what_a_limit_keeps_back_is_late_and_not_lost(database: Path) -> None:
    shared = tuple(account(f"main/{name}", owner_email=("all@example.com",)) for name in NAMES)
    limited = replace(SHOPS, accounts=shared, notify=replace(SHOPS.notify, owner_per_hour=1))
    world = await open_world(database, limited)
    await world.up(*NAMES)
    for name in NAMES:
        await again(world, name, 1, cause=Cause.LOGGED_OUT)
    told = []
    for _ in range(4):
        world.wait(61)
        for name in NAMES:
            await world.down(name, cause=Cause.LOGGED_OUT)
        due = [message for message in await world.messages() if message[0].recipient == "all@example.com"]
        for message in due:
            await world.store.notices.sent(message, world.now, "250 OK")
        told.append([message[0].subjects[0].account.id.session for message in due])
    assert told == [["third"], ["second"], ["first"], []]
    await world.store.close()
