"""What WuzAPI's list and its statuses mean, old builds and new."""

from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wuzapi import WuzapiGateway
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import Live, State
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at
from tests.contract.gateways.wuzapi.conftest import (
    CODE,
    JID,
    STATUS,
    TOKEN,
    USERS,
    Connect,
    done,
    failed,
    listed,
    row,
    sent,
)


@pytest.mark.parametrize(
    ("changes", "connection", "cause"),
    [
        ({}, Connection.CONNECTED, None),
        ({"connected": False}, Connection.CONNECTING, None),
        ({"loggedIn": False}, Connection.CONNECTING, None),
        ({"loggedIn": False, "qrcode": CODE}, Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        ({"loggedIn": False, "jid": ""}, Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        ({"connected": False, "loggedIn": False}, Connection.DISCONNECTED, None),
        ({"connected": False, "loggedIn": False, "jid": ""}, Connection.STOPPED, Cause.STOPPED),
    ],
)
async def test_flags_address_and_code_say_it_together(
    wire: Wire, wuzapi: WuzapiGateway, changes: dict[str, Any], connection: Connection, cause: Cause | None
) -> None:
    wire.on("GET", USERS, done([row(**changes)]))
    wire.on("GET", STATUS, done(row(**changes)))
    for seen in ((await listed(wuzapi))["shop"], await wuzapi.observe("shop")):
        assert (seen.connection, seen.cause) == (connection, cause)
        assert (seen.proof is Proof.PROVED) is (connection is Connection.CONNECTED)
        needs_scan = connection is Connection.NEEDS_PAIRING
        assert seen.phone == (None if needs_scan or not (JID if "jid" not in changes else "") else "1555")
        assert (seen.linked is False) is needs_scan


async def test_the_list_alone_tells_all_and_each_status_goes_with_its_token(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", USERS, done([row(), row("other", token="other-token")]))
    assert len(await listed(wuzapi)) == 2
    assert wire.targets("GET") == [USERS]
    assert wire.asked[0].headers["Authorization"] == KEY
    wire.on("GET", STATUS, done(row("other")))
    await wuzapi.observe("other")
    assert wire.asked[-1].headers["token"] == "other-token"
    assert wire.targets("GET") == [USERS, STATUS]


async def test_capitals_do_not_matter_and_ids_may_be_numbers(wire: Wire, wuzapi: WuzapiGateway) -> None:
    old = {"Id": 7, "Name": "shop", "Token": TOKEN, "Jid": JID, "Connected": 1, "LoggedIn": True, "Events": "All"}
    wire.on("GET", USERS, shown({"Code": 200, "Data": [old], "Success": True} | {"data": [old]}))
    wire.on("GET", STATUS, done({"Connected": True, "LoggedIn": False}))
    assert (await listed(wuzapi))["shop"].connection is Connection.CONNECTED
    seen = await wuzapi.observe("shop")
    assert (seen.connection, seen.provisional) == (Connection.NEEDS_PAIRING, True)


async def test_a_list_without_flags_leaves_them_to_each_status(wire: Wire, wuzapi: WuzapiGateway) -> None:
    bare = {"id": 1, "name": "shop", "token": TOKEN, "webhook": "", "jid": JID, "expiration": 0, "events": "All"}
    wire.on("GET", USERS, done([bare]))
    wire.on("GET", STATUS, done({"Connected": True, "LoggedIn": True}))
    seen = (await listed(wuzapi))["shop"]
    assert (seen.connection, seen.phone) == (Connection.CONNECTED, "1555")


async def test_old_builds_say_500_where_there_is_no_client(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, failed("No session"))
    assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED
    wire.on("GET", STATUS, failed("problem accessing DB"))
    assert (await wuzapi.observe("shop")).silence


async def test_two_users_of_one_name_go_by_their_ids(wire: Wire, wuzapi: WuzapiGateway) -> None:
    rows = [
        row("twin", id="id-1"),
        row("twin", id="id-2"),
        row("id-3", id="id-4"),
        row("x", id="id-3"),
        row("", id="id-5"),
    ]
    wire.on("GET", USERS, done(rows))
    assert set(await listed(wuzapi)) == {"id-1", "id-2", "id-4", "x", "id-5"}


async def test_rows_of_every_oddity_are_each_its_own(
    wire: Wire, wuzapi: WuzapiGateway, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET", USERS, done([row(), row("bad", connected={"?": 1}), {"token": TOKEN}, None, 7]))
    wire.on("GET", STATUS, Reply(200, b"<html>"))
    seen = await listed(wuzapi)
    assert set(seen) == {"shop", "bad"}
    assert (seen["shop"].connection, bool(seen["bad"].silence)) == (Connection.CONNECTED, True)
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 3)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("reply", [Reply(200, b""), Reply(200, b"<html>"), shown([]), done({"id": "x"})])
async def test_a_list_that_is_none_breaks(wire: Wire, wuzapi: WuzapiGateway, reply: Reply) -> None:
    wire.on("GET", USERS, reply)
    assert (await failing(listed(wuzapi))).fault is GatewayFault.BAD_ANSWER


@pytest.mark.parametrize(
    "reply", [Reply(200, b""), done({}), done({"connected": True}), done("?"), failed("x", 400), Reply(302)]
)
async def test_an_unusable_status_is_silence(wire: Wire, wuzapi: WuzapiGateway, reply: Reply) -> None:
    wire.on("GET", STATUS, reply)
    seen = await wuzapi.observe("shop")
    assert (seen.found, seen.connection) == (True, Connection.UNKNOWN)
    assert seen.silence


@pytest.mark.parametrize(
    ("reply", "proof"),
    [
        (done({"Users": [{"Query": "1555", "IsInWhatsapp": True}]}), Proof.PROVED),
        (done({"Users": [{"Query": "1555", "IsInWhatsapp": False}]}), Proof.INCONCLUSIVE),
        (done({"Users": []}), Proof.INCONCLUSIVE),
        (done("?"), Proof.INCONCLUSIVE),
        (failed("no session"), Proof.INCONCLUSIVE),
        (Reply(404), Proof.UNSUPPORTED),
        (Reply(503), Proof.INCONCLUSIVE),
        (Reply(429), Proof.INCONCLUSIVE),
        (Reply(hangs=True), Proof.INCONCLUSIVE),
    ],
)
async def test_only_an_answer_of_whatsapp_proves(wire: Wire, connect: Connect, reply: Reply, proof: Proof) -> None:
    wire.on("GET", USERS, done([row()]))
    wire.on("GET", STATUS, done(row()))
    wire.on("POST", "/user/check", reply)
    wuzapi = connect(reached_at(wire.url, "wuzapi", timeout=timedelta(seconds=0.1)))
    assert await wuzapi.prove("shop") is proof
    assert sent(wire, "/user/check") == [{"Phone": ["1555"]}]


@pytest.mark.parametrize("dialect", ["wuzapi", "wuzapi-2025"])
async def test_a_dead_connection_of_the_simulator_is_seen_through_and_cured(connect: Connect, dialect: str) -> None:
    life = Script("lie", (Step(State.WORKING, live=Live.SILENT, restart="up"),), starting=0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect=dialect, api_key=KEY) as server:
        wuzapi = connect(reached_at(server.url, "wuzapi"))
        for seen in ((await listed(wuzapi))["shop"], await wuzapi.observe("shop")):
            assert (seen.connection, seen.self_healing) == (Connection.CONNECTING, True)
        if dialect == "wuzapi":
            await wuzapi.reconnect("shop")
        else:
            assert (await failing(wuzapi.reconnect("shop"))).fault is GatewayFault.CONFLICT
