"""WAHA's oddities, in the shapes that running servers showed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.waha import WahaGateway, advice
from healthcheckd.settings import GatewaySettings
from tests.contract.gateways.wire import JSON, Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at

Connect = Callable[[GatewaySettings], WahaGateway]

LIST = "/api/sessions?all=true"
SHOP = "/api/sessions/shop"
NOT_FOUND = shown({"statusCode": 404, "message": "Session not found", "error": "Not Found"}, 404)
NOT_STARTED = shown(
    {
        "statusCode": 404,
        "message": "We didn't find a session with name 'shop'.\nPlease start it first by using POST ...",
        "error": "Not Found",
    },
    404,
)
STARTED = shown({"statusCode": 422, "message": "Session 'shop' is already started.", "error": "Unprocessable"}, 422)
PLUS = shown({"statusCode": 422, "message": "The feature is available only in Plus version."}, 422)
CREATED = shown({"name": "shop", "status": "STARTING", "config": None, "me": None, "engine": {}}, 201)
HTML = Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"})


def wrong_state(status: str, wanted: str) -> Reply:
    body = {
        "error": "Session status is not as expected. Try again later or restart the session",
        "session": "shop",
        "status": status,
        "expected": [wanted],
    }
    return shown(body, 422)


def detail(status: str = "WORKING", **changes: Any) -> Reply:
    return shown({"name": "shop", "status": status, "config": None, "me": None, "engine": {}} | changes)


@pytest.fixture
def waha(wire: Wire, connect: Connect) -> WahaGateway:
    return connect(reached_at(wire.url, "waha"))


async def listed(gateway: WahaGateway) -> list[Observation]:
    return [seen async for chunk in gateway.sessions() for seen in chunk]


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


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


async def test_the_secrets_in_config_are_never_kept(wire: Wire, waha: WahaGateway) -> None:
    config = {
        "webhooks": [{"url": "http://hook/?token=tok-91", "hmac": {"key": "hmac-92"}}],
        "proxy": {"server": "p:1", "username": "u", "password": "proxy-93"},
    }
    rows = [{"name": "shop", "status": "WORKING", "config": config}, {"name": "bad", "status": 1, "config": config}]
    wire.on("GET", LIST, shown(rows))
    wire.on("GET", SHOP, detail(config=config))
    wire.on("GET", "/api/sessions/bad", shown(rows[1]))
    told = repr([*await listed(waha), await waha.observe("shop"), await waha.observe("bad")])
    assert not [secret for secret in ("tok-91", "hmac-92", "proxy-93") if secret in told]


async def test_what_a_server_says_is_repeated_without_our_key_and_cut(wire: Wire, waha: WahaGateway) -> None:
    said = f"Bad key {KEY}\x1b[31m in\r\nheaders" + " and more" * 200
    wire.on("POST", SHOP + "/restart", shown({"statusCode": 422, "message": said, "token": "tok-94"}, 422))
    error = await failing(waha.reconnect("shop"))
    assert error.what.startswith("Bad key **** [31m in")
    assert len(error.what) < 200
    assert "tok-94" not in error.what
    assert error.what.isprintable()


async def test_a_key_is_taken_out_before_the_words_are_cut(wire: Wire, waha: WahaGateway) -> None:
    said = "x" * 150 + KEY
    wire.on("POST", SHOP + "/restart", shown({"statusCode": 422, "message": said}, 422))
    assert KEY[:6] not in (await failing(waha.reconnect("shop"))).what


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


@pytest.mark.parametrize("status", [502, 503, 504, 429])
async def test_an_overloaded_gateway_is_not_the_sessions_silence(wire: Wire, waha: WahaGateway, status: int) -> None:
    wire.on("GET", SHOP, Reply(status))
    await failing(waha.observe("shop"))


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


async def test_reconnecting_is_one_restart_and_nothing_else(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", SHOP + "/restart", CREATED)
    await waha.reconnect("shop")
    assert [(asked.method, asked.target, asked.body) for asked in wire.asked] == [("POST", SHOP + "/restart", b"")]


async def test_a_verb_may_take_longer_than_a_reading(wire: Wire, connect: Connect) -> None:
    wire.on("POST", SHOP + "/restart", CREATED)
    wire.delay = 0.3
    await connect(reached_at(wire.url, "waha", timeout=timedelta(seconds=0.2))).reconnect("shop")


async def test_a_refused_verb_says_what_waha_said(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", SHOP + "/restart", STARTED)
    error = await failing(waha.reconnect("shop"))
    assert (error.fault, error.what) == (GatewayFault.CONFLICT, "Session 'shop' is already started. (422)")
    wire.on("POST", SHOP + "/restart", wrong_state("FAILED", "WORKING"))
    error = await failing(waha.reconnect("shop"))
    assert error.what == "its state is FAILED, and this wants WORKING (422)"


async def test_a_stop_refused_because_it_is_stopped_is_success(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", SHOP + "/stop", STARTED)
    wire.on("GET", SHOP, detail("STOPPED"))
    await waha.stop("shop")
    wire.on("GET", SHOP, detail("WORKING"))
    assert (await failing(waha.stop("shop"))).fault is GatewayFault.CONFLICT


@pytest.mark.parametrize("status", ["FAILED", "STARTING", "STOPPED"])
async def test_pairing_begins_with_a_restart(wire: Wire, waha: WahaGateway, status: str) -> None:
    wire.on("GET", SHOP, detail(status))
    wire.on("POST", SHOP + "/restart", CREATED)
    await waha.begin_pairing("shop")
    assert wire.targets("POST") == [SHOP + "/restart"]


async def test_a_zombie_may_be_paired_anew(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", SHOP, detail(engine={"engine": "WEBJS", "state": "UNPAIRED"}))
    wire.on("POST", SHOP + "/restart", CREATED)
    await waha.begin_pairing("shop")
    assert wire.targets("POST") == [SHOP + "/restart"]


QR = "/api/shop/auth/qr?format=raw"


async def test_the_raw_text_of_the_qr_code_is_asked_for(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", QR, shown({"value": "2@abc,def"}))
    assert (await waha.pairing("shop")).qr_text == "2@abc,def"


async def test_a_build_that_only_draws_shows_its_picture(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", QR, Reply(200, b"\x89PNG\r\n\x1a\n...", {"Content-Type": "image/png"}))
    assert (await waha.pairing("shop")).qr_png.startswith(b"\x89PNG")


@pytest.mark.parametrize("reply", [wrong_state("STARTING", "SCAN_QR_CODE"), NOT_STARTED])
async def test_no_code_on_show_is_no_error(wire: Wire, waha: WahaGateway, reply: Reply) -> None:
    wire.on("GET", QR, reply)
    shown_now = await waha.pairing("shop")
    assert (shown_now.qr_text, shown_now.qr_png, shown_now.code) == ("", b"", "")


async def test_a_code_that_cannot_be_made_is_an_error(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", "/api/shop/auth/request-code", shown({"statusCode": 422, "message": "Wrong number"}, 422))
    assert (await failing(waha.pairing("shop", "+1 555"))).what == "Wrong number (422)"
    assert wire.asked[0].body == b'{"phoneNumber":"1555"}'


async def test_a_code_to_type_lives_longer_than_a_qr_code(wire: Wire, waha: WahaGateway) -> None:
    wire.on("POST", "/api/shop/auth/request-code", shown({"code": "ABCD-EFGH"}, 201))
    paired = await waha.pairing("shop", "1555")
    assert paired.code == "ABCD-EFGH"
    assert paired.lives > timedelta(minutes=1)


async def test_a_check_finds_the_version_where_old_builds_keep_it(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", "/api/version", shown({"version": "2024.10.8", "engine": "NOWEB", "tier": "CORE", "browser": None}))
    wire.on("GET", LIST, shown([]))
    wire.on("GET", "/api/sessions", Reply(401))
    check = await waha.check()
    assert (check.version, check.engine, check.sessions) == ("2024.10.8 Core", "NOWEB", 0)
    assert (check.key_ok, check.advice) == (True, ())


async def test_a_waha_that_checks_no_key_is_pointed_out(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", "/api/server/version", shown({"version": "2024.10.8", "engine": "NOWEB", "tier": "CORE"}))
    wire.on("GET", LIST, shown([]))
    wire.on("GET", "/api/sessions", shown([]))
    check = await waha.check()
    assert check.key_ok is None
    assert "WAHA_API_KEY" in check.advice[0]
    assert "X-Api-Key" not in wire.asked[-1].headers


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://waha.example:3000", "Plain http"),
        ("http://10.0.0.5:3000", "Plain http"),
        ("https://waha.example", "tls_verify"),
        ("http://127.0.0.1:3000", ""),
        ("http://localhost:3000", ""),
    ],
)
def test_an_open_way_to_the_gateway_is_pointed_out(url: str, words: str) -> None:
    told = advice(replace(reached_at(url, "waha"), tls_verify=False), guarded=True)
    assert len(told) == bool(words)
    assert words in "".join(told)


async def test_only_the_routes_it_needs_are_ever_asked(wire: Wire, waha: WahaGateway) -> None:
    wire.on("GET", "/api/server/version", shown({"version": "1", "engine": "GOWS", "tier": "PLUS"}))
    wire.on("GET", LIST, shown([]))
    wire.on("GET", SHOP, detail("FAILED"))
    for verb in ("restart", "stop"):
        wire.on("POST", f"{SHOP}/{verb}", CREATED)
    wire.on("GET", QR, shown({"value": "2@a"}))
    await waha.check()
    await waha.observe("shop")
    await waha.prove("shop")
    await waha.reconnect("shop")
    await waha.stop("shop")
    await waha.begin_pairing("shop")
    await waha.pairing("shop")
    asked = {f"{one.method} {one.target.partition('?')[0]}" for one in wire.asked}
    assert asked == {
        "GET /api/server/version",
        "GET /api/sessions",
        f"GET {SHOP}",
        f"GET {SHOP}/timelock",
        f"POST {SHOP}/restart",
        f"POST {SHOP}/stop",
        "GET /api/shop/auth/qr",
    }
    assert all(one.headers.get("Content-Type", JSON) == JSON for one in wire.asked)
