"""Evolution's oddities, in the shapes that running servers showed."""

from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.evolution import REST, EvolutionGateway
from healthcheckd.gateways.evolution_inventory import EVERY
from healthcheckd.settings import GatewaySettings
from healthcheckd.simulator import ScriptedSession, Simulator, script
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], EvolutionGateway]

LIST = "/instance/fetchInstances"
ONE = LIST + "?instanceName=shop"
STATE = "/instance/connectionState/shop"
CONNECT = "/instance/connect/shop"
RESTART = "/instance/restart/shop"
PROFILE = "/chat/fetchBusinessProfile/shop"
NOTHING_DONE = shown({"error": True, "message": "[object Object]"})
QR = shown({"pairingCode": None, "code": "2@abc,def", "base64": "data:image/png;base64,xx", "count": 1})


class Turned(QuickClock):
    """Its monotonic seconds are turned by hand."""

    at = 1_000.0

    def monotonic(self) -> float:
        return self.at


def failed(status: int, message: Any, error: str = "Not Found") -> Reply:
    return shown({"status": status, "error": error, "response": {"message": message}}, status)


MISSING = failed(404, ['The "shop" instance does not exist'])


def state(word: str | None, name: str = "shop") -> Reply:
    return shown({"instance": {"instanceName": name} | ({"state": word} if word else {})})


def row(status: str = "open", name: str = "shop", **changes: Any) -> dict[str, Any]:
    """As recorded, shortened."""
    recorded = {
        "id": "215aecda-64f9-42f1-b6b2-7b8eae6d7c17",
        "name": name,
        "connectionStatus": status,
        "ownerJid": f"{PHONE}@s.whatsapp.net",
        "profileName": "Shop",
        "profilePicUrl": None,
        "integration": "WHATSAPP-BAILEYS",
        "number": None,
        "token": "77A6449B-2E74-4B9B-9E3D-13D12BDC5DD7",
        "disconnectionReasonCode": None,
        "disconnectionObject": None,
        "disconnectionAt": None,
        "Proxy": None,
        "Setting": {"rejectCall": False, "wavoipToken": ""},
        "_count": {"Message": 0, "Contact": 0, "Chat": 0},
    }
    return recorded | changes


@pytest.fixture
def evolution(wire: Wire, connect: Connect) -> EvolutionGateway:
    return connect(reached_at(wire.url, "evolution"))


@pytest.fixture
def turned() -> Turned:
    return Turned()


@pytest.fixture
async def patient(wire: Wire, turned: Turned) -> AsyncIterator[EvolutionGateway]:
    gateway = EvolutionGateway(reached_at(wire.url, "evolution"), turned)
    yield gateway
    await gateway.close()


def stands(wire: Wire, word: str | None, told: dict[str, Any]) -> None:
    wire.on("GET", STATE, state(word))
    wire.on("GET", LIST, shown([told]))
    wire.on("GET", ONE, shown([told]))


async def listed(gateway: EvolutionGateway) -> dict[str, Observation]:
    return {seen.session: seen async for chunk in gateway.sessions() for seen in chunk}


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


async def test_an_instance_without_a_state_is_stopped_and_no_call_is_tried_on_it(
    wire: Wire, evolution: EvolutionGateway
) -> None:
    stands(wire, None, row("close"))
    seen = await evolution.observe("shop")
    assert (seen.connection, seen.cause) == (Connection.STOPPED, Cause.STOPPED)
    error = await failing(evolution.reconnect("shop"))
    assert (error.fault, "process" in error.hint) == (GatewayFault.CONFLICT, True)
    assert (await failing(evolution.begin_pairing("shop"))).fault is GatewayFault.CONFLICT
    await evolution.stop("shop")
    assert {asked.target for asked in wire.asked} == {STATE}


async def test_success_that_is_none_is_an_error(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "open", row())
    wire.on("POST", RESTART, NOTHING_DONE)
    error = await failing(evolution.reconnect("shop"))
    assert (error.fault, error.what) == (GatewayFault.CONFLICT, "it did nothing: no reason given")


async def test_success_that_is_none_says_why_where_it_can(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, shown({"error": True, "message": f"Error: no {KEY} for you"}))
    assert (await failing(evolution.reconnect("shop"))).what == "it did nothing: Error: no **** for you"


async def test_what_is_closed_is_connected_and_never_restarted(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, shown({"count": 0}))
    wire.on("POST", RESTART, NOTHING_DONE)
    await evolution.reconnect("shop")
    assert (wire.targets("GET").count(CONNECT), wire.targets("POST")) == (1, [])


@pytest.mark.parametrize("word", ["open", "connecting"])
async def test_what_runs_is_restarted_and_never_connected(wire: Wire, evolution: EvolutionGateway, word: str) -> None:
    stands(wire, word, row())
    wire.on("POST", RESTART, state(word))
    await evolution.reconnect("shop")
    assert (wire.targets("POST"), CONNECT in wire.targets("GET")) == ([RESTART], False)


@pytest.mark.parametrize("reply", [Reply(500), Reply(503), Reply(aborts=True)])
@pytest.mark.parametrize(("word", "target"), [("close", CONNECT), ("open", RESTART)])
async def test_a_verb_whose_answer_is_lost_is_not_repeated(
    wire: Wire, evolution: EvolutionGateway, word: str, target: str, reply: Reply
) -> None:
    stands(wire, word, row("close"))
    wire.on("GET", CONNECT, reply)
    wire.on("POST", RESTART, reply)
    await failing(evolution.reconnect("shop"))
    assert [asked.target for asked in wire.asked].count(target) == 1


async def test_one_instance_is_not_reinitialised_twice_in_a_moment(
    wire: Wire, patient: EvolutionGateway, turned: Turned
) -> None:
    stands(wire, "open", row())
    wire.on("POST", RESTART, state("open"))
    await patient.reconnect("shop")
    turned.at += REST - 1
    assert "29 s ago" in (await failing(patient.reconnect("shop"))).what
    turned.at += 1
    await patient.reconnect("shop")
    assert wire.targets("POST") == [RESTART, RESTART]


async def test_existence_is_told_before_the_key(wire: Wire, evolution: EvolutionGateway) -> None:
    """With a wrong key an unknown instance is 404 and a known one 401; only the list knows of the key for sure."""
    wire.on("GET", STATE, MISSING)
    assert not (await evolution.observe("shop")).found
    wire.on("GET", STATE, failed(401, "Unauthorized", "Unauthorized"))
    assert (await failing(evolution.observe("shop"))).fault is GatewayFault.UNAUTHORIZED
    wire.on("GET", LIST, failed(401, "Unauthorized", "Unauthorized"))
    error = await failing(evolution.check())
    assert (error.fault, "healthcheckd.toml:7" in error.hint) == (GatewayFault.UNAUTHORIZED, True)


async def test_404_counts_as_gone_only_when_evolution_says_so(wire: Wire, evolution: EvolutionGateway) -> None:
    for reply in (
        failed(404, [f"Cannot GET {STATE}"]),
        Reply(404, b"<html>nginx</html>", {"Content-Type": "text/html"}),
    ):
        wire.on("GET", STATE, reply)
        seen = await evolution.observe("shop")
        assert (seen.found, bool(seen.silence)) == (True, True)


@pytest.mark.parametrize("message", ["Wrong number", ["Wrong number"], [["Wrong number"]]])
async def test_a_reason_is_read_in_each_of_its_forms(wire: Wire, evolution: EvolutionGateway, message: Any) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, failed(400, message, "Bad Request"))
    assert (await failing(evolution.reconnect("shop"))).what == "Wrong number (400)"


@pytest.mark.parametrize(
    "reply",
    [
        Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"}),
        Reply(200, b""),
        Reply(500),
        Reply(200, b'{"instance":{"instanceName":"shop"'),
        Reply(200, b"{}", cut=True),
        NOTHING_DONE,
        state("napping"),
        state("open", name="another"),
        Reply(302, headers={"Location": "/manager"}),
    ],
)
async def test_an_unusable_single_reading_is_silence_with_a_reason(
    wire: Wire, evolution: EvolutionGateway, reply: Reply
) -> None:
    wire.on("GET", STATE, reply)
    wire.on("GET", ONE, shown([row()]))
    seen = await evolution.observe("shop")
    assert (seen.session, seen.found, seen.connection) == ("shop", True, Connection.UNKNOWN)
    assert seen.silence


async def test_closed_for_an_unreadable_reason_is_silence(wire: Wire, evolution: EvolutionGateway) -> None:
    """It may be a ban, and nobody is to act on a guess."""
    wire.on("GET", STATE, state("close"))
    for reply in (Reply(500), Reply(200, b"<html>"), shown([]), shown([{"name": "shop", "ownerJid": 7}])):
        wire.on("GET", ONE, reply)
        assert (await evolution.observe("shop")).silence == "it is closed, and the reason cannot be read"


async def test_open_is_told_even_when_the_database_is_not(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on("GET", STATE, state("open"))
    wire.on("GET", ONE, Reply(500))
    seen = await evolution.observe("shop")
    assert (seen.connection, seen.phone) == (Connection.CONNECTED, None)


async def test_the_database_lags_behind_and_memory_is_believed(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("open"))
    seen = (await listed(evolution))["shop"]
    assert (seen.connection, seen.self_healing) == (Connection.DISCONNECTED, True)


async def test_the_list_is_fetched_rarely_and_states_each_time(
    wire: Wire, patient: EvolutionGateway, turned: Turned
) -> None:
    stands(wire, "open", row())
    for _ in range(3):
        assert (await listed(patient))["shop"].phone == PHONE
        turned.at += EVERY / 4
    assert (wire.targets("GET").count(LIST), wire.targets("GET").count(STATE)) == (1, 3)
    assert ONE not in wire.targets("GET")
    turned.at += EVERY / 4
    await listed(patient)
    assert wire.targets("GET").count(LIST) == 2


async def test_the_reason_of_a_fall_is_fetched_for_that_one_alone(
    wire: Wire, patient: EvolutionGateway, turned: Turned
) -> None:
    stands(wire, "open", row())
    await listed(patient)
    turned.at += 60
    wire.on("GET", STATE, state("close"))
    wire.on("GET", ONE, shown([row("close", disconnectionReasonCode=406)]))
    seen = (await listed(patient))["shop"]
    assert (seen.connection, seen.cause, seen.native) == (Connection.FAILED, Cause.BANNED, "close 406")
    assert (wire.targets("GET").count(LIST), wire.targets("GET").count(ONE)) == (1, 1)


async def test_another_number_is_seen_when_it_comes_back(wire: Wire, patient: EvolutionGateway, turned: Turned) -> None:
    stands(wire, "connecting", row("connecting"))
    await patient.observe("shop")
    turned.at += 20
    stands(wire, "open", row("open", ownerJid="12025550199:3@s.whatsapp.net"))
    assert (await patient.observe("shop")).phone == "12025550199"


async def test_an_instance_deleted_meanwhile_leaves_the_list(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on("GET", LIST, shown([row(), row(name="old")]))
    wire.on("GET", STATE, state("open"))
    wire.on("GET", "/instance/connectionState/old", failed(404, ['The "old" instance does not exist']))
    assert set(await listed(evolution)) == {"shop"}


async def test_a_gateway_that_answers_for_nobody_is_given_up_early(wire: Wire, connect: Connect) -> None:
    wire.on("GET", LIST, shown([row(name=f"s{number}") for number in range(200)]))
    for number in range(200):
        wire.on("GET", f"/instance/connectionState/s{number}", Reply(hangs=True))
    error = await failing(listed(connect(reached_at(wire.url, "evolution", timeout=timedelta(seconds=0.2)))))
    assert error.fault is GatewayFault.BAD_ANSWER
    assert len(wire.asked) < 30


async def test_rows_without_a_name_are_counted(
    wire: Wire, evolution: EvolutionGateway, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET", LIST, shown([row(), {"connectionStatus": "open"}, None]))
    wire.on("GET", STATE, state("open"))
    assert set(await listed(evolution)) == {"shop"}
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 2)]  # type: ignore[attr-defined]


def metrics(*lines: str) -> Reply:
    told = ('evolution_environment_info{version="2.3.7",clientName="c",serverUrl=""} 1', *lines)
    return Reply(200, "\n".join(told).encode(), {"Content-Type": "text/plain"})


def gauge(name: str, word: str) -> str:
    return f'evolution_instance_state{{instance="{name}",integration="WHATSAPP-BAILEYS",state="{word}"}} 1'


async def test_metrics_are_asked_as_a_stranger_and_spare_the_single_readings(
    wire: Wire, evolution: EvolutionGateway
) -> None:
    wire.on("GET", LIST, shown([row(), row("close", name="idle"), row("close", name="down", ownerJid=None)]))
    wire.on("GET", "/metrics", metrics(gauge("shop", "open"), gauge("down", "close"), gauge("stranger", "open")))
    seen = await listed(evolution)
    assert {name: one.connection for name, one in seen.items()} == {
        "shop": Connection.CONNECTED,
        "idle": Connection.STOPPED,
        "down": Connection.NEEDS_PAIRING,
    }
    assert wire.targets("GET") == [LIST, "/metrics"]
    assert "apikey" not in wire.asked[1].headers


@pytest.mark.parametrize(
    "reply",
    [Reply(401), Reply(403), Reply(500), metrics(), Reply(200, b"<html>"), Reply(200, b"\xff"), Reply(aborts=True)],
)
async def test_without_usable_metrics_each_is_read(wire: Wire, evolution: EvolutionGateway, reply: Reply) -> None:
    stands(wire, "open", row())
    wire.on("GET", "/metrics", reply)
    assert (await listed(evolution))["shop"].connection is Connection.CONNECTED
    assert STATE in wire.targets("GET")


@pytest.mark.parametrize(
    ("reply", "proof"),
    [
        (shown({"isBusiness": False, "message": "Not is business profile", "exists": True}), Proof.PROVED),
        (shown({"isBusiness": True, "wid": f"{PHONE}@s.whatsapp.net"}), Proof.PROVED),
        (
            failed(500, ["Error updating profile name", "Error: Connection Closed"], "Internal Server Error"),
            Proof.REFUTED,
        ),
        (failed(500, "Connection Closed", "Internal Server Error"), Proof.REFUTED),
        (failed(500, ["Error updating profile name", "Error: Timed Out"], "Internal Server Error"), Proof.INCONCLUSIVE),
        (NOTHING_DONE, Proof.INCONCLUSIVE),
        (Reply(200, b""), Proof.INCONCLUSIVE),
        (failed(404, [f"Cannot POST {PROFILE}"]), Proof.UNSUPPORTED),
        (MISSING, Proof.INCONCLUSIVE),
        (failed(400, ["number is required"], "Bad Request"), Proof.INCONCLUSIVE),
        (Reply(503), Proof.INCONCLUSIVE),
        (Reply(429), Proof.INCONCLUSIVE),
        (Reply(hangs=True), Proof.INCONCLUSIVE),
    ],
)
async def test_only_an_answer_of_whatsapp_proves(wire: Wire, connect: Connect, reply: Reply, proof: Proof) -> None:
    stands(wire, "open", row())
    wire.on("POST", PROFILE, reply)
    evolution = connect(reached_at(wire.url, "evolution", timeout=timedelta(seconds=0.2 if reply.hangs else 5)))
    assert await evolution.prove("shop") is proof
    assert wire.asked[-1].body == f'{{"number":"{PHONE}"}}'.encode()


@pytest.mark.parametrize("integration", ["WHATSAPP-BUSINESS", "EVOLUTION"])
async def test_an_integration_that_is_always_open_is_never_proved(
    wire: Wire, evolution: EvolutionGateway, integration: str
) -> None:
    stands(wire, "open", row(integration=integration))
    assert await evolution.prove("shop") is Proof.UNSUPPORTED
    assert (await evolution.observe("shop")).proof is Proof.UNSUPPORTED
    assert wire.targets("POST") == []


async def test_nobodys_number_is_not_asked_about(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "open", row(ownerJid=None))
    assert await evolution.prove("shop") is Proof.INCONCLUSIVE
    assert wire.targets("POST") == []


async def test_the_raw_text_of_the_qr_code_is_shown(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "connecting", row("connecting"))
    wire.on("GET", CONNECT, QR)
    assert (await evolution.pairing("shop")).qr_text == "2@abc,def"


@pytest.mark.parametrize(("word", "status"), [("connecting", "open"), ("open", "open"), ("close", "connecting")])
async def test_a_code_that_is_left_over_is_not_shown(
    wire: Wire, evolution: EvolutionGateway, word: str, status: str
) -> None:
    """A linked instance that connects again still holds its old code; a closed one would be started by the question."""
    stands(wire, word, row(status))
    wire.on("GET", CONNECT, QR)
    assert (await evolution.pairing("shop")).qr_text == ""
    assert CONNECT not in wire.targets("GET")


async def test_a_code_to_type_needs_the_number_at_the_start(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close", disconnectionReasonCode=401))
    wire.on("GET", CONNECT + "?number=5511", shown({"count": 0}))
    await evolution.begin_pairing("shop", "+55 11")
    stands(wire, "connecting", row("connecting"))
    wire.on("GET", CONNECT + "?number=5511", shown({"pairingCode": "WZYEH1YY", "code": "2@a", "count": 1}))
    paired = await evolution.pairing("shop", "+55 11")
    assert (paired.code, paired.qr_text, paired.lives) == ("WZYEH1YY", "", timedelta(minutes=2))


async def test_beside_a_qr_code_no_code_to_type_is_to_be_had(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "connecting", row("connecting"))
    wire.on("GET", CONNECT + "?number=5511", QR)
    error = await failing(evolution.pairing("shop", "+55 11"))
    assert (error.fault, "scan" in error.hint) == (GatewayFault.CONFLICT, True)


@pytest.mark.parametrize("word", ["logged-out-failed", "logged-out"])
async def test_a_person_links_a_logged_out_account_by_code(connect: Connect, word: str) -> None:
    life = script(word).after(0.001)
    async with Simulator([ScriptedSession("shop", life, PHONE)], dialect="evolution", api_key=KEY, speed=60) as server:
        evolution = connect(reached_at(server.url, "evolution"))
        while (seen := await evolution.observe("shop")).connection is Connection.CONNECTED:
            pass
        if word == "logged-out-failed":
            assert (seen.connection, seen.cause) == (Connection.LOGGED_OUT, Cause.LOGGED_OUT)
            await evolution.begin_pairing("shop", PHONE)
            while (await evolution.observe("shop")).connection is not Connection.NEEDS_PAIRING:
                pass
            assert (await evolution.pairing("shop", PHONE)).code
        else:
            assert seen.connection is Connection.NEEDS_PAIRING
            assert (await failing(evolution.pairing("shop", PHONE))).fault is GatewayFault.CONFLICT


async def test_a_check_does_not_wait_for_a_welcome_that_never_comes(wire: Wire, connect: Connect) -> None:
    wire.on("GET", LIST, shown([row()]))
    wire.on("GET", "/", Reply(hangs=True))
    wire.on("GET", "/metrics", metrics())
    check = await connect(reached_at(wire.url, "evolution", timeout=timedelta(seconds=0.4))).check()
    assert (check.version, check.sessions) == ("2.3.7", 1)
    assert "web.whatsapp.com" in " ".join(check.advice)


async def test_a_check_names_version_and_key(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on(
        "GET",
        "/",
        shown({"status": 200, "message": "Welcome to the Evolution API, it is working!", "version": "2.3.6"}),
    )
    wire.on("GET", LIST, shown([row()]), Reply(401))
    check = await evolution.check()
    assert (check.version, check.key_ok, check.sessions, check.proof, check.advice) == ("2.3.6", True, 1, True, ())


async def test_a_list_that_strangers_may_read_is_pointed_out(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on("GET", "/", Reply(200, b"<html>manager</html>"))
    wire.on("GET", LIST, shown([row()]))
    check = await evolution.check()
    assert (check.version, check.key_ok) == ("", None)
    assert "AUTHENTICATION_API_KEY" in check.advice[0]


async def test_no_secret_of_an_instance_gets_out(
    wire: Wire, evolution: EvolutionGateway, caplog: pytest.LogCaptureFixture
) -> None:
    secrets = {
        "token": "inst-tok-81",
        "Proxy": {"password": "proxy-82"},
        "Chatwoot": {"token": "cw-83"},
        "Setting": {"wavoipToken": "wav-84"},
        "disconnectionObject": '{"error":"apikey-85"}',
    }
    wire.on("GET", LIST, shown([row(**secrets), row(status=9, name="bad", **secrets), {"token": "inst-tok-81"}]))
    wire.on("GET", STATE, state("close"))
    wire.on("GET", ONE, shown([row("close", disconnectionReasonCode=402, **secrets)]))
    wire.on("GET", "/instance/connectionState/bad", shown({"instance": secrets, "apikey": "apikey-85"}))
    wire.on("GET", CONNECT, shown({"error": True, "message": {"apikey": "apikey-85"}, "hash": "inst-tok-81"}))
    told = repr([await listed(evolution), await evolution.observe("bad"), await failing(evolution.reconnect("shop"))])
    told += caplog.text + repr([vars(record) for record in caplog.records])
    assert not [secret for secret in ("tok-81", "proxy-82", "cw-83", "wav-84", "apikey-85", KEY) if secret in told]


async def test_only_the_routes_it_needs_are_ever_asked(wire: Wire, evolution: EvolutionGateway) -> None:
    stands(wire, "close", row("close"))
    wire.on("GET", CONNECT, shown({"count": 0}))
    await listed(evolution)
    await evolution.check()
    await evolution.reconnect("shop")
    stands(wire, "connecting", row("connecting"))
    await evolution.prove("shop")
    await failing(evolution.stop("shop"))
    asked = {f"{one.method} {one.target.partition('?')[0]}" for one in wire.asked}
    assert asked == {"GET /", "GET /metrics", f"GET {LIST}", f"GET {STATE}", f"GET {CONNECT}", f"POST {PROFILE}"}
    assert all("Content-Type" not in one.headers for one in wire.asked if one.method == "GET")
