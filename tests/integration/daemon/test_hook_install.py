"""`gateways hook --install`: through the daemon into gateways that run, and never where it would do harm."""

from dataclasses import replace
from pathlib import Path

import pytest

from healthcheckd.api.client import account_path
from healthcheckd.errors import GatewayError, Refused, UnknownName
from healthcheckd.gateways.installers import BY_HAND, INSTALLERS
from healthcheckd.settings import HooksSettings
from tests.integration.daemon.conftest import HOOK_SECRET, World, running

INSTALL = "/gateways/main/hook/install"
URL = "http://127.0.0.1:5001/hooks/main"
ACT = "gateways hook main --install"


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)


async def last_act(world: World) -> tuple[str, str]:
    return (await world.trail())[-1][1:]


@pytest.mark.parametrize("kind", INSTALLERS)
async def test_the_accounts_that_are_watched_post_here_afterwards(tmp_path: Path, kind: str) -> None:
    async with running(tmp_path, ["steady", "needs-restart", "pairing"], kind) as world:
        await world.sweep()
        await world.post(account_path("main/pairing", "disable"))
        done = await world.post(INSTALL)
        assert (done["set"], done["kept"], done["failed"]) == (["needs-restart", "steady"], [], {})
        assert URL in world.simulator.hook_of("steady")
        assert world.simulator.hook_of("pairing") == ""
        assert await last_act(world) == (ACT, "2 set, 0 kept, 0 failed")
        assert (await world.post(INSTALL))["kept"] == ["needs-restart", "steady"]
        assert world.simulator.requests.verbs("steady") == ["webhook"]


async def test_what_is_set_in_evolution_opens_our_door(tmp_path: Path) -> None:
    async with running(tmp_path, ["steady"], "evolution") as world:
        await world.sweep()
        await world.post(INSTALL)
        assert f"{URL}/{HOOK_SECRET}" in world.simulator.hook_of("steady")


@pytest.mark.parametrize("kind", BY_HAND)
async def test_the_others_say_why_not_and_nothing_is_asked_of_them(tmp_path: Path, kind: str) -> None:
    async with running(tmp_path, ["steady"], kind) as world:
        await world.sweep()
        before = world.simulator.requests.total
        with pytest.raises(Refused) as caught:
            await world.post(INSTALL)
        assert BY_HAND[kind] in str(caught.value)
        assert "healthcheck gateways hook main" in caught.value.hint
        assert world.simulator.requests.total == before
        assert (await last_act(world))[1].startswith("refused: ")


async def test_nothing_is_set_that_would_post_into_the_void(tmp_path: Path) -> None:
    async with running(tmp_path, ["steady"], "evolution") as world:
        whole = world.engine.settings
        (gateway,) = whole.gateways
        lacking = {
            "listen under": replace(whole, hooks=HooksSettings()),
            "public_url under": replace(whole, hooks=HooksSettings(("0.0.0.0", 5001))),
            "hook_secret of gateway main": replace(whole, gateways=(replace(gateway, hook_secret=None),)),
        }
        for lack, world.engine.settings in lacking.items():
            with pytest.raises(Refused, match=f"the configuration still needs {lack}"):
                await world.post(INSTALL)
        assert world.simulator.hook_of("steady") == ""


async def test_a_gateway_that_is_down_is_told_and_leaves_its_trace(tmp_path: Path) -> None:
    async with running(tmp_path, ["steady"], "wuzapi") as world:
        await world.sweep()
        world.simulator.faults.wrong_key = True
        with pytest.raises(GatewayError, match="key"):
            await world.post(INSTALL)
        assert (await last_act(world))[1].startswith("gateway: ")
        assert HOOK_SECRET not in repr(await world.trail())


async def test_an_unknown_gateway_is_unknown(tmp_path: Path) -> None:
    async with running(tmp_path, ["steady"]) as world:
        with pytest.raises(UnknownName):
            await world.post("/gateways/other/hook/install")
