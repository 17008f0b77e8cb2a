"""What wwebjs-api is never asked, what is never told of its answers, and what a check points out."""

from healthcheckd.gateways.wwebjs import WwebjsGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.wire import Wire, shown
from tests.contract.gateways.worlds import KEY
from tests.contract.gateways.wwebjs.conftest import (
    ABSENT,
    CLOSED,
    LIST,
    RESTART,
    RESTARTED,
    START,
    STARTED,
    STATUS,
    STOP,
    STOPPED,
    listed,
)


async def test_a_server_that_asks_for_no_key_is_pointed_out_and_ping_proves_none(
    wire: Wire, wwebjs: WwebjsGateway
) -> None:
    wire.on("GET", "/ping", shown({"success": True, "message": "pong"}))
    wire.on("GET", LIST, shown({"success": True, "result": []}))
    check = await wwebjs.check()
    assert (check.key_ok, check.version) == (None, "")
    assert "API_KEY" in check.advice[0]
    assert "x-api-key" not in wire.asked[-1].headers
    assert "/ping" not in wire.targets("GET")


async def test_nothing_that_ends_or_deletes_a_login_is_ever_asked(wire: Wire, wwebjs: WwebjsGateway) -> None:
    wire.on("GET", LIST, shown({"success": True, "result": ["shop"]}))
    wire.on("GET", STATUS, CLOSED)
    for verb, reply in ((START, STARTED), (RESTART, RESTARTED), (STOP, STOPPED)):
        wire.on("GET", verb, reply)
    await listed(wwebjs)
    await wwebjs.check()
    await wwebjs.prove("shop")
    await wwebjs.reconnect("shop")
    await wwebjs.begin_pairing("shop")
    await wwebjs.stop("shop")
    assert set(wire.targets("GET")) == {LIST, STATUS, START, RESTART, STOP}


async def test_no_secret_of_an_answer_is_kept_or_told(wire: Wire, wwebjs: WwebjsGateway) -> None:
    said = {"success": False, "state": None, "message": f"bad {KEY}", "webhookUrl": "http://h/?t=tok-91"}
    wire.on("GET", STATUS, shown(said))
    told = repr(await wwebjs.observe("shop"))
    wire.on("GET", STATUS, ABSENT)
    wire.on("GET", START, shown({"success": False, "error": f"proxy {KEY} refused", "proxy": "proxy-93"}, 422))
    error = await failing(wwebjs.reconnect("shop"))
    told += str(error) + error.hint + repr(error)
    assert "bad ****" in told
    assert "proxy **** refused" in told
    assert not [secret for secret in (KEY, "tok-91", "proxy-93") if secret in told]
