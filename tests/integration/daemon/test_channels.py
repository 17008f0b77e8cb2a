"""A channel that is tried by hand, and what it is worth."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.errors import DeliveryError
from tests.integration.daemon.conftest import World, running

TEST = "/channels/email/test"


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path, ("steady",)) as world:
        yield world


async def failing(world: World) -> list[str]:
    [row] = await world.get("/channels")
    assert row["name"] == "email"
    status = await world.get("/status")
    return list(status["notices"]["channels_failing"])


async def fail_twice(world: World) -> None:
    now = world.engine.outbox.clock.now() if world.engine.outbox else None
    assert now is not None
    for _ in range(2):
        await world.store.notices.channel_outcome("email", now, "421 later")


async def test_one_that_takes_a_test_fails_no_longer(world: World) -> None:
    await fail_twice(world)
    assert await failing(world) == ["email"]
    answer: Any = await world.post(TEST, {"address": "ana@example.com"})
    assert "kept as" in answer["answer"]
    assert await failing(world) == []


async def test_one_that_does_not_take_it_goes_on_failing(world: World) -> None:
    await fail_twice(world)
    await world.sink.close()
    with pytest.raises(DeliveryError):
        await world.post(TEST, {"address": "ana@example.com"})
    assert await failing(world) == ["email"]
