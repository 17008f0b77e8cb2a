"""What WPPConnect answers, and an adapter that asks it."""

from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.wppconnect import WppconnectGateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], WppconnectGateway]

LIST = f"/api/{KEY}/show-all-sessions"
TOKEN = f"/api/shop/{KEY}/generate-token"
STATUS = "/api/shop/status-session"
CHECK = "/api/shop/check-connection-session"
DEVICE = "/api/shop/host-device"
START = "/api/shop/start-session"
CLOSE = "/api/shop/close-session"
BEARER = "$2b$10$IeHagznkpQ9A13YXcvjxvumTR4emg2L_JHdGTJqCkaFvnoBdJfb7a"
CLOSED = shown({"status": "CLOSED", "qrcode": None})
NO_CLIENT = shown({"response": None, "status": "Disconnected", "message": "A sessão do WhatsApp não está ativa."}, 404)
YES = shown({"status": True, "message": "Connected"})
NO = shown({"status": False, "message": "Disconnected"})
HTML = Reply(404, b"<!DOCTYPE html><pre>Cannot GET</pre>", {"Content-Type": "text/html"})


class Turned(QuickClock):
    """Its monotonic seconds are turned by hand."""

    at = 1_000.0

    def monotonic(self) -> float:
        return self.at


def token(text: str = BEARER) -> Reply:
    return shown({"status": "success", "session": "shop", "token": text, "full": f"shop:{text}"}, 201)


def status(word: str, **more: Any) -> Reply:
    return shown({"status": word, "qrcode": None, "version": "2.10.4"} | more)


def device(number: Any = f"{PHONE}@c.us") -> Reply:
    phone = {"pushname": "Shop", "platform": "android", "phoneNumber": number}
    return shown({"status": "success", "response": phone, "mapper": "device"})


@pytest.fixture
def wpp(wire: Wire, connect: Connect) -> WppconnectGateway:
    stands(wire, status("CONNECTED"))
    return connect(reached_at(wire.url, "wppconnect"))


@pytest.fixture
def turned() -> Turned:
    return Turned()


@pytest.fixture
async def patient(wire: Wire, turned: Turned) -> AsyncIterator[WppconnectGateway]:
    stands(wire, status("CONNECTED"))
    gateway = WppconnectGateway(reached_at(wire.url, "wppconnect"), turned)
    yield gateway
    await gateway.close()


def stands(wire: Wire, told: Reply, check: Reply = YES) -> None:
    wire.on("GET", LIST, shown({"response": ["shop"]}))
    wire.on("POST", TOKEN, token())
    wire.on("GET", STATUS, told)
    wire.on("GET", CHECK, check)
    wire.on("GET", DEVICE, device())
    wire.on("POST", CLOSE, shown({"status": True, "message": "Session successfully closed"}))
    wire.on("POST", START, CLOSED)


async def listed(gateway: WppconnectGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}
