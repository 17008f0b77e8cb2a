"""A simulator whose time the test turns by hand, and a client with its key."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession, Simulator
from tests.integration.simulator.by_hand import KEY, PHONE, Hand


@pytest.fixture
def hand() -> Hand:
    return Hand()


@pytest.fixture
async def simulator(hand: Hand) -> AsyncIterator[Simulator]:
    """One session for each named script, called as the script."""
    cast = [ScriptedSession(name, script, PHONE, "Ana") for name, script in CATALOGUE.items()]
    async with Simulator(cast, api_key=KEY, monotonic=hand) as running:
        yield running


@pytest.fixture
async def client(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(simulator.url, headers={"X-Api-Key": KEY}) as session:
        yield session
