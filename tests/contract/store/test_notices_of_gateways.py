"""Notices of gateways and channels: one for all their accounts, and by another way."""

from dataclasses import replace

from tests.contract.store.conftest import OPS, POLICY, SETTINGS, World, gateway
from tests.contract.store.outages import fall


async def test_a_gateways_outage_is_one_notice_and_so_is_its_end(world: World) -> None:
    await world.up("shop")
    await world.outcome("timed out")
    await world.outcome("timed out")
    world.wait(2)
    assert await world.messages() == []
    world.wait(1)
    [[notice]] = await world.messages()
    assert (notice.kind, [one.account.id.session for one in notice.subjects]) == ("gateway_down", ["shop"])
    await world.store.notices.sent([notice], world.now, "250 OK")
    world.wait(5)
    await world.outcome()
    assert await world.deliver() == [("gateway_up", OPS, 1)]


async def test_a_restart_of_a_gateway_is_told_to_nobody(world: World) -> None:
    await world.up("shop")
    for _ in range(2):
        await world.outcome("timed out")
        world.wait(1)
    await world.outcome()
    world.wait(5)
    assert await world.messages() == []


async def test_a_gateway_that_answers_again_is_not_reported_down(world: World) -> None:
    await world.up("shop")
    await world.outcome("timed out")
    await world.outcome("timed out")
    await world.outcome()
    assert await world.messages() == []


async def test_a_broken_channel_is_an_incident_it_does_not_carry_itself(world: World) -> None:
    assert await world.store.notices.channel_outcome("email", world.now, "refused") == ()
    [event] = await world.store.notices.channel_outcome("email", world.now, "refused")
    assert (event.kind, event.data["step"], event.data["subject"]) == ("incident", "open", "email")
    assert await world.messages() == []
    [event] = await world.store.notices.channel_outcome("email", world.wait(1), "")
    assert event.data["step"] == "end"


async def test_another_channel_carries_it(world: World) -> None:
    await world.store.notices.channel_outcome("slack", world.now, "refused")
    await world.store.notices.channel_outcome("slack", world.now, "refused")
    assert await world.deliver() == [("channel_failed", OPS, 1)]
    await world.store.notices.channel_outcome("slack", world.wait(1), "")
    assert await world.deliver() == [("channel_recovered", OPS, 1)]


async def test_a_removed_gateway_takes_its_notices_and_attempts_along(world: World) -> None:
    await fall(world, "shop")
    await world.store.sync_configuration(replace(SETTINGS, gateways=(gateway("eu"),), accounts=()), world.now)
    assert {state for (state,) in await world.sql("SELECT state FROM notices")} == {"cancelled"}
    assert await world.sql("SELECT how FROM incidents") == [("withdrawn",)]
    assert await world.sql("SELECT result FROM attempts") == [("dropped",)]
    world.store.replace_policy(SETTINGS, POLICY)
    assert (await world.store.sweeps.tally())["total"] == 0
