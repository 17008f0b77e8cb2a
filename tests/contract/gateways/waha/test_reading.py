"""What WAHA's rows and readings mean, in the shapes that running servers showed."""

from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.waha import WahaGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.waha.conftest import LIST, NOT_STARTED, SHOP, Connect, detail, listed, wrong_state
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

NOT_FOUND = shown({"statusCode": 404, "message": "Session not found", "error": "Not Found"}, 404)
PLUS = shown({"statusCode": 422, "message": "The feature is available only in Plus version."}, 422)
HTML = Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"})


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b""),
        Reply(200, b"null"),
        Reply(200, b"{}"),
        Reply(200, b'[{"name":"shop"'),
        Reply(200, b"\xff\xfe"),
        HTML,
    ],
)
async def test_a_list_that_is_none_breaks_before_anything_is_told(wire: Wire, waha: WahaGateway, reply: Reply) -> None:
    wire.on("GET", LIST, reply)
    error = await failing(anext(aiter(waha.sessions())))
    assert error.fault is GatewayFault.BAD_ANSWER


async def test_rows_of_every_oddity_are_each_its_own(
    wire: Wire, waha: WahaGateway, caplog: pytest.LogCaptureFixture
) -> None:
    rows: list[Any] = [
        {"name": "well", "status": "WORKING", "me": {"id": "1555@c.us", "pushName": "W"}, "timestamps": {}},
        {"name": "odd", "status": "HIBERNATING"},
        {"name": "bad", "status": 42, "me": ["?"]},
        {"name": "bare"},
        {"name": "", "status": "WORKING"},
        {"status": "WORKING"},
        "not a row",
        None,
    ]
    wire.on("GET", LIST, shown(rows))
    seen = {one.session: one for one in await listed(waha)}
    assert set(seen) == {"well", "odd", "bad", "bare"}
    assert seen["well"].connection is Connection.CONNECTED
    assert seen["odd"].silence == "unknown state 'HIBERNATING'"
    assert seen["bad"].silence
    assert seen["bare"].silence
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 4)]  # type: ignore[attr-defined]


async def test_a_broken_text_in_one_row_silences_that_row(wire: Wire, waha: WahaGateway) -> None:
    body = b'[{"name":"a","status":"WORKING"},{"name":"b","status":"WORKING","me":{"id":"\xff"}}]'
    wire.on("GET", LIST, Reply(200, body))
    assert [(seen.session, bool(seen.silence)) for seen in await listed(waha)] == [("a", False), ("b", True)]


async def test_404_counts_as_gone_only_when_waha_says_so(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", SHOP, NOT_FOUND)
    assert not (await waha.observe("shop")).found
    wire.on("GET", SHOP, Reply(404, b"<html>nginx</html>", {"Content-Type": "text/html"}))
    seen = await waha.observe("shop")
    assert (seen.found, bool(seen.silence)) == (True, True)
    seen = await waha.observe("no-route")
    assert (seen.found, bool(seen.silence)) == (True, True)


@pytest.mark.parametrize(
    "reply",
    [
        HTML,
        Reply(200, b""),
        Reply(500),
        Reply(200, b'{"name":"shop"'),
        Reply(200, b"{}", cut=True),
        detail("NAPPING"),
        shown({"name": "another", "status": "WORKING"}),
        Reply(302, headers={"Location": "/login"}),
    ],
)
async def test_an_unusable_single_reading_is_silence_with_a_reason(wire: Wire, waha: WahaGateway, reply: Reply) -> None:
    wire.on("GET", SHOP, reply)
    seen = await waha.observe("shop")
    assert (seen.session, seen.found, seen.connection) == ("shop", True, Connection.UNKNOWN)
    assert seen.silence


@pytest.mark.parametrize(
    ("status", "fault"),
    [(status, GatewayFault.SERVER_ERROR) for status in (502, 503, 504)] + [(429, GatewayFault.RATE_LIMITED)],
)
async def test_an_overloaded_gateway_is_not_the_sessions_silence(
    wire: Wire, waha: WahaGateway, status: int, fault: GatewayFault
) -> None:
    wire.on("GET", SHOP, Reply(status))
    assert (await failing(waha.observe("shop"))).fault is fault


@pytest.mark.parametrize(
    ("engine", "proof"),
    [
        ({"engine": "WEBJS", "WWebVersion": "2.3", "state": "CONNECTED"}, Proof.PROVED),
        ({"engine": "WEBJS", "state": "TIMEOUT"}, Proof.REFUTED),
        ({"engine": "WEBJS", "state": "UNPAIRED"}, Proof.REFUTED),
        ({"engine": "WEBJS", "state": None}, Proof.REFUTED),
        ({"engine": "WEBJS"}, Proof.REFUTED),
        ({"engine": "WEBJS", "state": "OPENING"}, Proof.INCONCLUSIVE),
        ({"engine": "NOWEB"}, None),
        ({"engine": "GOWS", "grpc": {"client": "READY", "stream": "READY"}}, None),
        ({"engine": "GOWS", "gows": {"found": True, "connected": True}}, None),
        ({"engine": "GOWS", "gows": {"found": True, "connected": False}}, Proof.REFUTED),
        ({"engine": "GOWS", "gows": {"error": {"code": 14}}}, None),
        ({}, None),
        (None, None),
    ],
)
async def test_each_engine_is_believed_in_its_own_way(
    wire: Wire, waha: WahaGateway, engine: dict[str, Any] | None, proof: Proof | None
) -> None:
    wire.on("GET", SHOP, detail(engine=engine))
    seen = await waha.observe("shop")
    assert (seen.connection, seen.proof) == (Connection.CONNECTED, proof)


async def test_a_client_taken_over_by_another_is_refuted_and_says_why(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", SHOP, detail(engine={"engine": "WEBJS", "state": "CONFLICT"}))
    seen = await waha.observe("shop")
    assert (seen.connection, seen.proof, seen.cause) == (Connection.CONNECTED, Proof.REFUTED, Cause.REPLACED)


@pytest.mark.parametrize("status", ["WORKING", "FAILED"])
@pytest.mark.parametrize(
    ("state", "cause"),
    [
        ("TOS_BLOCK", Cause.BANNED),
        ("SMB_TOS_BLOCK", Cause.BANNED),
        ("DEPRECATED_VERSION", Cause.OUTDATED_CLIENT),
    ],
)
async def test_a_ban_or_an_outdated_client_is_final_whatever_is_claimed(
    wire: Wire, waha: WahaGateway, status: str, state: str, cause: Cause
) -> None:
    wire.on("GET", SHOP, detail(status, engine={"engine": "WEBJS", "state": state}))
    seen = await waha.observe("shop")
    assert (seen.connection, seen.cause, seen.provisional) == (Connection.FAILED, cause, False)


@pytest.mark.parametrize(
    ("reply", "proof"),
    [
        (shown({"enforcementType": "DEFAULT", "isActive": False, "timeEnforcementEnds": None}), Proof.PROVED),
        (Reply(200, b""), Proof.INCONCLUSIVE),
        (HTML, Proof.INCONCLUSIVE),
        (shown({"message": "Cannot GET", "statusCode": 404}, 404), Proof.UNSUPPORTED),
        (Reply(501), Proof.UNSUPPORTED),
        (PLUS, Proof.UNSUPPORTED),
        (NOT_FOUND, Proof.INCONCLUSIVE),
        (NOT_STARTED, Proof.INCONCLUSIVE),
        (wrong_state("STARTING", "WORKING"), Proof.INCONCLUSIVE),
        (Reply(500), Proof.INCONCLUSIVE),
        (Reply(503), Proof.INCONCLUSIVE),
        (Reply(429), Proof.INCONCLUSIVE),
        (Reply(hangs=True), Proof.INCONCLUSIVE),
    ],
)
async def test_only_an_answer_of_whatsapp_proves(wire: Wire, connect: Connect, reply: Reply, proof: Proof) -> None:
    wire.on("GET", SHOP + "/timelock", reply)
    waha = connect(reached_at(wire.url, "waha", timeout=timedelta(seconds=0.3)))
    assert await waha.prove("shop") is proof
