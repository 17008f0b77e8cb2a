"""WPPConnect's tokens: made of the secret, used for long, and made anew when refused."""

from pathlib import Path

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.wppconnect import WppconnectGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at
from tests.contract.gateways.wppconnect.conftest import (
    BEARER,
    LIST,
    STATUS,
    TOKEN,
    Connect,
    listed,
    stands,
    status,
    token,
)

REFUSED = shown({"error": "Check that the Session and Token are correct"}, 401)


def wrong(message: str) -> Reply:
    return shown({"response": False, "message": message}, 400)


async def test_one_token_serves_many_calls(wire: Wire, wpp: WppconnectGateway) -> None:
    await listed(wpp)
    await wpp.observe("shop")
    await wpp.reconnect("shop")
    assert wire.targets("POST").count(TOKEN) == 1
    sent = [one.headers.get("Authorization") for one in wire.asked if KEY not in one.target]
    assert set(sent) == {f"Bearer {BEARER}"}


async def test_a_token_that_is_refused_is_made_anew_once(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("POST", TOKEN, token("old"), token("new"))
    wire.on("GET", STATUS, status("QRCODE"), REFUSED, status("QRCODE"))
    await wpp.observe("shop")
    assert (await wpp.observe("shop")).connection is Connection.NEEDS_PAIRING
    assert [one.headers.get("Authorization") for one in wire.asked if one.target == STATUS] == [
        "Bearer old",
        "Bearer old",
        "Bearer new",
    ]


async def test_a_fresh_token_that_is_refused_is_the_gateways_fault(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, REFUSED)
    assert (await failing(wpp.observe("shop"))).fault is GatewayFault.UNAUTHORIZED
    assert wire.targets("POST") == [TOKEN]


async def test_a_wrong_secret_is_a_wrong_key_and_names_its_line(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", LIST, wrong("The token is incorrect"))
    wire.on("POST", TOKEN, wrong("The SECRET_KEY is incorrect"))
    for call in (listed(wpp), wpp.observe("shop"), wpp.check()):
        error = await failing(call)
        assert (error.fault, error.what) == (GatewayFault.UNAUTHORIZED, "the key is refused (400)")
        assert "healthcheckd.toml:7" in error.hint


async def test_without_a_secret_nothing_is_asked(wire: Wire, connect: Connect) -> None:
    error = await failing(listed(connect(reached_at(wire.url, "wppconnect", api_key=None))))
    assert (error.fault, wire.asked) == (GatewayFault.UNAUTHORIZED, [])


async def test_a_secret_that_changed_in_its_file_is_read_again(wire: Wire, connect: Connect, tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("old-secret\n")
    wpp = connect(reached_at(wire.url, "wppconnect", api_key=None, api_key_file=file))
    stands(wire, status("QRCODE"))
    wire.on("GET", "/api/old-secret/show-all-sessions", wrong("The token is incorrect"))
    file.write_text(KEY)
    assert set(await listed(wpp)) == {"shop"}
    assert wire.targets("GET")[:2] == ["/api/old-secret/show-all-sessions", LIST]


async def test_other_bad_requests_are_not_taken_for_a_wrong_secret(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", LIST, wrong("Something else"))
    error = await failing(listed(wpp))
    assert (error.fault, error.what) == (GatewayFault.BAD_ANSWER, "Something else (400)")
