"""What WuzAPI is never asked, what is never told of its answers, and what a check tells."""

from healthcheckd.gateways.wuzapi import WuzapiGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Wire, shown
from tests.contract.gateways.worlds import KEY
from tests.contract.gateways.wuzapi.conftest import DIAL, HANG_UP, STATUS, TOKEN, USERS, done, listed, row


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
