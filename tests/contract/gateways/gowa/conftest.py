"""What GOWA answers, and an adapter that asks it."""

from collections.abc import Callable
from typing import Any

import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.gowa import GowaGateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

Connect = Callable[[GatewaySettings], GowaGateway]

JID = "1555:12@s.whatsapp.net"
FLAGS = "/devices/shop/status"
RECONNECT = "/app/reconnect"


def done(results: Any) -> Reply:
    return shown({"code": "SUCCESS", "message": "done", "results": results})


def failed(message: str) -> Reply:
    return shown({"code": "INTERNAL_SERVER_ERROR", "message": message, "results": None}, 500)


def row(name: str = "shop", **changes: Any) -> dict[str, Any]:
    return {"id": name, "display_name": "Shop", "state": "logged_in", "jid": JID, "created_at": "2026-01-01"} | changes


def flags(connected: bool, logged_in: bool, name: str = "shop") -> Reply:
    return done({"device_id": name, "is_connected": connected, "is_logged_in": logged_in})


@pytest.fixture
def gowa(wire: Wire, connect: Connect) -> GowaGateway:
    wire.on("GET", "/devices", done([row()]))
    return connect(reached_at(wire.url, "gowa"))


async def listed(gateway: GowaGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}
