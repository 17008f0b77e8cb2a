"""What WPPConnect's status and its check mean together, in the shapes that running servers showed."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wppconnect import WppconnectGateway
from healthcheckd.gateways.wppconnect_memory import DEVICE_LIVES
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import PHONE, reached_at
from tests.contract.gateways.wppconnect.conftest import (
    CHECK,
    CLOSED,
    DEVICE,
    HTML,
    LIST,
    NO,
    NO_CLIENT,
    STATUS,
    Connect,
    Turned,
    device,
    listed,
    stands,
    status,
)

SOON, LATER = timedelta(seconds=0.3), timedelta(seconds=5)


async def test_connected_is_believed_when_both_say_so(wpp: WppconnectGateway) -> None:
    seen = await wpp.observe("shop")
    assert (seen.connection, seen.phone, seen.push_name, seen.proof) == (
        Connection.CONNECTED,
        PHONE,
        "Shop",
        Proof.PROVED,
    )


async def test_a_browser_that_was_killed_is_found_out(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", CHECK, NO)
    for seen in ((await listed(wpp))["shop"], await wpp.observe("shop")):
        assert (seen.connection, seen.cause) == (Connection.DISCONNECTED, Cause.ZOMBIE)
    assert DEVICE not in wire.targets("GET")


async def test_a_page_that_hangs_refutes_what_the_status_claims(wire: Wire, connect: Connect) -> None:
    stands(wire, status("CONNECTED"), Reply(hangs=True))
    wpp = connect(reached_at(wire.url, "wppconnect", timeout=SOON))
    seen = await wpp.observe("shop")
    assert (seen.connection, seen.proof, seen.silence) == (Connection.CONNECTED, Proof.REFUTED, "")


@pytest.mark.parametrize("word", ["INITIALIZING", "QRCODE", "PHONECODE", "CLOSED"])
async def test_the_page_is_asked_only_where_it_matters(wire: Wire, wpp: WppconnectGateway, word: str) -> None:
    """Each authorised call costs the server a slow hash."""
    wire.on("GET", STATUS, status(word))
    await listed(wpp)
    assert wire.targets("GET") == [LIST, STATUS]


async def test_closed_has_given_up_in_the_list_and_is_unknown_outside(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, CLOSED)
    for seen in ((await listed(wpp))["shop"], await wpp.observe("shop")):
        assert (seen.connection, seen.cause, seen.self_healing) == (Connection.DISCONNECTED, None, False)
        assert (seen.found, seen.provisional) == (True, False)
    wire.on("GET", LIST, shown({"response": ["another"]}))
    assert not (await wpp.observe("shop")).found


async def test_a_session_that_never_was_is_not_made_by_starting_it(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", LIST, shown({"response": []}))
    for call in (wpp.reconnect("shop"), wpp.begin_pairing("shop"), wpp.stop("shop")):
        assert (await failing(call)).fault is GatewayFault.NOT_FOUND
    assert wire.targets("POST") == []


@pytest.mark.parametrize(
    "reply",
    [
        Reply(500),
        Reply(200, b""),
        Reply(200, b'{"status":"CONN'),
        Reply(200, b"{}", cut=True),
        shown({"status": None, "message": "Session not started"}),
        shown({"status": True}),
        status("inChat"),
        HTML,
        Reply(302, headers={"Location": "/login"}),
    ],
)
async def test_an_unusable_status_is_silence_with_a_reason(wire: Wire, wpp: WppconnectGateway, reply: Reply) -> None:
    wire.on("GET", STATUS, reply)
    seen = await wpp.observe("shop")
    assert (seen.found, seen.connection, bool(seen.silence)) == (True, Connection.UNKNOWN, True)


@pytest.mark.parametrize("reply", [Reply(500), Reply(200, b"<html>"), shown({"status": "Connected"}), HTML])
async def test_an_unusable_check_is_silence_and_not_trust(wire: Wire, wpp: WppconnectGateway, reply: Reply) -> None:
    wire.on("GET", CHECK, reply)
    assert (await wpp.observe("shop")).silence


async def test_whose_a_session_is_is_asked_once_an_hour(wire: Wire, patient: WppconnectGateway, turned: Turned) -> None:
    for _ in range(4):
        assert (await listed(patient))["shop"].phone == PHONE
        turned.at += DEVICE_LIVES / 4
    assert wire.targets("GET").count(DEVICE) == 1
    assert (await listed(patient))["shop"].proof is Proof.PROVED
    assert wire.targets("GET").count(DEVICE) == 2


async def test_another_number_is_seen_when_it_comes_back(wire: Wire, wpp: WppconnectGateway) -> None:
    await wpp.observe("shop")
    wire.on("GET", STATUS, status("QRCODE"))
    await wpp.observe("shop")
    stands(wire, status("CONNECTED"))
    wire.on("GET", DEVICE, device("12025550199@c.us"))
    assert (await wpp.observe("shop")).phone == "12025550199"


@pytest.mark.parametrize(
    ("reply", "proof"),
    [
        (device(), Proof.PROVED),
        (device(None), Proof.INCONCLUSIVE),
        (Reply(200, b"<html>"), Proof.INCONCLUSIVE),
        (NO_CLIENT, Proof.REFUTED),
        (HTML, Proof.INCONCLUSIVE),
        (
            shown({"status": "error", "message": "Erro ao recuperar dados do telefone", "error": {}}, 500),
            Proof.INCONCLUSIVE,
        ),
        (Reply(503), Proof.INCONCLUSIVE),
        (Reply(429), Proof.INCONCLUSIVE),
        (Reply(hangs=True), Proof.INCONCLUSIVE),
    ],
)
async def test_the_host_device_is_the_evidence(wire: Wire, connect: Connect, reply: Reply, proof: Proof) -> None:
    stands(wire, status("CONNECTED"))
    wire.on("GET", DEVICE, reply)
    wpp = connect(reached_at(wire.url, "wppconnect", timeout=SOON if reply.hangs else LATER))
    assert await wpp.prove("shop") is proof
    assert (await wpp.observe("shop")).connection is Connection.CONNECTED


async def test_rows_without_a_name_are_counted(
    wire: Wire, wpp: WppconnectGateway, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET", LIST, shown({"response": ["shop", None, ""]}))
    assert set(await listed(wpp)) == {"shop"}
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 2)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("reply", [shown({}), shown([]), Reply(200, b""), Reply(200, b"<html>")])
async def test_a_list_that_is_none_breaks_before_anything_is_told(
    wire: Wire, wpp: WppconnectGateway, reply: Reply
) -> None:
    wire.on("GET", LIST, reply)
    assert (await failing(anext(aiter(wpp.sessions())))).fault is GatewayFault.BAD_ANSWER
