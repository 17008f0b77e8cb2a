"""An acknowledged incident in a real store."""

import pytest

from healthcheckd.domain.observations import Cause
from healthcheckd.errors import Refused, UnknownName
from tests.contract.store.conftest import OPS, OWNER, World


async def down_for(world: World, minutes: float, **more: object) -> int:
    await world.up("shop")
    await world.down("shop", **more)
    world.wait(2)
    await world.down("shop", **more)
    world.wait(minutes)
    await world.down("shop", **more)
    [(incident,)] = await world.sql("SELECT id FROM incidents")
    return int(incident)


async def acknowledged(world: World, incident: int, comment: str = "") -> int:
    return len(await world.store.incidents.acknowledge(incident, "ana", comment, world.now))


async def test_what_operators_were_owed_and_every_reminder_is_not_sent(world: World) -> None:
    incident = await down_for(world, 10)
    assert await acknowledged(world, incident, "I know") == 1
    rows = await world.sql("SELECT kind, recipient, reminder, state, last_error FROM notices ORDER BY kind, reminder")
    assert rows == [
        ("escalation", OPS, 0, "superseded", "acknowledged by ana"),
        ("offline", OWNER, 0, "owed", ""),
        ("offline", OWNER, 1, "superseded", "acknowledged by ana"),
        ("offline", OWNER, 2, "superseded", "acknowledged by ana"),
    ]
    [row] = await world.sql("SELECT acknowledged_by, acknowledgement FROM incidents")
    assert row == ("ana", "I know")


async def test_said_twice_it_is_said_once(world: World) -> None:
    incident = await down_for(world, 10)
    assert [await acknowledged(world, incident) for _ in range(2)] == [1, 0]
    assert await acknowledged(world, incident, "the phone is charging") == 1


async def test_a_new_cause_is_told_at_once_all_the_same(world: World) -> None:
    incident = await down_for(world, 10)
    await acknowledged(world, incident)
    world.wait(1)
    await world.down("shop", cause=Cause.BANNED)
    assert ("escalation", OPS, 1) in await world.deliver()


async def test_another_plain_cause_is_not(world: World) -> None:
    incident = await down_for(world, 10)
    await acknowledged(world, incident)
    world.wait(20)
    await world.down("shop", cause=Cause.RESTART_REQUIRED)
    world.wait(30)
    assert await world.deliver() == []


async def test_those_who_were_told_hear_of_the_recovery(world: World) -> None:
    incident = await down_for(world, 30)
    assert await world.deliver() == [("escalation", OPS, 1)]
    await acknowledged(world, incident)
    await world.up("shop")
    world.wait(6)
    assert await world.deliver() == [("recovered", OPS, 1)]


async def test_taken_back_what_was_not_told_is_owed_again(world: World) -> None:
    incident = await down_for(world, 10)
    await acknowledged(world, incident)
    assert len(await world.store.incidents.take_back(incident, "bob", world.now)) == 1
    assert await world.sql("SELECT DISTINCT state FROM notices") == [("owed",)]
    assert await world.sql("SELECT acknowledged_by, acknowledged_at FROM incidents") == [(None, None)]
    assert await world.store.incidents.take_back(incident, "bob", world.now) == ()


async def test_what_is_over_cannot_be_acknowledged(world: World) -> None:
    incident = await down_for(world, 10)
    await world.up("shop")
    with pytest.raises(Refused, match="is over"):
        await acknowledged(world, incident)


async def test_what_never_was_neither(world: World) -> None:
    with pytest.raises(UnknownName, match="no incident 99"):
        await acknowledged(world, 99)


async def test_a_silent_gateway_that_somebody_knows_of_is_not_told(world: World) -> None:
    await world.outcome()
    for _ in range(2):
        await world.outcome("time-out")
        world.wait(1)
    [(incident,)] = await world.sql("SELECT id FROM incidents WHERE scope = 'gateway'")
    [event] = await world.store.incidents.acknowledge(incident, "ana", "", world.now)
    assert (event.account, event.data["subject"], event.data["step"]) == (None, "main", "acknowledged")
    assert await world.deliver() == []
