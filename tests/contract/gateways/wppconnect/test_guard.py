"""What WPPConnect is never asked, what is never told of its answers, and what a check points out."""

import pytest

from healthcheckd.gateways.wppconnect import WppconnectGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY
from tests.contract.gateways.wppconnect.conftest import (
    BEARER,
    CHECK,
    CLOSE,
    CLOSED,
    DEVICE,
    HTML,
    LIST,
    START,
    STATUS,
    TOKEN,
    listed,
    token,
)


async def test_a_check_names_the_version_that_a_running_session_tells(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", LIST, shown({"response": ["idle", "shop"]}))
    wire.on("POST", f"/api/idle/{KEY}/generate-token", token())
    wire.on("GET", "/api/idle/status-session", CLOSED)
    check = await wpp.check()
    assert (check.version, check.key_ok, check.sessions, check.proof) == ("2.10.4", True, 2, True)
    assert check.advice == ()


async def test_neither_secret_nor_token_gets_out(
    wire: Wire, wpp: WppconnectGateway, caplog: pytest.LogCaptureFixture
) -> None:
    await wpp.observe("shop")
    said = shown({"response": False, "message": f"no {KEY} here\r\nnor there", "token": "tok-71"}, 422)
    errors = []
    for reply in (said, Reply(500), Reply(302, headers={"Location": f"/api/{KEY}"}), Reply(200, KEY.encode()), HTML):
        for target in (LIST, STATUS, CHECK, DEVICE):
            wire.on("GET", target, reply)
        wire.on("POST", START, reply)
        wire.on("POST", TOKEN, reply)
        errors += [await failing(listed(wpp)), repr(await wpp.observe("shop")), await failing(wpp.reconnect("shop"))]
    told = repr([(str(error), getattr(error, "hint", ""), error) for error in errors]) + caplog.text
    told += repr([vars(record) for record in caplog.records])
    assert not [secret for secret in (KEY, BEARER, "tok-71") if secret in told]
    assert "****" in told


async def test_only_the_routes_it_needs_are_ever_asked(wire: Wire, wpp: WppconnectGateway) -> None:
    await listed(wpp)
    await wpp.check()
    await wpp.prove("shop")
    await wpp.reconnect("shop")
    await failing(wpp.stop("shop"))
    await wpp.pairing("shop")
    assert {f"{one.method} {one.target}" for one in wire.asked} == {
        f"GET {LIST}",
        f"POST {TOKEN}",
        f"GET {STATUS}",
        f"GET {CHECK}",
        f"GET {DEVICE}",
        f"POST {CLOSE}",
        f"POST {START}",
    }
    assert all("Content-Type" not in one.headers for one in wire.asked if one.method == "GET")
    assert not any(b"waitQrCode" in one.body for one in wire.asked)
