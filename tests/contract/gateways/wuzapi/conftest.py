"""What WuzAPI answers, and an adapter that asks it."""

import base64
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.wuzapi import WuzapiGateway
from healthcheckd.settings import GatewaySettings
from healthcheckd.simulator.pictures import qr_png
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

Connect = Callable[[GatewaySettings], WuzapiGateway]

JID = "1555:12@s.whatsapp.net"
USERS, STATUS, QR = "/admin/users", "/session/status", "/session/qr"
DIAL, HANG_UP, PAIR = "/session/connect", "/session/disconnect", "/session/pairphone"
TOKEN = "user-token-61"
CODE = "data:image/png;base64," + base64.b64encode(qr_png("2@secret")).decode()


def done(data: Any) -> Reply:
    return shown({"code": 200, "data": data, "success": True})


def failed(words: str, status: int = 500) -> Reply:
    return shown({"code": status, "error": words, "success": False}, status)


def row(name: str = "shop", **changes: Any) -> dict[str, Any]:
    """As builds of today show it."""
    shown_now = {"id": f"id-{name}", "name": name, "token": TOKEN, "webhook": "", "jid": JID, "qrcode": ""}
    flags = {"connected": True, "loggedIn": True, "expiration": 0, "events": "Message,ReadReceipt", "proxy_url": ""}
    return shown_now | flags | changes


@pytest.fixture
def wuzapi(wire: Wire, connect: Connect) -> WuzapiGateway:
    wire.on("GET", USERS, done([row()]))
    return connect(reached_at(wire.url, "wuzapi"))


async def listed(gateway: WuzapiGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


def sent(wire: Wire, target: str) -> list[Any]:
    return [msgspec.json.decode(one.body) for one in wire.asked if (one.method, one.target) == ("POST", target)]
