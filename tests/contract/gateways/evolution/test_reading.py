"""What one reading of Evolution's means, in the shapes that running servers showed."""

from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.evolution import EvolutionGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.evolution.conftest import (
    CONNECT,
    LIST,
    NOTHING_DONE,
    ONE,
    PROFILE,
    STATE,
    Connect,
    failed,
    listed,
    row,
    stands,
    state,
)
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import PHONE, reached_at

MISSING = failed(404, ['The "shop" instance does not exist'])


async def test_existence_is_told_before_the_key(wire: Wire, evolution: EvolutionGateway) -> None:
    """With a wrong key an unknown instance is 404 and a known one 401; only the list knows of the key for sure."""
    wire.on("GET", STATE, MISSING)
    assert not (await evolution.observe("shop")).found
    wire.on("GET", STATE, failed(401, "Unauthorized", "Unauthorized"))
    assert (await failing(evolution.observe("shop"))).fault is GatewayFault.UNAUTHORIZED
    wire.on("GET", LIST, failed(401, "Unauthorized", "Unauthorized"))
    error = await failing(evolution.check())
    assert (error.fault, "healthcheckd.toml:7" in error.hint) == (GatewayFault.UNAUTHORIZED, True)


async def test_404_counts_as_gone_only_when_evolution_says_so(wire: Wire, evolution: EvolutionGateway) -> None:
    for reply in (
        failed(404, [f"Cannot GET {STATE}"]),
        Reply(404, b"<html>nginx</html>", {"Content-Type": "text/html"}),
    ):
        wire.on("GET", STATE, reply)
        seen = await evolution.observe("shop")
        assert (seen.found, bool(seen.silence)) == (True, True)


@pytest.mark.parametrize("message", ["Wrong number", ["Wrong number"], [["Wrong number"]]])
async def test_a_reason_is_read_in_each_of_its_forms(wire: Wire, evolution: EvolutionGateway, message: Any) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, failed(400, message, "Bad Request"))
    assert (await failing(evolution.reconnect("shop"))).what == "Wrong number (400)"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"}),
        Reply(200, b""),
        Reply(500),
        Reply(200, b'{"instance":{"instanceName":"shop"'),
        Reply(200, b"{}", cut=True),
        NOTHING_DONE,
        state("napping"),
        state("open", name="another"),
        Reply(302, headers={"Location": "/manager"}),
    ],
)
async def test_an_unusable_single_reading_is_silence_with_a_reason(
    wire: Wire, evolution: EvolutionGateway, reply: Reply
) -> None:
    wire.on("GET", STATE, reply)
    wire.on("GET", ONE, shown([row()]))
    seen = await evolution.observe("shop")
    assert (seen.session, seen.found, seen.connection) == ("shop", True, Connection.UNKNOWN)
    assert seen.silence


async def test_closed_for_an_unreadable_reason_is_silence(wire: Wire, evolution: EvolutionGateway) -> None:
    """It may be a ban, and nobody is to act on a guess."""
    wire.on("GET", STATE, state("close"))
    for reply in (Reply(500), Reply(200, b"<html>"), shown([]), shown([{"name": "shop", "ownerJid": 7}])):
        wire.on("GET", ONE, reply)
        assert (await evolution.observe("shop")).silence == "it is closed, and the reason cannot be read"


async def test_open_is_told_even_when_the_database_is_not(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on("GET", STATE, state("open"))
    wire.on("GET", ONE, Reply(500))
    seen = await evolution.observe("shop")
    assert (seen.connection, seen.phone) == (Connection.CONNECTED, None)


async def test_the_database_lags_behind_and_memory_is_believed(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("open"))
    seen = (await listed(evolution))["shop"]
    assert (seen.connection, seen.self_healing) == (Connection.DISCONNECTED, True)


@pytest.mark.parametrize(
    ("reply", "proof"),
    [
        (shown({"isBusiness": False, "message": "Not is business profile", "exists": True}), Proof.PROVED),
        (shown({"isBusiness": True, "wid": f"{PHONE}@s.whatsapp.net"}), Proof.PROVED),
        (
            failed(500, ["Error updating profile name", "Error: Connection Closed"], "Internal Server Error"),
            Proof.REFUTED,
        ),
        (failed(500, "Connection Closed", "Internal Server Error"), Proof.REFUTED),
        (failed(500, ["Error updating profile name", "Error: Timed Out"], "Internal Server Error"), Proof.INCONCLUSIVE),
        (NOTHING_DONE, Proof.INCONCLUSIVE),
        (Reply(200, b""), Proof.INCONCLUSIVE),
        (failed(404, [f"Cannot POST {PROFILE}"]), Proof.UNSUPPORTED),
        (MISSING, Proof.INCONCLUSIVE),
        (failed(400, ["number is required"], "Bad Request"), Proof.INCONCLUSIVE),
        (Reply(503), Proof.INCONCLUSIVE),
        (Reply(429), Proof.INCONCLUSIVE),
        (Reply(hangs=True), Proof.INCONCLUSIVE),
    ],
)
async def test_only_an_answer_of_whatsapp_proves(wire: Wire, connect: Connect, reply: Reply, proof: Proof) -> None:
    stands(wire, "open", row())
    wire.on("POST", PROFILE, reply)
    evolution = connect(reached_at(wire.url, "evolution", timeout=timedelta(seconds=0.2 if reply.hangs else 5)))
    assert await evolution.prove("shop") is proof
    assert wire.asked[-1].body == f'{{"number":"{PHONE}"}}'.encode()


@pytest.mark.parametrize("integration", ["WHATSAPP-BUSINESS", "EVOLUTION"])
async def test_an_integration_that_is_always_open_is_never_proved(
    wire: Wire, evolution: EvolutionGateway, integration: str
) -> None:
    stands(wire, "open", row(integration=integration))
    assert await evolution.prove("shop") is Proof.UNSUPPORTED
    assert (await evolution.observe("shop")).proof is Proof.UNSUPPORTED
    assert wire.targets("POST") == []


async def test_nobodys_number_is_not_asked_about(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "open", row(ownerJid=None))
    assert await evolution.prove("shop") is Proof.INCONCLUSIVE
    assert wire.targets("POST") == []
