"""Setting the hook in a gateway, where its API can do that without ending a session; and saying why not elsewhere."""

from collections.abc import AsyncIterator

import pytest

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.hooks import HOOKS
from healthcheckd.gateways.installers import BY_HAND, INSTALLERS
from healthcheckd.ports.hooks import Installed, Installer
from healthcheckd.settings import KINDS, GatewaySettings, Secret
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.every_gateway.conftest import SOON
from tests.contract.gateways.worlds import NAMES, WORLDS, Situation, Trouble, World

SECRET = "a-secret-of-thirty-two-characters-and-more"


def hook_url(settings: GatewaySettings, secret: str = SECRET) -> str:
    return f"https://hooks.acme.org/hooks/main{f'/{secret}' if HOOKS[settings.kind](settings).in_path else ''}"


def settings(world: World, **changes: object) -> GatewaySettings:
    return world.settings(**{"hook_secret": Secret(SECRET), **changes})


async def install(world: World, *sessions: str, url: str = "", **changes: object) -> Installed:
    chosen = settings(world, **changes)
    installer = INSTALLERS[world.kind](chosen, QuickClock())
    try:
        return await installer.install(url or hook_url(chosen), sessions)
    finally:
        await installer.close()


@pytest.fixture(params=[world for world in WORLDS if world.kind in INSTALLERS], ids=lambda world: world.kind)
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    opened: World = request.param()
    await opened.open()
    yield opened
    await opened.close()


def test_of_every_kind_it_is_known_who_sets_it() -> None:
    assert set(INSTALLERS) | set(BY_HAND) == set(KINDS)
    assert not set(INSTALLERS) & set(BY_HAND)
    assert all(len(why) > 20 for why in BY_HAND.values())


async def test_it_is_set_for_those_asked_for_and_no_other(world: World) -> None:
    for name in ("shop", "branch", "strangers"):
        world.put(name, Situation.CONNECTED)
    assert await install(world, "shop", "branch") == Installed(set=("branch", "shop"))
    assert hook_url(settings(world)) in world.hook("shop")
    assert hook_url(settings(world)) in world.hook("branch")
    assert world.hook("strangers") == ""


async def test_nothing_but_the_webhook_is_touched(world: World) -> None:
    world.put("shop", Situation.CONNECTED)
    await install(world, "shop")
    assert set(world.deeds("shop")) == {"webhook"}


async def test_a_second_time_nothing_is_set(world: World) -> None:
    world.put("shop", Situation.CONNECTED)
    await install(world, "shop")
    before = world.deeds("shop")
    assert await install(world, "shop") == Installed(kept=("shop",))
    assert world.deeds("shop") == before


async def test_one_that_posts_elsewhere_is_left_alone(world: World) -> None:
    world.put("shop", Situation.CONNECTED)
    world.put("free", Situation.CONNECTED)
    theirs = "https://app.acme.org/whatsapp/their-secret"
    assert (await install(world, "shop", url=theirs)).set == ("shop",)
    done = await install(world, "shop", "free")
    assert done.set == ("free",)
    assert done.failed == {"shop": "it posts to another address, and has room for one"}
    assert theirs in world.hook("shop")


async def test_a_new_secret_of_ours_takes_the_place_of_the_old(world: World) -> None:
    if not HOOKS[world.kind](settings(world)).in_path:
        pytest.skip("its address holds no secret")
    world.put("shop", Situation.CONNECTED)
    await install(world, "shop", url=hook_url(settings(world), "the-secret-of-before"))
    assert (await install(world, "shop")).set == ("shop",)
    assert SECRET in world.hook("shop")


async def test_a_session_that_is_not_there_is_told_and_hinders_no_other(world: World) -> None:
    world.put("shop", Situation.CONNECTED)
    done = await install(world, "gone", "shop")
    assert done.set == ("shop",)
    assert set(done.failed) == {"gone"}
    assert done.failed["gone"].startswith("it has no such")


@pytest.mark.parametrize("name", NAMES)
async def test_it_is_set_whatever_the_session_is_called(world: World, name: str) -> None:
    world.put(name, Situation.CONNECTED)
    assert (await install(world, name)).set == (name,)
    assert hook_url(settings(world)) in world.hook(name)


async def test_many_are_all_set(world: World) -> None:
    names = [f"s{number}" for number in range(40)]
    for name in names:
        world.put(name, Situation.CONNECTED)
    assert set((await install(world, *names)).set) == set(names)


@pytest.mark.parametrize(
    ("trouble", "fault"),
    [
        (Trouble.DOWN, GatewayFault.REFUSED),
        (Trouble.HANGS, GatewayFault.TIMEOUT),
        (Trouble.WRONG_KEY, GatewayFault.UNAUTHORIZED),
    ],
)
async def test_what_is_wrong_with_the_gateway_is_told_once(world: World, trouble: Trouble, fault: GatewayFault) -> None:
    world.put("shop", Situation.CONNECTED)
    world.put("branch", Situation.CONNECTED)
    await world.trouble(trouble)
    with pytest.raises(GatewayError) as caught:
        await install(world, "shop", "branch", timeout=SOON)
    assert caught.value.fault is fault
    assert SECRET not in f"{caught.value} {caught.value.hint}"
    assert world.hook("shop") == ""


async def test_a_server_that_fails_is_never_told_as_a_success(world: World) -> None:
    world.put("shop", Situation.CONNECTED)
    await world.trouble(Trouble.FAILS)
    try:
        done = await install(world, "shop")
    except GatewayError as error:
        assert error.fault is GatewayFault.SERVER_ERROR
    else:
        assert set(done.failed) == {"shop"}
        assert SECRET not in repr(done.failed)


async def test_an_installer_is_what_the_port_wants(world: World) -> None:
    installer: Installer = INSTALLERS[world.kind](settings(world), QuickClock())
    await installer.close()
    await installer.close()
    assert world.deeds("shop") == []
