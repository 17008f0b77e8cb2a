"""Whose fault a failure is, whatever the kind of gateway, and that no error shows a secret."""

import traceback
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import Secret
from tests.contract.gateways.every_gateway.conftest import CALLS, SOON, Connect, listed, needs_verbs
from tests.contract.gateways.worlds import KEY, Situation, Trouble, World


@pytest.mark.parametrize("situation", [Situation.FAILS, Situation.GARBAGE, Situation.HANGS])
async def test_an_unusable_answer_about_one_session_is_its_silence_alone(
    world: World, connect: Connect, situation: Situation
) -> None:
    world.put("shop", situation)
    world.put("well", Situation.CONNECTED)
    gateway = connect(world.settings(timeout=SOON))
    seen = await gateway.observe("shop")
    assert (bool(seen.silence), seen.found, seen.whole_gateway) == (True, True, False)
    assert (await gateway.observe("well")).connection is Connection.CONNECTED
    assert (await listed(gateway))["well"].connection is Connection.CONNECTED


async def test_a_row_of_garbage_silences_only_its_session(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.GARBAGE)
    world.put("well", Situation.CONNECTED)
    seen = await listed(gateway)
    assert seen["shop"].silence
    assert seen["well"].connection is Connection.CONNECTED


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (Trouble.DOWN, GatewayFault.REFUSED),
        (Trouble.DROPS, GatewayFault.NETWORK),
        (Trouble.WRONG_KEY, GatewayFault.UNAUTHORIZED),
    ],
)
async def test_what_is_wrong_with_the_gateway_is_never_laid_on_a_session(
    world: World, gateway: Gateway, trouble: Trouble, fault: GatewayFault, call: str
) -> None:
    needs_verbs(world, call)
    world.put("shop", Situation.DISCONNECTED)
    await world.trouble(trouble)
    with pytest.raises(GatewayError) as caught:
        await CALLS[call](gateway)
    assert caught.value.fault is fault
    assert caught.value.where.startswith("main")


async def test_a_gateway_that_never_answers_is_late(world: World, connect: Connect) -> None:
    await world.trouble(Trouble.HANGS)
    with pytest.raises(GatewayError) as caught:
        await listed(connect(world.settings(timeout=SOON)))
    assert caught.value.fault is GatewayFault.TIMEOUT
    assert "0.3 s" in str(caught.value)


async def test_a_list_that_fails_is_the_gateways_fault(world: World, gateway: Gateway) -> None:
    await world.trouble(Trouble.FAILS)
    with pytest.raises(GatewayError) as caught:
        await listed(gateway)
    assert caught.value.fault is GatewayFault.SERVER_ERROR


async def test_a_wrong_key_names_the_place_in_the_configuration(world: World, connect: Connect) -> None:
    gateway = connect(world.settings(**world.wrong))
    with pytest.raises(GatewayError) as caught:
        await listed(gateway)
    assert "main" in caught.value.hint
    assert "healthcheckd.toml:7" in caught.value.hint


async def told(call: Awaitable[object]) -> str:
    """All that could reach a log or a screen."""
    try:
        return repr(await call)
    except GatewayError as error:
        return "".join(traceback.format_exception(error)) + error.hint + repr(error)


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("trouble", Trouble)
async def test_nothing_told_shows_a_secret(world: World, connect: Connect, trouble: Trouble, call: str) -> None:
    world.put("shop", Situation.DISCONNECTED)
    secrets = {"basic_password": Secret("basic-pass-52"), "headers": {"X-Token": Secret("header-token-53")}}
    gateway = connect(world.settings(timeout=timedelta(seconds=0.1), basic_user="ops", **secrets))
    await world.trouble(trouble)
    text = await told(CALLS[call](gateway))
    assert text
    assert not [secret for secret in (KEY, "basic-pass-52", "header-token-53") if secret in text]


@pytest.mark.parametrize("call", CALLS)
async def test_a_dead_proxy_is_named_without_its_password(world: World, connect: Connect, call: str) -> None:
    needs_verbs(world, call)
    gateway = connect(world.settings(proxy=Secret("http://ops:proxy-pass-51@127.0.0.1:1")))
    text = await told(CALLS[call](gateway))
    assert "proxy" in text
    assert "proxy-pass-51" not in text
