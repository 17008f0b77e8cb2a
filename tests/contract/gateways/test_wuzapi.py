"""WuzAPI's oddities, old builds and new."""

import asyncio
import base64
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.wuzapi import WuzapiGateway
from healthcheckd.settings import GatewaySettings
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.pictures import qr_png
from healthcheckd.simulator.scripts import Live, State
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], WuzapiGateway]

JID = "1555:12@s.whatsapp.net"
USERS, STATUS, QR = "/admin/users", "/session/status", "/session/qr"
DIAL, HANG_UP, PAIR = "/session/connect", "/session/disconnect", "/session/pairphone"
TOKEN = "user-token-61"
CODE = "data:image/png;base64," + base64.b64encode(qr_png("2@secret")).decode()


def done(data: Any) -> Reply:
    return shown({"code": 200, "data": data, "success": True})


def failed(words: str, status: int = 500) -> Reply:
    return shown({"code": status, "error": words, "success": False}, status)


def row(name: str = "shop", **changes: Any) -> dict[str, Any]:
    """As builds of today show it."""
    shown_now = {"id": f"id-{name}", "name": name, "token": TOKEN, "webhook": "", "jid": JID, "qrcode": ""}
    flags = {"connected": True, "loggedIn": True, "expiration": 0, "events": "Message,ReadReceipt", "proxy_url": ""}
    return shown_now | flags | changes


@pytest.fixture
def wuzapi(wire: Wire, connect: Connect) -> WuzapiGateway:
    wire.on("GET", USERS, done([row()]))
    return connect(reached_at(wire.url, "wuzapi"))


async def listed(gateway: WuzapiGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


def sent(wire: Wire, target: str) -> list[Any]:
    return [msgspec.json.decode(one.body) for one in wire.asked if (one.method, one.target) == ("POST", target)]


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


async def test_a_connect_keeps_the_subscriptions_that_the_row_has_now(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", USERS, done([row()]), done([row(events="Message,Connected")]))
    wire.on("POST", DIAL, done({"details": "Connected!"}))
    await listed(wuzapi)
    await wuzapi.reconnect("shop")
    assert sent(wire, DIAL) == [{"Subscribe": ["Message", "Connected"], "Immediate": True}]


async def test_subscriptions_that_a_stop_clears_are_sent_with_the_next_connect(connect: Connect) -> None:
    life = Script("up", (Step(State.WORKING, label="well", restart="well"),), starting=0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="wuzapi-2025", api_key=KEY) as server:
        wuzapi = connect(reached_at(server.url, "wuzapi"))
        await wuzapi.stop("shop")
        assert (await wuzapi.observe("shop")).connection is Connection.STOPPED
        await wuzapi.reconnect("shop")
        await wuzapi.reconnect("shop")
        known = await wuzapi._known("shop")
    assert known.events == ["Message", "ReadReceipt"]


@pytest.mark.parametrize("words", ["Already Connected", "already connected"])
async def test_a_dead_client_in_the_way_is_taken_away_once(wire: Wire, wuzapi: WuzapiGateway, words: str) -> None:
    wire.on("GET", STATUS, done({"Connected": False, "LoggedIn": True}))
    wire.on("POST", DIAL, failed(words), done({}))
    wire.on("POST", HANG_UP, failed("Cannot disconnect because it is not logged in"))
    await wuzapi.reconnect("shop")
    assert wire.targets("POST") == [DIAL, HANG_UP, DIAL]


async def test_a_dead_client_that_stays_in_the_way_is_told_and_not_fought(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, done({"Connected": False, "LoggedIn": False}))
    wire.on("POST", DIAL, failed("Already Connected"))
    wire.on("POST", HANG_UP, failed("Cannot disconnect"))
    error = await failing(wuzapi.reconnect("shop"))
    assert (error.fault, "process ends" in error.what) == (GatewayFault.CONFLICT, True)
    assert wire.targets("POST") == [DIAL, HANG_UP, DIAL]


@pytest.mark.parametrize("changes", [{}, {"loggedIn": False, "qrcode": CODE}])
async def test_what_is_up_or_shows_a_code_is_not_taken_away(
    wire: Wire, wuzapi: WuzapiGateway, changes: dict[str, Any]
) -> None:
    wire.on("GET", STATUS, done(row(**changes)))
    wire.on("POST", DIAL, failed("already connected"))
    await wuzapi.reconnect("shop")
    assert wire.targets("POST") == [DIAL]


async def test_a_connect_that_fails_says_why_and_is_made_once(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("POST", DIAL, failed(f"failed to connect {TOKEN} {KEY}"))
    error = await failing(wuzapi.reconnect("shop"))
    assert error.what == "failed to connect **** **** (500)"
    assert wire.targets("POST") == [DIAL]


async def test_stopped_by_us_is_remembered_until_it_runs_again(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("POST", HANG_UP, done({"Details": "Disconnected"}))
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED
    await wuzapi.stop("shop")
    assert (await wuzapi.observe("shop")).cause is Cause.STOPPED
    wire.on("GET", STATUS, done(row()))
    await wuzapi.observe("shop")
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED


async def test_a_stop_that_fails_on_a_running_client_is_no_success(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("POST", HANG_UP, failed("problem"))
    wire.on("GET", STATUS, done(row()))
    assert (await failing(wuzapi.stop("shop"))).what == "problem (500)"
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    await wuzapi.stop("shop")


async def test_a_phone_that_logged_out_shows_after_the_next_connect(connect: Connect) -> None:
    life = Script("out", (Step(State.FAILED, restart="qr"),), starting=0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="wuzapi", api_key=KEY) as server:
        wuzapi = connect(reached_at(server.url, "wuzapi"))
        assert (await wuzapi.observe("shop")).connection is Connection.DISCONNECTED
        await wuzapi.begin_pairing("shop")
        for _ in range(50):
            if (seen := await wuzapi.observe("shop")).connection is Connection.NEEDS_PAIRING:
                break
        assert (seen.linked, seen.phone) == (False, None)
        assert (await wuzapi.pairing("shop")).qr_png.startswith(b"\x89PNG")


@pytest.mark.parametrize("words", ["no session", "Not connected", "already logged in"])
async def test_no_code_on_show_is_no_error(wire: Wire, wuzapi: WuzapiGateway, words: str) -> None:
    wire.on("GET", STATUS, done(row(loggedIn=False, jid="")))
    wire.on("GET", QR, failed(words))
    assert (await wuzapi.pairing("shop")).qr_png == b""
    wire.on("GET", QR, failed("problem"))
    await failing(wuzapi.pairing("shop"))
    wire.on("GET", QR, done({"QRCode": "data:image/png;base64,???"}))
    assert (await failing(wuzapi.pairing("shop"))).fault is GatewayFault.BAD_ANSWER


async def test_a_code_to_type_is_asked_for_with_digits(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, done(row(loggedIn=False, jid="")))
    wire.on("POST", PAIR, done({"LinkingCode": "ABCD-EFGH"}))
    assert (await wuzapi.pairing("shop", "+1 555")).code == "ABCD-EFGH"
    assert sent(wire, PAIR) == [{"Phone": "1555"}]


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


async def test_many_who_miss_a_user_share_one_list(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.delay = 0.02
    seen = await asyncio.gather(*(wuzapi.observe(f"gone-{number}") for number in range(40)))
    assert not any(one.found for one in seen)
    assert wire.targets("GET") == [USERS]


async def test_the_check_tells_the_version_where_the_build_has_one(wire: Wire, wuzapi: WuzapiGateway) -> None:
    check = await wuzapi.check()
    assert (check.version, check.sessions, check.key_ok) == ("", 1, None)
    assert "WUZAPI_ADMIN_TOKEN" in check.advice[0]
    wire.on("GET", "/health", shown({"status": "ok", "version": "1.0.5", "total_users": 1}))
    assert (await wuzapi.check()).version == "1.0.5"


async def test_no_secret_of_an_answer_is_kept_or_told(wire: Wire, wuzapi: WuzapiGateway) -> None:
    hidden = {
        "proxy_url": "http://u:proxy-93@p",
        "webhook": "http://h/?token=tok-91",
        "qrcode": "qr-95",
        "hmac": "hmac-92",
    }
    rows = [row(**hidden), row("bad", connected=[1], **hidden)]
    wire.on("GET", USERS, done(rows))
    wire.on("GET", STATUS, done(row(**hidden)))
    wire.on("POST", DIAL, shown({"code": 400, "error": f"bad {TOKEN}", "data": hidden, "success": False}, 400))
    error = await failing(wuzapi.reconnect("shop"))
    told = repr([await listed(wuzapi), await wuzapi.observe("shop"), wuzapi._users]) + str(error) + repr(error)
    assert "bad ****" in told
    assert not [word for word in (KEY, TOKEN, "proxy-93", "tok-91", "qr-95", "hmac-92") if word in told]


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


async def test_nothing_that_ends_a_login_or_deletes_a_user_is_ever_asked(wire: Wire, wuzapi: WuzapiGateway) -> None:
    wire.on("GET", STATUS, done(row(connected=False, loggedIn=False)))
    for target in (DIAL, HANG_UP):
        wire.on("POST", target, done({}))
    await listed(wuzapi)
    await wuzapi.check()
    await wuzapi.prove("shop")
    await wuzapi.reconnect("shop")
    await wuzapi.begin_pairing("shop")
    await wuzapi.pairing("shop")
    await wuzapi.stop("shop")
    assert set(wire.targets("GET")) == {USERS, STATUS, "/health"}
    assert set(wire.targets("POST")) == {DIAL, HANG_UP}
