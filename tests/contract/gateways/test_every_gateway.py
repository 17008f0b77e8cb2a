"""What the engine relies on, whatever the kind of gateway."""

import asyncio
import traceback
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import ALERT_ONLY, GatewaySettings, Secret
from tests.contract.gateways.worlds import KEY, NAMES, PHONE, Situation, Trouble, World

Connect = Callable[[GatewaySettings], Gateway]

SOON = timedelta(seconds=0.3)
PLAIN = [
    Situation.CONNECTED,
    Situation.CONNECTING,
    Situation.DISCONNECTED,
    Situation.NEEDS_PAIRING,
    Situation.STOPPED,
]


async def listed(gateway: Gateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


CALLS: dict[str, Callable[[Gateway], Awaitable[object]]] = {
    "sessions": listed,
    "observe": lambda gateway: gateway.observe("shop"),
    "prove": lambda gateway: gateway.prove("shop"),
    "reconnect": lambda gateway: gateway.reconnect("shop"),
    "stop": lambda gateway: gateway.stop("shop"),
    "begin_pairing": lambda gateway: gateway.begin_pairing("shop"),
    "pairing": lambda gateway: gateway.pairing("shop"),
    "pairing by phone": lambda gateway: gateway.pairing("shop", PHONE),
    "check": lambda gateway: gateway.check(),
}


VERBS = frozenset({"reconnect", "stop", "begin_pairing", "pairing", "pairing by phone"})


def needs_verbs(world: World, call: str = "reconnect") -> None:
    if call in VERBS and not world.acts:
        pytest.skip("it can be told to do nothing")


async def settled(gateway: Gateway, session: str, wanted: Connection) -> Observation:
    """A restarted client takes a moment; here milliseconds."""
    for _ in range(50):
        seen = await gateway.observe(session)
        if seen.connection is wanted:
            return seen
        await asyncio.sleep(0.005)
    return seen


def once(deeds: list[str]) -> bool:
    """Some recipes need two verbs, some read the state first and so do nothing while it cannot be read."""
    return len(deeds) == len(set(deeds))


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


async def test_closing_twice_is_harmless_and_a_closed_gateway_opens_again(world: World, gateway: Gateway) -> None:
    world.put("shop", Situation.CONNECTED)
    await gateway.observe("shop")
    await gateway.close()
    await gateway.close()
    assert (await gateway.observe("shop")).connection is Connection.CONNECTED


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
