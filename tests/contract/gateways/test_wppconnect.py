"""WPPConnect's oddities, in the shapes that running servers showed."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.wppconnect import LETTING_GO, WppconnectGateway
from healthcheckd.gateways.wppconnect_door import DEFAULT_SECRET
from healthcheckd.gateways.wppconnect_memory import DEVICE_LIVES, STUCK_AFTER
from healthcheckd.settings import GatewaySettings, Secret
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], WppconnectGateway]

LIST = f"/api/{KEY}/show-all-sessions"
TOKEN = f"/api/shop/{KEY}/generate-token"
STATUS = "/api/shop/status-session"
CHECK = "/api/shop/check-connection-session"
DEVICE = "/api/shop/host-device"
START = "/api/shop/start-session"
CLOSE = "/api/shop/close-session"
BEARER = "$2b$10$IeHagznkpQ9A13YXcvjxvumTR4emg2L_JHdGTJqCkaFvnoBdJfb7a"
CLOSED = shown({"status": "CLOSED", "qrcode": None})
GONE_ALREADY = shown({"status": False, "message": "Error closing session", "error": {"level": "error"}}, 500)
NO_CLIENT = shown({"response": None, "status": "Disconnected", "message": "A sessão do WhatsApp não está ativa."}, 404)
REFUSED = shown({"error": "Check that the Session and Token are correct"}, 401)
YES = shown({"status": True, "message": "Connected"})
NO = shown({"status": False, "message": "Disconnected"})
HTML = Reply(404, b"<!DOCTYPE html><pre>Cannot GET</pre>", {"Content-Type": "text/html"})

SOON, LATER = timedelta(seconds=0.3), timedelta(seconds=5)


class Turned(QuickClock):
    """Its monotonic seconds are turned by hand."""

    at = 1_000.0

    def monotonic(self) -> float:
        return self.at


def token(text: str = BEARER) -> Reply:
    return shown({"status": "success", "session": "shop", "token": text, "full": f"shop:{text}"}, 201)


def status(word: str, **more: Any) -> Reply:
    return shown({"status": word, "qrcode": None, "version": "2.10.4"} | more)


def wrong(message: str) -> Reply:
    return shown({"response": False, "message": message}, 400)


def device(number: Any = f"{PHONE}@c.us") -> Reply:
    phone = {"pushname": "Shop", "platform": "android", "phoneNumber": number}
    return shown({"status": "success", "response": phone, "mapper": "device"})


@pytest.fixture
def wpp(wire: Wire, connect: Connect) -> WppconnectGateway:
    stands(wire, status("CONNECTED"))
    return connect(reached_at(wire.url, "wppconnect"))


@pytest.fixture
def turned() -> Turned:
    return Turned()


@pytest.fixture
async def patient(wire: Wire, turned: Turned) -> AsyncIterator[WppconnectGateway]:
    stands(wire, status("CONNECTED"))
    gateway = WppconnectGateway(reached_at(wire.url, "wppconnect"), turned)
    yield gateway
    await gateway.close()


def stands(wire: Wire, told: Reply, check: Reply = YES) -> None:
    wire.on("GET", LIST, shown({"response": ["shop"]}))
    wire.on("POST", TOKEN, token())
    wire.on("GET", STATUS, told)
    wire.on("GET", CHECK, check)
    wire.on("GET", DEVICE, device())
    wire.on("POST", CLOSE, shown({"status": True, "message": "Session successfully closed"}))
    wire.on("POST", START, CLOSED)


async def listed(gateway: WppconnectGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


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


@pytest.mark.parametrize("closing", [GONE_ALREADY, shown({"status": True, "message": "Session successfully closed"})])
async def test_reconnecting_closes_lets_go_and_starts_with_an_empty_body(
    wire: Wire, wpp: WppconnectGateway, clock: QuickClock, closing: Reply
) -> None:
    wire.on("POST", CLOSE, closing)
    await wpp.reconnect("shop")
    deeds = [(one.target, one.body) for one in wire.asked if one.method == "POST"]
    assert deeds == [(TOKEN, b""), (CLOSE, b""), (START, b"{}")]
    assert clock.slept == [LETTING_GO]


async def test_what_is_closed_is_only_started(wire: Wire, wpp: WppconnectGateway, clock: QuickClock) -> None:
    wire.on("GET", STATUS, CLOSED)
    await wpp.reconnect("shop")
    assert (wire.targets("POST"), clock.slept) == ([TOKEN, START], [])


@pytest.mark.parametrize("reply", [Reply(500), Reply(502), Reply(aborts=True)])
async def test_a_start_whose_answer_is_lost_is_not_repeated(wire: Wire, wpp: WppconnectGateway, reply: Reply) -> None:
    wire.on("POST", START, reply)
    await failing(wpp.reconnect("shop"))
    assert (wire.targets("POST").count(CLOSE), wire.targets("POST").count(START)) == (1, 1)


async def test_a_closing_that_was_refused_is_not_followed_by_a_start(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("POST", CLOSE, NO_CLIENT)
    await failing(wpp.reconnect("shop"))
    assert START not in wire.targets("POST")


async def test_a_start_that_sticks_twice_is_told_instead_of_repeated(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, status("INITIALIZING"))
    wire.on("POST", CLOSE, GONE_ALREADY)
    await wpp.reconnect("shop")
    wire.on("GET", STATUS, CLOSED, status("INITIALIZING"))
    assert (await wpp.observe("shop")).connection is Connection.DISCONNECTED
    error = await failing(wpp.reconnect("shop"))
    assert (error.fault, "restart of the WPPConnect process" in error.what) == (GatewayFault.CONFLICT, True)
    assert wire.targets("POST").count(START) == 1


async def test_a_start_that_came_further_may_stick_again(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, status("INITIALIZING"))
    await wpp.reconnect("shop")
    wire.on("GET", STATUS, status("QRCODE"), status("INITIALIZING"))
    await wpp.observe("shop")
    await wpp.reconnect("shop")
    assert wire.targets("POST").count(START) == 2


async def test_a_check_tells_of_starts_that_never_end(wire: Wire, patient: WppconnectGateway, turned: Turned) -> None:
    wire.on("GET", STATUS, status("INITIALIZING"))
    await patient.observe("shop")
    assert (await patient.check()).advice == ()
    turned.at += STUCK_AFTER
    (advice,) = (await patient.check()).advice
    assert advice.startswith("shop: INITIALIZING for too long; only a restart of the WPPConnect process helps")


async def test_stopping_is_closed_afterwards_or_an_error(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("POST", CLOSE, GONE_ALREADY)
    wire.on("GET", STATUS, CLOSED)
    await wpp.stop("shop")
    wire.on("GET", STATUS, status("CONNECTED"))
    assert (await failing(wpp.stop("shop"))).fault is GatewayFault.CONFLICT


async def test_what_we_closed_ourselves_is_stopped_until_it_is_started(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, CLOSED)
    await wpp.stop("shop")
    for seen in ((await listed(wpp))["shop"], await wpp.observe("shop")):
        assert (seen.connection, seen.cause) == (Connection.STOPPED, Cause.STOPPED)
    await wpp.reconnect("shop")
    assert (await wpp.observe("shop")).connection is Connection.DISCONNECTED


async def test_the_raw_text_of_the_qr_code_is_in_the_status(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", STATUS, status("QRCODE", qrcode="data:image/png;base64,xx", urlcode="2@abc,def"))
    assert (await wpp.pairing("shop")).qr_text == "2@abc,def"


@pytest.mark.parametrize("word", ["CONNECTED", "INITIALIZING", "CLOSED"])
async def test_a_code_that_is_left_over_is_not_shown(wire: Wire, wpp: WppconnectGateway, word: str) -> None:
    wire.on("GET", STATUS, status(word, qrcode="data:image/png;base64,xx", urlcode="2@of-long-ago"))
    assert (await wpp.pairing("shop")).qr_text == ""
    assert (await wpp.observe("shop")).connection is not Connection.NEEDS_PAIRING


@pytest.mark.parametrize(("told", "check"), [(status("CONNECTED"), NO), (status("INITIALIZING"), NO), (CLOSED, NO)])
async def test_pairing_begins_with_a_start_that_keeps_the_webhook(
    wire: Wire, wpp: WppconnectGateway, told: Reply, check: Reply
) -> None:
    stands(wire, told, check)
    await wpp.begin_pairing("shop", PHONE)
    assert [one.body for one in wire.asked if one.target == START] == [b"{}"]


async def test_a_check_names_the_version_that_a_running_session_tells(wire: Wire, wpp: WppconnectGateway) -> None:
    wire.on("GET", LIST, shown({"response": ["idle", "shop"]}))
    wire.on("POST", f"/api/idle/{KEY}/generate-token", token())
    wire.on("GET", "/api/idle/status-session", CLOSED)
    check = await wpp.check()
    assert (check.version, check.key_ok, check.sessions, check.proof) == ("2.10.4", True, 2, True)
    assert check.advice == ()


async def test_the_secret_that_everybody_knows_is_pointed_out(wire: Wire, connect: Connect) -> None:
    wire.on("GET", f"/api/{DEFAULT_SECRET}/show-all-sessions", shown({"response": []}))
    wpp = connect(reached_at(wire.url, "wppconnect", api_key=Secret(DEFAULT_SECRET)))
    assert "secretKey" in (await wpp.check()).advice[0]
    assert DEFAULT_SECRET not in repr(await wpp.check())


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


async def test_neither_secret_nor_token_gets_out(
    wire: Wire, wpp: WppconnectGateway, caplog: pytest.LogCaptureFixture
) -> None:
    await wpp.observe("shop")
    said = shown({"response": False, "message": f"no {KEY} here\r\nnor there", "token": "tok-71"}, 422)
    errors = []
    for reply in (said, Reply(500), Reply(302, headers={"Location": f"/api/{KEY}"}), Reply(200, KEY.encode()), HTML):
        for target in (LIST, STATUS, CHECK, DEVICE):
            wire.on("GET", target, reply)
        wire.on("POST", START, reply)
        wire.on("POST", TOKEN, reply)
        errors += [await failing(listed(wpp)), repr(await wpp.observe("shop")), await failing(wpp.reconnect("shop"))]
    told = repr([(str(error), getattr(error, "hint", ""), error) for error in errors]) + caplog.text
    told += repr([vars(record) for record in caplog.records])
    assert not [secret for secret in (KEY, BEARER, "tok-71") if secret in told]
    assert "****" in told


async def test_only_the_routes_it_needs_are_ever_asked(wire: Wire, wpp: WppconnectGateway) -> None:
    await listed(wpp)
    await wpp.check()
    await wpp.prove("shop")
    await wpp.reconnect("shop")
    await failing(wpp.stop("shop"))
    await wpp.pairing("shop")
    assert {f"{one.method} {one.target}" for one in wire.asked} == {
        f"GET {LIST}",
        f"POST {TOKEN}",
        f"GET {STATUS}",
        f"GET {CHECK}",
        f"GET {DEVICE}",
        f"POST {CLOSE}",
        f"POST {START}",
    }
    assert all("Content-Type" not in one.headers for one in wire.asked if one.method == "GET")
    assert not any(b"waitQrCode" in one.body for one in wire.asked)
