"""A machine for each test."""

from collections.abc import AsyncIterator
from multiprocessing.context import ForkServerContext
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, machine
from tests.acceptance.nursery import nursery_of


@pytest.fixture
async def here(tmp_path: Path) -> AsyncIterator[Machine]:
    """With two accounts that are well."""
    cast = [ScriptedSession(name, CATALOGUE["steady"], f"44207946010{n}") for n, name in enumerate(("shop", "bakery"))]
    async with machine(tmp_path, cast) as made:
        yield made


@pytest.fixture
def nursery() -> ForkServerContext:
    return nursery_of()
