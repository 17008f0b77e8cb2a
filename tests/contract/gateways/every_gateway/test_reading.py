"""What is read, whatever the kind of gateway: states, names and checks."""

import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.advice import PUBLISHED, PUBLISHED_HOOKS
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import Secret
from healthcheckd.simulator import Simulator
from tests.contract.gateways.every_gateway.conftest import SOON, Connect, listed, needs_verbs, settled
from tests.contract.gateways.worlds import NAMES, PHONE, Situation, World, reached_at

PLAIN = [
    Situation.CONNECTED,
    Situation.CONNECTING,
    Situation.DISCONNECTED,
    Situation.NEEDS_PAIRING,
    Situation.STOPPED,
]


@pytest.mark.parametrize("situation", PLAIN)
async def test_list_and_single_reading_name_the_same_state(
    world: World, gateway: Gateway, situation: Situation
) -> None:
    if situation not in world.reads:
        pytest.skip("it has no word for this")
    world.put("shop", situation)
    named = await listed(gateway)
    assert ("shop" in named) is (situation not in world.unlisted)
    for seen in (named.get("shop"), await gateway.observe("shop")):
        if seen is None:
            continue
        assert (seen.connection, seen.cause) == world.reads[situation]
        assert seen.found
        assert not seen.silence
        assert seen.native


async def test_a_connected_session_shows_whose_it_is(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.CONNECTED)
    for seen in ((await listed(gateway))["shop"], await gateway.observe("shop")):
        assert (seen.phone, seen.linked, seen.push_name) == (PHONE, True, world.push_name)


async def test_a_session_that_waits_for_a_scan_is_nobodys(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.NEEDS_PAIRING)
    seen = await gateway.observe("shop")
    assert (seen.phone, seen.linked) == (None, False)


async def test_a_single_reading_has_its_own_latency(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.CONNECTED)
    latency = (await gateway.observe("shop")).latency
    assert latency is not None
    assert 0 < latency < 2


async def test_an_unknown_session_is_not_found_and_not_silent(world: World, gateway: Gateway) -> None:
    world.put("other", Situation.CONNECTED)
    seen = await gateway.observe("shop")
    assert (seen.found, seen.silence) == (not world.tells_missing, "")
    assert seen.connection is (Connection.UNKNOWN if world.tells_missing else Connection.STOPPED)


async def test_an_empty_gateway_lists_nothing(gateway: Gateway) -> None:
    assert await listed(gateway) == {}


async def test_a_long_list_comes_in_chunks_of_a_thousand(world: World, gateway: Gateway) -> None:
    for number in range(1_100):
        world.put(f"s{number}", Situation.CONNECTED)
    sizes = [len(chunk) async for chunk in gateway.sessions()]
    assert max(sizes) <= 1_000
    assert sum(sizes) == 1_100


@pytest.mark.parametrize("name", NAMES)
async def test_any_name_works_in_every_call(world: World, gateway: Gateway, name: str) -> None:
    if name not in world.names:
        pytest.skip("it allows no such name")
    world.put(name, Situation.DISCONNECTED)
    assert set(await listed(gateway)) == {name}
    assert (await gateway.observe(name)).session == name
    needs_verbs(world)
    await gateway.reconnect(name)
    assert (await settled(gateway, name, Connection.CONNECTED)).session == name
    if world.stops:
        await gateway.stop(name)
        assert (await settled(gateway, name, Connection.STOPPED)).connection is Connection.STOPPED


@pytest.mark.parametrize("name", ["", ".", "..", "\udcff"])
async def test_a_name_that_would_leave_its_place_in_the_path_is_never_sent(
    world: World, gateway: Gateway, name: str
) -> None:
    with pytest.raises(GatewayError) as caught:
        await gateway.stop(name)
    assert caught.value.fault is (GatewayFault.NOT_FOUND if world.acts else GatewayFault.UNSUPPORTED)
    assert world.deeds(name) == []
    seen = await gateway.observe(name)
    assert seen.silence or not seen.found


async def test_a_zombie_is_never_proved(world: World, connect: Connect) -> None:
    world.put("shop", Situation.ZOMBIE)
    gateway = connect(world.settings(timeout=SOON))
    assert (await gateway.observe("shop")).proof is not Proof.PROVED
    assert await gateway.prove("shop") is not Proof.PROVED


async def test_a_connected_session_is_never_refuted(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.CONNECTED)
    assert (await gateway.observe("shop")).proof is not Proof.REFUTED
    assert await gateway.prove("shop") is not Proof.REFUTED


async def test_a_ban_is_named(world: World, gateway: Gateway) -> None:
    if Situation.BANNED not in world.reads:
        pytest.skip("it does not tell a ban from other ends")
    world.put("shop", Situation.BANNED)
    seen = await gateway.observe("shop")
    assert (seen.connection, seen.cause) == (Connection.FAILED, Cause.BANNED)


async def test_a_check_counts_the_sessions(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.CONNECTED)
    world.put("idle", Situation.NEEDS_PAIRING)
    check = await gateway.check()
    assert (check.sessions, check.key_ok) == (2, True)
    assert bool(check.version) is world.tells_version
    assert check.latency is not None


async def test_a_check_warns_of_a_key_that_everybody_knows(world: World, connect: Connect) -> None:
    """It is in use only where it opens the gateway."""
    assert not any("comes with" in one for one in (await connect(world.settings()).check()).advice)
    for key in PUBLISHED.get(world.kind, ()):
        async with Simulator([], dialect=world.kind, api_key=key) as careless:
            check = await connect(reached_at(careless.url, world.kind, api_key=Secret(key))).check()
        assert any("comes with: whoever reaches it can use it" in one for one in check.advice)
        assert key not in repr(check)


@pytest.mark.parametrize("known", [True, False])
async def test_a_check_warns_of_a_hook_secret_that_everybody_knows(world: World, connect: Connect, known: bool) -> None:
    secrets = PUBLISHED_HOOKS.get(world.kind, frozenset()) if known else {"a-secret-of-our-own"}
    for secret in secrets:
        check = await connect(world.settings(hook_secret=Secret(secret))).check()
        assert any("anybody can sign" in one for one in check.advice) is known


async def test_closing_twice_is_harmless_and_a_closed_gateway_opens_again(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.CONNECTED)
    await gateway.observe("shop")
    await gateway.close()
    await gateway.close()
    assert (await gateway.observe("shop")).connection is Connection.CONNECTED
