"""What wwebjs-api answers, and an adapter that asks it."""

from collections.abc import Callable

import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.wwebjs import WwebjsGateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

Connect = Callable[[GatewaySettings], WwebjsGateway]

LIST = "/session/getSessions"
STATUS, START, RESTART, STOP = (f"/session/{verb}/shop" for verb in ("status", "start", "restart", "stop"))
ABSENT = shown({"success": False, "state": None, "message": "session_not_found"})
CLOSED = shown({"success": False, "state": None, "message": "session closed"})
UP = shown({"success": True, "state": "CONNECTED", "message": "session_connected"})
STARTED = shown({"success": True, "message": "Session initiated successfully"})
RESTARTED = shown({"success": True, "message": "Restarted successfully"})
STOPPED = shown({"success": True, "message": "Session stopped successfully"})


def state(word: str | None) -> Reply:
    return shown({"success": False, "state": word, "message": "session_not_connected"})


@pytest.fixture
def wwebjs(wire: Wire, connect: Connect) -> WwebjsGateway:
    return connect(reached_at(wire.url, "wwebjs"))


async def listed(gateway: WwebjsGateway) -> list[Observation]:
    return [seen async for chunk in gateway.sessions() for seen in chunk]
