"""What a gateway is told to do, whatever its kind: once, and only where it helps."""

import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import ALERT_ONLY
from tests.contract.gateways.every_gateway.conftest import CALLS, VERBS, Connect, needs_verbs, settled
from tests.contract.gateways.worlds import PHONE, Situation, Trouble, World


def once(deeds: list[str]) -> bool:
    """Some recipes need two verbs, some read the state first and so do nothing while it cannot be read."""
    return len(deeds) == len(set(deeds))


async def test_reconnecting_brings_back_what_can_be_brought_back(world: World, gateway: Gateway) -> None:
    needs_verbs(world)
    world.put("shop", Situation.DISCONNECTED)
    await gateway.reconnect("shop")
    assert (await settled(gateway, "shop", Connection.CONNECTED)).connection is Connection.CONNECTED
    assert once(world.deeds("shop"))


@pytest.mark.parametrize("trouble", [Trouble.FAILS, Trouble.DROPS])
@pytest.mark.parametrize("call", ["reconnect", "stop"])
async def test_a_deed_is_done_once_whatever_the_answer(
    world: World, gateway: Gateway, trouble: Trouble, call: str
) -> None:
    world.put("shop", Situation.CONNECTED)
    await world.trouble(trouble)
    with pytest.raises(GatewayError):
        await CALLS[call](gateway)
    assert once(world.deeds("shop"))


async def test_reconnecting_an_unknown_session_says_so(world: World, gateway: Gateway) -> None:
    if not world.tells_missing:
        pytest.skip("it takes an unknown session for a stopped one")
    needs_verbs(world)
    with pytest.raises(GatewayError) as caught:
        await gateway.reconnect("shop")
    assert caught.value.fault is GatewayFault.NOT_FOUND


async def test_stopping_twice_is_success(world: World, gateway: Gateway) -> None:
    if not world.stops:
        pytest.skip("it cannot stop a client")
    world.put("shop", Situation.CONNECTED)
    await gateway.stop("shop")
    await gateway.stop("shop")
    assert (await gateway.observe("shop")).connection is Connection.STOPPED


async def test_a_gateway_that_cannot_stop_a_client_says_so_and_does_nothing(world: World, gateway: Gateway) -> None:
    if world.stops:
        pytest.skip("it can stop a client")
    world.put("shop", Situation.CONNECTED)
    with pytest.raises(GatewayError) as caught:
        await gateway.stop("shop")
    assert caught.value.fault is GatewayFault.UNSUPPORTED
    assert (await gateway.observe("shop")).connection is Connection.CONNECTED
    assert world.deeds("shop") == []


async def test_our_own_stop_can_be_told_after_a_restart_of_the_daemon(
    world: World, gateway: Gateway, connect: Connect
) -> None:
    """By the gateway's word for it, or by a word that a stop has too: the account remembers who stopped it."""
    if not world.stops:
        pytest.skip("it cannot stop a client")
    world.put("shop", Situation.CONNECTED)
    assert not (await gateway.observe("shop")).perhaps_stopped
    await gateway.stop("shop")
    seen = await connect(world.settings()).observe("shop")
    assert seen.connection is Connection.STOPPED or seen.perhaps_stopped


@pytest.mark.parametrize("call", sorted(VERBS))
async def test_a_gateway_that_can_be_told_nothing_says_what_to_do_instead(
    world: World, gateway: Gateway, call: str
) -> None:
    assert world.acts is (world.kind not in ALERT_ONLY)
    if world.acts:
        pytest.skip("it can be told what to do")
    world.put("shop", Situation.CONNECTED)
    with pytest.raises(GatewayError) as caught:
        await CALLS[call](gateway)
    assert caught.value.fault is GatewayFault.UNSUPPORTED
    assert caught.value.hint
    assert world.deeds("shop") == []


async def test_a_stopped_session_keeps_its_credentials(world: World, gateway: Gateway) -> None:
    if not world.stops:
        pytest.skip("it cannot stop a client")
    world.put("shop", Situation.CONNECTED)
    await gateway.stop("shop")
    await gateway.reconnect("shop")
    assert (await settled(gateway, "shop", Connection.CONNECTED)).phone == PHONE


async def test_a_code_to_scan_is_shown_while_it_is_waited_for(world: World, gateway: Gateway) -> None:
    needs_verbs(world)
    world.put("shop", Situation.NEEDS_PAIRING)
    shown = await gateway.pairing("shop")
    assert shown.qr_text or shown.qr_png


async def test_a_code_to_type_is_made_for_a_phone(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.NEEDS_PAIRING)
    if world.codes:
        assert (await gateway.pairing("shop", f"+{PHONE}")).code
        return
    with pytest.raises(GatewayError) as caught:
        await gateway.pairing("shop", f"+{PHONE}")
    assert caught.value.fault in {GatewayFault.UNSUPPORTED, GatewayFault.CONFLICT}


@pytest.mark.parametrize("situation", [Situation.CONNECTED, Situation.STOPPED, Situation.DISCONNECTED])
@pytest.mark.parametrize("phone", [None, PHONE])
async def test_there_is_nothing_to_scan_at_other_times(
    world: World, gateway: Gateway, situation: Situation, phone: str | None
) -> None:
    needs_verbs(world)
    world.put("shop", situation)
    shown = await gateway.pairing("shop", phone)
    assert (shown.qr_text, shown.qr_png, shown.code) == ("", b"", "")


async def test_pairing_leaves_the_code_on_show_alone(world: World, gateway: Gateway) -> None:
    needs_verbs(world)
    world.put("shop", Situation.NEEDS_PAIRING)
    before = await gateway.pairing("shop")
    await gateway.begin_pairing("shop")
    assert await gateway.pairing("shop") == before


async def test_pairing_does_not_disturb_what_is_connected(world: World, gateway: Gateway) -> None:
    needs_verbs(world)
    world.put("shop", Situation.CONNECTED)
    with pytest.raises(GatewayError) as caught:
        await gateway.begin_pairing("shop", PHONE)
    assert caught.value.fault is GatewayFault.CONFLICT
    assert world.deeds("shop") == []
