"""What Meta's Cloud API answers, and an adapter that asks it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest

from healthcheckd.domain.observations import Observation
from healthcheckd.gateways.meta import FIELDS, MetaGateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at

Connect = Callable[[GatewaySettings], MetaGateway]

ACCOUNT = "102290129340398"
NUMBER = "106540352242922"
FULL, PLAIN, CORE = FIELDS


def list_at(after: str = "", fields: str = FULL) -> str:
    query = {"fields": fields, "limit": "100", **({"after": after} if after else {})}
    return f"/v25.0/{ACCOUNT}/phone_numbers?{urlencode(query)}"


def one_at(fields: str = FULL, number: str = NUMBER) -> str:
    return f"/v25.0/{number}?{urlencode({'fields': fields})}"


def row(number: str = NUMBER, status: Any = "CONNECTED", **more: Any) -> dict[str, Any]:
    entities = [{"entity_type": "PHONE_NUMBER", "id": number, "can_send_message": "AVAILABLE"}]
    health = {"can_send_message": "AVAILABLE", "entities": entities}
    return {"id": number, "display_phone_number": "+1 631-555-5555", "status": status, "health_status": health} | more


def page(*rows: Any, after: str = "", more: bool = False) -> Reply:
    paging: dict[str, Any] = {"cursors": {"before": "b", "after": after}}
    if more:
        paging["next"] = f"https://elsewhere.example/v25.0/{ACCOUNT}/phone_numbers?access_token={KEY}&after={after}"
    return shown({"data": rows, "paging": paging})


def refusal(status: int, code: int, message: str = "(#1) said", **more: Any) -> Reply:
    return shown(
        {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"} | more}, status
    )


NO_SUCH_OBJECT = refusal(400, 100, "Unsupported get request. Object with ID '1' does not exist", error_subcode=33)


class HeldClock(QuickClock):
    """Its monotonic time is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


def reached(wire: Wire, **changes: Any) -> GatewaySettings:
    return reached_at(f"{wire.url}/v25.0/{ACCOUNT}", "meta", **changes)


@pytest.fixture
def meta(wire: Wire, connect: Connect) -> MetaGateway:
    return connect(reached(wire))


async def listed(gateway: MetaGateway) -> list[Observation]:
    return [seen async for chunk in gateway.sessions() for seen in chunk]
