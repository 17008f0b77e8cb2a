"""`gateways check`: each kind looked at through the daemon, and one that is not what the configuration says."""

from pathlib import Path

import pytest

from healthcheckd.errors import GatewayError
from healthcheckd.settings import KINDS
from tests.integration.daemon.conftest import running

CHECK = "/gateways/main/check"


@pytest.fixture(autouse=True)
def _nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SUDO_USER", raising=False)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_looked_at(tmp_path: Path, kind: str) -> None:
    async with running(tmp_path, ["steady", "needs-restart"], kind) as world:
        found = await world.post(CHECK)
        assert (found["kind"], found["key_ok"], found["sessions"]) == (kind, True, 2)
        assert 0 < found["latency"] < 5
        assert isinstance(found["push"], bool)


@pytest.mark.parametrize(
    ("said", "speaks"), [("waha", "evolution"), ("waha", "wppconnect"), ("evolution", "waha"), ("wuzapi", "wwebjs")]
)
async def test_a_gateway_of_another_kind_is_told_by_its_kind(tmp_path: Path, said: str, speaks: str) -> None:
    async with running(tmp_path, ["steady"], said, speaks) as world:
        with pytest.raises(GatewayError, match=f"this is {speaks}, and the configuration says {said}") as caught:
            await world.post(CHECK)
        assert caught.value.hint == f'kind = "{speaks}"'


async def test_a_wrong_key_of_the_right_kind_is_a_wrong_key(tmp_path: Path) -> None:
    async with running(tmp_path, ["steady"]) as world:
        world.simulator.faults.wrong_key = True
        with pytest.raises(GatewayError, match="key"):
            await world.post(CHECK)
