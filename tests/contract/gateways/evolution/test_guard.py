"""What Evolution is never asked, what is never told of its answers, and what a check points out."""

from datetime import timedelta

import pytest

from healthcheckd.gateways.evolution import EvolutionGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.evolution.conftest import (
    CONNECT,
    LIST,
    ONE,
    PROFILE,
    STATE,
    Connect,
    listed,
    metrics,
    row,
    stands,
    state,
)
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at


async def test_a_check_does_not_wait_for_a_welcome_that_never_comes(wire: Wire, connect: Connect) -> None:
    wire.on("GET", LIST, shown([row()]))
    wire.on("GET", "/", Reply(hangs=True))
    wire.on("GET", "/metrics", metrics())
    check = await connect(reached_at(wire.url, "evolution", timeout=timedelta(seconds=0.4))).check()
    assert (check.version, check.sessions) == ("2.3.7", 1)
    assert "web.whatsapp.com" in " ".join(check.advice)


async def test_a_check_names_version_and_key(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on(
        "GET",
        "/",
        shown({"status": 200, "message": "Welcome to the Evolution API, it is working!", "version": "2.3.6"}),
    )
    wire.on("GET", LIST, shown([row()]), Reply(401))
    check = await evolution.check()
    assert (check.version, check.key_ok, check.sessions, check.proof, check.advice) == ("2.3.6", True, 1, True, ())


async def test_a_list_that_strangers_may_read_is_pointed_out(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on("GET", "/", Reply(200, b"<html>manager</html>"))
    wire.on("GET", LIST, shown([row()]))
    check = await evolution.check()
    assert (check.version, check.key_ok) == ("", None)
    assert "AUTHENTICATION_API_KEY" in check.advice[0]


async def test_no_secret_of_an_instance_gets_out(
    wire: Wire, evolution: EvolutionGateway, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {
        "token": "inst-tok-81",
        "Proxy": {"password": "proxy-82"},
        "Chatwoot": {"token": "cw-83"},
        "Setting": {"wavoipToken": "wav-84"},
        "disconnectionObject": '{"error":"apikey-85"}',
    }
    wire.on("GET", LIST, shown([row(**secrets), row(status=9, name="bad", **secrets), {"token": "inst-tok-81"}]))
    wire.on("GET", STATE, state("close"))
    wire.on("GET", ONE, shown([row("close", disconnectionReasonCode=402, **secrets)]))
    wire.on("GET", "/instance/connectionState/bad", shown({"instance": secrets, "apikey": "apikey-85"}))
    wire.on("GET", CONNECT, shown({"error": True, "message": {"apikey": "apikey-85"}, "hash": "inst-tok-81"}))
    told = repr([await listed(evolution), await evolution.observe("bad"), await failing(evolution.reconnect("shop"))])
    told += caplog.text + repr([vars(record) for record in caplog.records])
    assert not [secret for secret in ("tok-81", "proxy-82", "cw-83", "wav-84", "apikey-85", KEY) if secret in told]


async def test_only_the_routes_it_needs_are_ever_asked(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, shown({"count": 0}))
    await listed(evolution)
    await evolution.check()
    await evolution.reconnect("shop")
    stands(wire, "connecting", row("connecting"))
    await evolution.prove("shop")
    await failing(evolution.stop("shop"))
    asked = {f"{one.method} {one.target.partition('?')[0]}" for one in wire.asked}
    assert asked == {"GET /", "GET /metrics", f"GET {LIST}", f"GET {STATE}", f"GET {CONNECT}", f"POST {PROFILE}"}
    assert all("Content-Type" not in one.headers for one in wire.asked if one.method == "GET")
