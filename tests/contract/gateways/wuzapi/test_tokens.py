"""WuzAPI's tokens: each user's own, looked up again when refused, and the administrator's."""

import asyncio

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wuzapi import WuzapiGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Wire
from tests.contract.gateways.wuzapi.conftest import STATUS, USERS, done, failed, listed, row


async def test_a_refused_token_is_looked_up_anew(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, failed("unauthorized", 401), done(row()))
    wire.on("GET", USERS, done([row()]), done([row(token="new-token")]))
    await listed(wuzapi)
    assert (await wuzapi.observe("shop")).connection is Connection.CONNECTED
    assert wire.asked[-1].headers["token"] == "new-token"


async def test_a_missing_user_is_401_and_not_found(wire: Wire, wuzapi: WuzapiGateway) -> None:
    await listed(wuzapi)
    wire.on("GET", STATUS, failed("Unauthorized", 401))
    wire.on("GET", USERS, done([]))
    assert not (await wuzapi.observe("shop")).found


async def test_a_token_refused_though_it_is_listed_is_silence(wire: Wire, wuzapi: WuzapiGateway) -> None:
    await listed(wuzapi)
    wire.on("GET", STATUS, failed("unauthorized", 401))
    seen = await wuzapi.observe("shop")
    assert (seen.found, bool(seen.silence)) == (True, True)


async def test_a_wrong_admin_token_is_the_gateways(wire: Wire, wuzapi: WuzapiGateway) -> None:
    await listed(wuzapi)
    wire.on("GET", STATUS, failed("unauthorized", 401))
    wire.on("GET", USERS, failed("unauthorized", 401))
    error = await failing(wuzapi.observe("shop"))
    assert (error.fault, "api_key" in error.hint) == (GatewayFault.UNAUTHORIZED, True)


async def test_many_who_miss_a_user_share_one_list(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.delay = 0.02
    seen = await asyncio.gather(*(wuzapi.observe(f"gone-{number}") for number in range(40)))
    assert not any(one.found for one in seen)
    assert wire.targets("GET") == [USERS]
