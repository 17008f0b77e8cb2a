"""WuzAPI's own webhook of a user, with the key that signs it."""

from typing import Any

import pytest

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.wuzapi_install import OWN_KEY, SIGNS_NOTHING, WuzapiInstaller
from healthcheckd.ports.hooks import Installed
from healthcheckd.settings import Secret
from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at
from tests.contract.gateways.wuzapi.conftest import TOKEN, USERS, done, failed, row, sent

HOOK, SIGNING = "/webhook", "/session/hmac/config"
SECRET = "a-secret-of-thirty-two-characters-and-more"
URL = "https://hooks.acme.org/hooks/main"
NO_KEY, A_KEY = done({"hmac_key": ""}), done({"hmac_key": "***"})
OK = done({"Details": "ok"})


def hook(url: str = "", *subscribe: str) -> Reply:
    return done({"webhook": url, "subscribe": list(subscribe) or [""]})


def ready(wire: Wire, *found: Reply, key: Reply = NO_KEY) -> None:
    wire.on("GET", USERS, done([row()]))
    wire.on("GET", HOOK, *found)
    wire.on("GET", SIGNING, key)
    wire.on("POST", HOOK, OK)
    wire.on("POST", SIGNING, OK)


async def install(wire: Wire, secret: str = SECRET) -> Installed:
    installer = WuzapiInstaller(reached_at(wire.url, "wuzapi", hook_secret=Secret(secret)), QuickClock())
    try:
        return await installer.install(URL, ["shop"])
    finally:
        await installer.close()


async def test_the_key_is_set_before_the_address(wire: Wire) -> None:
    ready(wire, hook(), hook(URL, "Message"))
    assert await install(wire) == Installed(set=("shop",))
    assert wire.targets("POST") == [SIGNING, HOOK]
    assert sent(wire, SIGNING) == [{"hmac_key": SECRET}]
    assert {one.headers["token"] for one in wire.asked if one.target in {HOOK, SIGNING}} == {TOKEN}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ((), ["Message", "ReadReceipt", "Connected", "Disconnected", "LoggedOut"]),
        (("Presence", "Message"), ["Presence", "Message", "ReadReceipt", "Connected", "Disconnected", "LoggedOut"]),
        (("All",), ["All"]),
    ],
)
async def test_no_subscription_is_lost(wire: Wire, before: tuple[str, ...], after: list[str]) -> None:
    ready(wire, hook("", *before), hook(URL, *after))
    await install(wire)
    assert sent(wire, HOOK) == [{"webhookurl": URL, "webhook": URL, "events": after}]


async def test_a_key_of_somebody_else_is_left_alone(wire: Wire) -> None:
    ready(wire, hook(), key=A_KEY)
    assert (await install(wire)).failed == {"shop": OWN_KEY}
    assert wire.targets("POST") == []


async def test_the_key_of_ours_is_set_again_for_it_cannot_be_read(wire: Wire) -> None:
    ready(wire, hook(URL, "All"), key=A_KEY)
    assert await install(wire) == Installed(kept=("shop",))
    assert wire.targets("POST") == [SIGNING]


@pytest.mark.parametrize("status", [404, 405])
async def test_a_build_that_signs_nothing_is_not_made_to_post(wire: Wire, status: int) -> None:
    ready(wire, hook(), key=Reply(status, b"404 page not found\n", {"Content-Type": "text/plain"}))
    assert (await install(wire)).failed == {"shop": SIGNS_NOTHING}
    assert wire.targets("POST") == []


async def test_the_simulator_of_an_old_build_signs_nothing_either() -> None:
    cast = [ScriptedSession("shop", CATALOGUE["steady"], "5511988887777")]
    async with Simulator(cast, dialect="wuzapi-2025", api_key=KEY) as old:
        settings = reached_at(old.url, "wuzapi", hook_secret=Secret(SECRET))
        installer = WuzapiInstaller(settings, QuickClock())
        assert (await installer.install(URL, ["shop"])).failed == {"shop": SIGNS_NOTHING}
        await installer.close()


async def test_a_short_secret_is_refused_before_anything_is_asked(wire: Wire) -> None:
    ready(wire, hook())
    with pytest.raises(GatewayError, match="32 characters") as caught:
        await install(wire, "short")
    assert caught.value.fault is GatewayFault.CONFLICT
    assert wire.asked == []


async def test_a_token_that_is_refused_is_this_users_trouble(wire: Wire) -> None:
    ready(wire, failed("unauthorized", 401))
    assert (await install(wire)).failed == {"shop": "its token is refused"}


async def test_a_success_that_is_none_is_told(wire: Wire) -> None:
    ready(wire, hook())
    assert (await install(wire)).failed == {"shop": "it was told the address, and does not show it afterwards"}


async def test_nothing_that_was_sent_comes_back_in_words(wire: Wire) -> None:
    ready(wire, hook())
    wire.on("POST", SIGNING, shown({"code": 500, "error": f"bad key {SECRET} of {TOKEN}", "success": False}, 500))
    told: Any = (await install(wire)).failed["shop"]
    assert SECRET not in told
    assert TOKEN not in told
