"""The calls that the engine relies on, whatever the kind of gateway."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Connection, Observation
from healthcheckd.ports.gateway import Gateway
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.worlds import PHONE, World

Connect = Callable[[GatewaySettings], Gateway]

SOON = timedelta(seconds=0.3)


async def listed(gateway: Gateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


CALLS: dict[str, Callable[[Gateway], Awaitable[object]]] = {
    "sessions": listed,
    "observe": lambda gateway: gateway.observe("shop"),
    "prove": lambda gateway: gateway.prove("shop"),
    "reconnect": lambda gateway: gateway.reconnect("shop"),
    "stop": lambda gateway: gateway.stop("shop"),
    "begin_pairing": lambda gateway: gateway.begin_pairing("shop"),
    "pairing": lambda gateway: gateway.pairing("shop"),
    "pairing by phone": lambda gateway: gateway.pairing("shop", PHONE),
    "check": lambda gateway: gateway.check(),
}

VERBS = frozenset({"reconnect", "stop", "begin_pairing", "pairing", "pairing by phone"})


def needs_verbs(world: World, call: str = "reconnect") -> None:
    if call in VERBS and not world.acts:
        pytest.skip("it can be told to do nothing")


async def settled(gateway: Gateway, session: str, wanted: Connection) -> Observation:
    """A restarted client takes a moment; here milliseconds."""
    for _ in range(50):
        seen = await gateway.observe(session)
        if seen.connection is wanted:
            return seen
        await asyncio.sleep(0.005)
    return seen
