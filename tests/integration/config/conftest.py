"""A machine with a caller who is not root."""

import os
from pathlib import Path

import pytest

from tests.integration.config.machine import ANA, Machine


@pytest.fixture
def ana() -> int:
    """Who owns what a test writes: only root can give files away."""
    return os.getuid() or ANA


@pytest.fixture
def machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ana: int) -> Machine:
    folders = {name: tmp_path / name for name in ("home", "etc", "here", "home/run")}
    for folder in folders.values():
        folder.mkdir()
    if os.getuid() == 0:
        os.chown(folders["home/run"], ana, -1)
    monkeypatch.chdir(folders["here"])
    monkeypatch.setattr("healthcheckd.config.locating.SYSTEM", folders["etc"])

    def become(user: int) -> None:
        monkeypatch.setattr("os.geteuid", lambda: user)

    become(ana)
    return Machine(folders["home"], folders["etc"], folders["here"], become)
