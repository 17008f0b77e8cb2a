"""Worlds in virtual time, one to a test."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from pathlib import Path

import pytest

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.integration.engine.world import World, world

Make = Callable[..., AbstractAsyncContextManager[World]]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    return lambda *owners, **casts: world(tmp_path, monkeypatch, *owners, **casts)


def playing(name: str, script: str, after: float | None = None) -> ScriptedSession:
    """An account that plays a script, whose good time before it lasts `after` hours."""
    life = CATALOGUE[script]
    phone = "44207" + str(sum(name.encode()))[-7:].rjust(7, "1")
    return ScriptedSession(name, life if after is None else life.after(after * 3600), phone)


def steady(*names: str) -> list[ScriptedSession]:
    return [playing(name, "steady") for name in names]
