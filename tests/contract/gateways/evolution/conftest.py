"""What Evolution answers, and an adapter that asks it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.evolution import EvolutionGateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import PHONE, reached_at

Connect = Callable[[GatewaySettings], EvolutionGateway]

LIST = "/instance/fetchInstances"
ONE = LIST + "?instanceName=shop"
STATE = "/instance/connectionState/shop"
CONNECT = "/instance/connect/shop"
PROFILE = "/chat/fetchBusinessProfile/shop"
NOTHING_DONE = shown({"error": True, "message": "[object Object]"})


class Turned(QuickClock):
    """Its monotonic seconds are turned by hand."""

    at = 1_000.0

    def monotonic(self) -> float:
        return self.at


def failed(status: int, message: Any, error: str = "Not Found") -> Reply:
    return shown({"status": status, "error": error, "response": {"message": message}}, status)


def state(word: str | None, name: str = "shop") -> Reply:
    return shown({"instance": {"instanceName": name} | ({"state": word} if word else {})})


def row(status: str = "open", name: str = "shop", **changes: Any) -> dict[str, Any]:
    """As recorded, shortened."""
    recorded = {
        "id": "215aecda-64f9-42f1-b6b2-7b8eae6d7c17",
        "name": name,
        "connectionStatus": status,
        "ownerJid": f"{PHONE}@s.whatsapp.net",
        "profileName": "Shop",
        "profilePicUrl": None,
        "integration": "WHATSAPP-BAILEYS",
        "number": None,
        "token": "77A6449B-2E74-4B9B-9E3D-13D12BDC5DD7",
        "disconnectionReasonCode": None,
        "disconnectionObject": None,
        "disconnectionAt": None,
        "Proxy": None,
        "Setting": {"rejectCall": False, "wavoipToken": ""},
        "_count": {"Message": 0, "Contact": 0, "Chat": 0},
    }
    return recorded | changes


@pytest.fixture
def evolution(wire: Wire, connect: Connect) -> EvolutionGateway:
    return connect(reached_at(wire.url, "evolution"))


@pytest.fixture
def turned() -> Turned:
    return Turned()


@pytest.fixture
async def patient(wire: Wire, turned: Turned) -> AsyncIterator[EvolutionGateway]:
    gateway = EvolutionGateway(reached_at(wire.url, "evolution"), turned)
    yield gateway
    await gateway.close()


def stands(wire: Wire, word: str | None, told: dict[str, Any]) -> None:
    wire.on("GET", STATE, state(word))
    wire.on("GET", LIST, shown([told]))
    wire.on("GET", ONE, shown([told]))


async def listed(gateway: EvolutionGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


def metrics(*lines: str) -> Reply:
    told = ('evolution_environment_info{version="2.3.7",clientName="c",serverUrl=""} 1', *lines)
    return Reply(200, "\n".join(told).encode(), {"Content-Type": "text/plain"})
