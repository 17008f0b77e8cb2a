"""What is wrong with a whole gateway is its own incident, whatever its kind, and never N dead accounts."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthcheckd.settings import KINDS
from tests.integration.daemon.conftest import World, running

TROUBLES = {
    "wrong_key": "is refused (",
    "server_error": "",
    "down": "the connection broke off",
}


@pytest.fixture(params=KINDS)
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.delenv("SUDO_USER", raising=False)
    async with running(tmp_path, ["steady"], request.param) as world:
        yield world


async def accounts(world: World) -> set[tuple[str, str]]:
    return {(one["connection"], one["health"]) for one in await world.get("/accounts")}


async def incidents(world: World) -> list[tuple[str, str]]:
    rows = await world.store.core.run(
        lambda connection, _: connection.execute(
            "SELECT scope, subject FROM incidents WHERE ended_at IS NULL"
        ).fetchall()
    )
    return [tuple(row) for row in rows]


@pytest.mark.parametrize("trouble", TROUBLES)
async def test_it_is_one_incident_of_the_gateway_in_its_own_words(world: World, trouble: str) -> None:
    await world.sweep()
    before = await accounts(world)
    setattr(world.simulator.faults, trouble, True)
    for _ in range(2):
        await world.sweep()
    (gateway,) = await world.get("/gateways")
    assert gateway["silent_since"] is not None
    assert gateway["last_error"]
    assert TROUBLES[trouble] in gateway["last_error"]
    assert ("refused" in gateway["last_error"]) is (trouble == "wrong_key")
    assert await accounts(world) == before == {("Connected", "Healthy")}
    assert await incidents(world) == [("gateway", "main")]


async def test_a_wrong_key_names_what_to_check(world: World) -> None:
    await world.sweep()
    world.simulator.faults.wrong_key = True
    await world.sweep()
    (gateway,) = await world.get("/gateways")
    assert gateway["hint"].startswith("check ")
    assert gateway["hint"].endswith("of gateway main")


async def test_it_is_over_with_the_first_answer(world: World) -> None:
    await world.sweep()
    world.simulator.faults.down = True
    for _ in range(2):
        await world.sweep()
    world.simulator.faults.down = False
    await world.sweep()
    (gateway,) = await world.get("/gateways")
    assert gateway["silent_since"] is None
    assert await incidents(world) == []
