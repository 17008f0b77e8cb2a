"""What GOWA is never asked, what is never told of its answers, and what a check tells."""

from healthcheckd.gateways.gowa import GowaGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.gowa.conftest import FLAGS, RECONNECT, done, flags, listed, row
from tests.contract.gateways.wire import Wire, shown
from tests.contract.gateways.worlds import KEY


async def test_the_check_tells_version_guard_and_what_a_second_client_does(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/app/info", done({"version": "v9.2.0", "os": "GOWA"}))
    check = await gowa.check()
    assert (check.version, check.sessions, check.key_ok) == ("v9.2.0", 1, None)
    assert "APP_BASIC_AUTH" in check.advice[0]
    assert "second client" in check.advice[-1]
    assert "Authorization" not in wire.asked[-1].headers


async def test_no_secret_of_an_answer_is_kept_or_told(wire: Wire, gowa: GowaGateway) -> None:
    secret = {"webhook_secret": "hmac-92", "webhook_url": "http://h/?token=tok-91"}
    wire.on("GET", "/devices", done([row() | secret, row("bad", jid=7) | secret]))
    wire.on("GET", "/devices/shop", done(row() | secret))
    wire.on("GET", FLAGS, flags(True, True))
    wire.on("GET", RECONNECT, shown({"code": "X", "message": f"bad {KEY}", "results": secret}, 400))
    error = await failing(gowa.reconnect("shop"))
    told = repr([await listed(gowa), await gowa.observe("shop")]) + str(error) + repr(error) + error.hint
    assert "bad ****" in told
    assert not [word for word in (KEY, "tok-91", "hmac-92") if word in told]


async def test_nothing_that_ends_a_login_is_ever_asked(wire: Wire, gowa: GowaGateway) -> None:
    wire.on("GET", "/devices/shop", done(row()))
    wire.on("GET", FLAGS, flags(False, False))
    wire.on("GET", RECONNECT, done(None))
    await listed(gowa)
    await gowa.check()
    await gowa.prove("shop")
    await gowa.reconnect("shop")
    await gowa.begin_pairing("shop")
    await gowa.pairing("shop")
    await failing(gowa.stop("shop"))
    assert set(wire.targets("GET")) == {"/devices", "/devices/shop", FLAGS, RECONNECT, "/app/info"}
    assert {one.method for one in wire.asked} == {"GET"}
