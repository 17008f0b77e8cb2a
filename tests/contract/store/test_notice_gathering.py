"""Many notices at once: how many go, which go first, and which go together."""

from dataclasses import replace
from pathlib import Path

from healthcheckd.domain.observations import Cause, Connection, Observation, silent
from tests.contract.store.conftest import OPS, OWNER, SETTINGS, World, account, minutes, open_world
from tests.contract.store.outages import again

CROWD = [f"well-{number}" for number in range(30)]
"""So many others that a few of them are not most of a gateway."""


async def test_the_operator_gets_six_messages_an_hour_and_the_rest_later(world: World) -> None:
    sessions = [f"s{number}" for number in range(8)]
    await world.up(*sessions, *CROWD)
    sent = []
    for session in sessions:
        await again(world, session, 1, cause=Cause.REPLACED)
        sent += [one for one in await world.deliver() if one[1] == OPS]
    assert sent == [("escalation", OPS, 1)] * 6
    next_at = await world.store.notices.next_notice_at()
    assert next_at is not None
    assert next_at > world.now + minutes(0.5)
    world.wait(60)
    await world.apply(
        [Observation(one, world.now, Connection.FAILED, linked=True, cause=Cause.REPLACED) for one in sessions]
    )
    assert ("escalation", OPS, 2) in await world.deliver()


async def test_many_single_outages_do_not_keep_back_that_a_gateway_is_down(world: World) -> None:
    sessions = [f"s{number}" for number in range(7)]
    await world.up(*sessions, *CROWD)
    for session in sessions:
        await again(world, session, 1, cause=Cause.REPLACED)
        await world.deliver()
    await world.outcome("timed out")
    await world.outcome("timed out")
    world.wait(3)
    assert await world.deliver() == [("gateway_down", OPS, 1)]


async def test_that_a_gateway_is_down_is_told_before_single_outages(world: World) -> None:
    await world.up("s1")
    await world.outcome("timed out")
    await again(world, "s1", 1, cause=Cause.REPLACED)
    await world.outcome("timed out")
    world.wait(3)
    assert [kind for kind, _, _ in await world.deliver()] == ["gateway_down", "escalation"]


async def test_accounts_without_an_owner_cost_the_operator_one_message_and_a_reminder_a_day_later(world: World) -> None:
    await world.up("s1", "s2", "s3")
    told = []
    for wait in (0, 20, 340, 6, 1_440, 6):
        world.wait(wait)
        told += await world.deliver()
        for session in ("s1", "s2", "s3"):
            await world.down(session)
    assert told == [("escalation", OPS, 3), ("offline", OPS, 3)]


async def test_one_owner_gets_one_mail_about_one_gateways_outage(database: Path) -> None:
    shops = tuple(account(f"main/s{number}", owner_email=(OWNER,)) for number in range(3))
    world = await open_world(database, replace(SETTINGS, accounts=shops))
    sessions = [f"s{number}" for number in range(3)]
    await world.up(*sessions)
    for _ in range(26):
        world.wait(15)
        await world.apply([silent(one, world.now, "refused", whole_gateway=True) for one in sessions])
    owners = [one for one in await world.deliver() if one[1] == OWNER]
    assert owners == [("offline", OWNER, 3)]
    await world.store.close()
