"""What WAHA is never asked, what is never told of its answers, and what a check points out."""

from dataclasses import replace

import pytest

from healthcheckd.gateways.advice import general_advice
from healthcheckd.gateways.waha import WahaGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.waha.conftest import CREATED, LIST, QR, SHOP, detail, listed
from tests.contract.gateways.wire import JSON, Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at


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
    told = general_advice(replace(reached_at(url, "waha"), tls_verify=False), None)
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
