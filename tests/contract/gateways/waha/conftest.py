"""What WAHA answers, and an adapter that asks it."""

from collections.abc import Callable
from typing import Any

import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.waha import WahaGateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

Connect = Callable[[GatewaySettings], WahaGateway]

LIST = "/api/sessions?all=true"
SHOP = "/api/sessions/shop"
NOT_STARTED = shown(
    {
        "statusCode": 404,
        "message": "We didn't find a session with name 'shop'.\nPlease start it first by using POST ...",
        "error": "Not Found",
    },
    404,
)
CREATED = shown({"name": "shop", "status": "STARTING", "config": None, "me": None, "engine": {}}, 201)


def wrong_state(status: str, wanted: str) -> Reply:
    body = {
        "error": "Session status is not as expected. Try again later or restart the session",
        "session": "shop",
        "status": status,
        "expected": [wanted],
    }
    return shown(body, 422)


def detail(status: str = "WORKING", **changes: Any) -> Reply:
    return shown({"name": "shop", "status": status, "config": None, "me": None, "engine": {}} | changes)


@pytest.fixture
def waha(wire: Wire, connect: Connect) -> WahaGateway:
    return connect(reached_at(wire.url, "waha"))


async def listed(gateway: WahaGateway) -> list[Observation]:
    return [seen async for chunk in gateway.sessions() for seen in chunk]


QR = "/api/shop/auth/qr?format=raw"
