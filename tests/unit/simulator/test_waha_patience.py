"""How long a real WAHA of 2024 takes to answer; the current build answers at once."""

import pytest

from healthcheckd.simulator.catalogue import script
from healthcheckd.simulator.exchange import Call, Faults, Stage
from healthcheckd.simulator.session import Player, ScriptedSession
from healthcheckd.simulator.waha import Waha
from healthcheckd.simulator.waha_shapes import CORE_2024, CURRENT, Build


def seconds(build: Build, method: str, target: str, name: str = "steady") -> float:
    players = {"default": Player(ScriptedSession("default", script(name), "1"), seed=0, now=0.0)}
    stage = Stage(players, now=3600.0, epoch=0.0, api_key=None, faults=Faults())
    return Waha(build).answer(Call(3600.0, method, target), stage).delay


@pytest.mark.parametrize(
    ("method", "target", "wait"),
    [
        ("POST", "/api/sessions/default/restart", 3.0),
        ("POST", "/api/sessions/default/stop", 3.0),
        ("POST", "/api/sessions/default/start", 0.0),
        ("GET", "/api/default/auth/qr", 5.0),
        ("GET", "/api/sessions/default", 0.0),
    ],
)
def test_the_core_of_2024_takes_its_time(method: str, target: str, wait: float) -> None:
    assert seconds(CORE_2024, method, target) == wait
    assert seconds(CURRENT, method, target) == 0.0


def test_a_stopped_session_is_restarted_at_once() -> None:
    assert seconds(CORE_2024, "POST", "/api/sessions/default/restart", "stopped") == 0.0
