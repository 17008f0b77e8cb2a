"""Meta's Cloud API: its list by cursors, its errors by their codes, its quota, and nothing told to do."""

import logging
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec
import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.meta import FIELDS, MetaGateway
from healthcheckd.gateways.meta_quota import HEADER, NEARLY, PAUSE
from healthcheckd.settings import GatewaySettings, Secret
from healthcheckd.simulator import ScriptedSession, Simulator, script
from healthcheckd.simulator.meta import HOME
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import JSON, Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at

Connect = Callable[[GatewaySettings], MetaGateway]

ACCOUNT = "102290129340398"
NUMBER = "106540352242922"
FULL, PLAIN, CORE = FIELDS


def list_at(after: str = "", fields: str = FULL) -> str:
    query = {"fields": fields, "limit": "100", **({"after": after} if after else {})}
    return f"/v25.0/{ACCOUNT}/phone_numbers?{urlencode(query)}"


def one_at(fields: str = FULL, number: str = NUMBER) -> str:
    return f"/v25.0/{number}?{urlencode({'fields': fields})}"


def row(number: str = NUMBER, status: Any = "CONNECTED", **more: Any) -> dict[str, Any]:
    entities = [{"entity_type": "PHONE_NUMBER", "id": number, "can_send_message": "AVAILABLE"}]
    health = {"can_send_message": "AVAILABLE", "entities": entities}
    return {"id": number, "display_phone_number": "+1 631-555-5555", "status": status, "health_status": health} | more


def page(*rows: Any, after: str = "", more: bool = False) -> Reply:
    paging: dict[str, Any] = {"cursors": {"before": "b", "after": after}}
    if more:
        paging["next"] = f"https://elsewhere.example/v25.0/{ACCOUNT}/phone_numbers?access_token={KEY}&after={after}"
    return shown({"data": rows, "paging": paging})


def refusal(status: int, code: int, message: str = "(#1) said", **more: Any) -> Reply:
    return shown(
        {"error": {"message": message, "type": "OAuthException", "code": code, "fbtrace_id": "A"} | more}, status
    )


def used(reply: Reply, **use: Any) -> Reply:
    counted = {ACCOUNT: [{"type": "whatsapp", "call_count": 1, "total_cputime": 1, "total_time": 1, **use}]}
    return Reply(reply.status, reply.body, {"Content-Type": JSON, HEADER: msgspec.json.encode(counted).decode()})


NO_SUCH_FIELD = refusal(400, 100, "(#100) Tried accessing nonexisting field (throughput)")
NO_SUCH_OBJECT = refusal(400, 100, "Unsupported get request. Object with ID '1' does not exist", error_subcode=33)


class HeldClock(QuickClock):
    """Its monotonic time is set by hand."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds = 1_000.0

    def monotonic(self) -> float:
        return self.seconds


@pytest.fixture
def clock() -> HeldClock:
    return HeldClock()


def reached(wire: Wire, **changes: Any) -> GatewaySettings:
    return reached_at(f"{wire.url}/v25.0/{ACCOUNT}", "meta", **changes)


@pytest.fixture
def meta(wire: Wire, connect: Connect) -> MetaGateway:
    return connect(reached(wire))


async def listed(gateway: MetaGateway) -> list[Observation]:
    return [seen async for chunk in gateway.sessions() for seen in chunk]


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


async def test_the_list_is_read_by_cursors_and_the_address_it_offers_is_never_asked(
    wire: Wire, meta: MetaGateway
) -> None:
    wire.on("GET", list_at(), page(row("1"), after="k1", more=True))
    wire.on("GET", list_at("k1"), page(row("2"), row("3"), after="k2", more=True))
    wire.on("GET", list_at("k2"), page(after="k3"))
    assert [seen.session for seen in await listed(meta)] == ["1", "2", "3"]
    assert wire.targets("GET") == [list_at(), list_at("k1"), list_at("k2")]
    assert (meta.thorough, meta.complete) == (True, True)


async def test_the_key_is_a_bearers_and_never_in_a_url(wire: Wire, meta: MetaGateway) -> None:
    wire.on("GET", list_at(), page(row()))
    wire.on("GET", one_at(), shown(row()))
    await listed(meta)
    await meta.observe(NUMBER)
    assert {asked.headers["Authorization"] for asked in wire.asked} == {f"Bearer {KEY}"}
    assert not [asked for asked in wire.asked if KEY in asked.target or "access_token" in asked.target]


@pytest.mark.parametrize(
    "broken",
    [refusal(500, 1), Reply(200, b'{"data":'), Reply(200, b"[]"), shown({"error": {"code": 1}}), Reply(200, b"")],
)
async def test_nothing_is_told_of_a_list_that_broke_on_a_later_page(
    wire: Wire, meta: MetaGateway, broken: Reply
) -> None:
    wire.on("GET", list_at(), page(row("1"), after="k", more=True))
    wire.on("GET", list_at("k"), broken)
    assert (await failing(listed(meta))).fault in {GatewayFault.BAD_ANSWER, GatewayFault.SERVER_ERROR}


async def test_a_list_that_goes_round_in_a_circle_ends(wire: Wire, meta: MetaGateway) -> None:
    wire.on("GET", list_at(), page(row("1"), after="k", more=True))
    wire.on("GET", list_at("k"), page(row("1"), after="k", more=True))
    assert (await failing(listed(meta))).fault is GatewayFault.BAD_ANSWER


async def test_rows_without_an_id_are_counted(wire: Wire, meta: MetaGateway, caplog: pytest.LogCaptureFixture) -> None:
    wire.on("GET", list_at(), page(row(), {"status": "CONNECTED"}, None))
    assert [seen.session for seen in await listed(meta)] == [NUMBER]
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 2)]  # type: ignore[attr-defined]


@pytest.mark.parametrize("refused", [(FULL,), (FULL, PLAIN)])
async def test_fewer_fields_are_asked_for_where_graph_does_not_know_them(
    wire: Wire, meta: MetaGateway, refused: tuple[str, ...], caplog: pytest.LogCaptureFixture
) -> None:
    for fields in refused:
        wire.on("GET", list_at(fields=fields), NO_SUCH_FIELD)
    left = FIELDS[len(refused)]
    wire.on("GET", list_at(fields=left), page({"id": NUMBER, "status": "CONNECTED"}))
    wire.on("GET", one_at(left), shown({"id": NUMBER, "status": "CONNECTED"}))
    assert (await listed(meta))[0].connection is Connection.CONNECTED
    assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED
    assert wire.targets("GET")[len(refused) :] == [list_at(fields=left), one_at(left)]
    assert [record.action for record in caplog.records] == ["fields_refused"]  # type: ignore[attr-defined]


async def test_without_health_there_is_no_proof_and_a_check_says_so(wire: Wire, meta: MetaGateway) -> None:
    for fields in (FULL, PLAIN):
        wire.on("GET", list_at(fields=fields), NO_SUCH_FIELD)
    wire.on("GET", list_at(fields=CORE), page({"id": NUMBER, "status": "CONNECTED"}))
    wire.on("GET", one_at(CORE), shown({"id": NUMBER, "status": "CONNECTED"}))
    check = await meta.check()
    assert (check.proof, "health_status" in " ".join(check.advice)) == (False, True)
    assert await meta.prove(NUMBER) is Proof.UNSUPPORTED


async def test_an_object_refused_for_every_set_of_fields_takes_none_away_from_the_others(
    wire: Wire, meta: MetaGateway
) -> None:
    for fields in FIELDS:
        wire.on("GET", one_at(fields, "odd"), NO_SUCH_FIELD)
    assert (await meta.observe("odd")).silence
    wire.on("GET", one_at(), shown(row()))
    assert (await meta.observe(NUMBER)).proof is Proof.PROVED


async def test_a_reading_that_meta_vouches_for_is_proof(wire: Wire, meta: MetaGateway) -> None:
    wire.on("GET", one_at(), shown(row(verified_name="Market")))
    seen = await meta.observe(NUMBER)
    assert (seen.connection, seen.proof, seen.phone) == (Connection.CONNECTED, Proof.PROVED, "16315555555")
    assert (seen.push_name, seen.linked) == ("Market", True)
    assert await meta.prove(NUMBER) is Proof.PROVED
    wire.on("GET", one_at(), shown(row(status="DISCONNECTED")))
    assert await meta.prove(NUMBER) is Proof.INCONCLUSIVE


@pytest.mark.parametrize("reply", [NO_SUCH_OBJECT, refusal(404, 803), refusal(400, 33)])
async def test_a_number_that_is_not_there_is_not_found(wire: Wire, meta: MetaGateway, reply: Reply) -> None:
    wire.on("GET", one_at(), reply)
    seen = await meta.observe(NUMBER)
    assert (seen.found, seen.silence) == (False, "")


@pytest.mark.parametrize(
    "reply",
    [
        refusal(400, 1),
        refusal(500, 1),
        refusal(500, 2),
        refusal(403, 131005),
        refusal(400, 130429),
        Reply(500),
        Reply(404, b"<html>nginx</html>", {"Content-Type": "text/html"}),
        Reply(200, b"<html>log in</html>", {"Content-Type": "text/html"}),
        Reply(200, b""),
        Reply(200, b'{"id":"1'),
        Reply(200, b"{}", cut=True),
        Reply(302, headers={"Location": "https://elsewhere.example/"}),
        Reply(hangs=True),
        shown(row("999")),
        shown(row(status=7)),
        shown(row(status="UNKNOWN")),
        shown(row(status="HIBERNATING")),
        shown({"id": NUMBER}),
    ],
)
async def test_an_unusable_single_reading_is_silence(wire: Wire, connect: Connect, reply: Reply) -> None:
    wire.on("GET", one_at(), reply)
    seen = await connect(reached(wire, timeout=timedelta(seconds=0.2))).observe(NUMBER)
    assert (seen.session, seen.found, seen.connection) == (NUMBER, True, Connection.UNKNOWN)
    assert seen.silence


@pytest.mark.parametrize("status", [400, 403, 500])
async def test_an_error_of_an_unknown_code_is_told_in_its_words(wire: Wire, meta: MetaGateway, status: int) -> None:
    wire.on("GET", one_at(), refusal(status, 2635, f"You are calling\na deprecated version with {KEY}"))
    assert (await meta.observe(NUMBER)).silence == "You are calling a deprecated version with **** (code 2635)"


@pytest.mark.parametrize("status", [400, 403])
@pytest.mark.parametrize(
    ("code", "connection", "cause"),
    [
        (131031, Connection.FAILED, Cause.BANNED),
        (368, Connection.FAILED, Cause.BANNED),
        (133010, Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
    ],
)
async def test_an_error_may_be_about_the_number_whatever_its_status(
    wire: Wire, meta: MetaGateway, status: int, code: int, connection: Connection, cause: Cause
) -> None:
    wire.on("GET", one_at(), refusal(status, code))
    seen = await meta.observe(NUMBER)
    assert (seen.connection, seen.cause, seen.silence) == (connection, cause, "")


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("code", [0, 190])
async def test_a_wrong_key_is_one_fault_of_the_gateway(wire: Wire, meta: MetaGateway, status: int, code: int) -> None:
    for target in (list_at(), one_at()):
        wire.on("GET", target, refusal(status, code, f"Malformed access token {KEY}"))
    for call in (listed(meta), meta.observe(NUMBER), meta.prove(NUMBER), meta.check()):
        error = await failing(call)
        assert error.fault is GatewayFault.UNAUTHORIZED
        assert "healthcheckd.toml:7" in error.hint
        assert KEY not in str(error)


@pytest.mark.parametrize("status", [400, 401])
async def test_a_key_that_was_renewed_in_its_file_is_read_again(
    wire: Wire, connect: Connect, tmp_path: Path, status: int
) -> None:
    file = tmp_path / "token"
    file.write_text("stale")
    meta = connect(reached(wire, api_key=None, api_key_file=file))
    wire.on("GET", one_at(), refusal(status, 190), shown(row()))
    file.write_text("fresh\n")
    assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED
    assert [asked.headers["Authorization"] for asked in wire.asked] == ["Bearer stale", "Bearer fresh"]


@pytest.mark.parametrize(("status", "code"), [(500, 3), (403, 10), (403, 200), (400, 299)])
async def test_a_permission_that_is_missing_is_named(wire: Wire, meta: MetaGateway, status: int, code: int) -> None:
    wire.on("GET", list_at(), refusal(status, code))
    error = await failing(listed(meta))
    assert (error.fault, error.what) == (GatewayFault.UNAUTHORIZED, f"the key lacks a permission (code {code})")
    assert "whatsapp_business_management" in error.hint
    assert "healthcheckd.toml:7" in error.hint


@pytest.mark.parametrize("reply", [Reply(401), Reply(403), Reply(401, b"<html>proxy</html>")])
async def test_a_proxy_that_refuses_is_not_the_numbers_fault(wire: Wire, meta: MetaGateway, reply: Reply) -> None:
    wire.on("GET", one_at(), reply)
    assert (await failing(meta.observe(NUMBER))).fault is GatewayFault.UNAUTHORIZED


@pytest.mark.parametrize("reply", [refusal(400, 4), refusal(400, 80007), refusal(429, 80007), Reply(429)])
async def test_after_too_many_calls_nothing_is_asked_for_a_while(
    wire: Wire, meta: MetaGateway, clock: HeldClock, reply: Reply
) -> None:
    wire.on("GET", one_at(), reply)
    wire.on("GET", list_at(), page(row()))
    assert (await failing(meta.observe(NUMBER))).fault is GatewayFault.RATE_LIMITED
    clock.seconds += PAUSE - 1
    for call in (listed(meta), meta.observe(NUMBER), meta.prove(NUMBER), meta.check()):
        assert (await failing(call)).fault is GatewayFault.RATE_LIMITED
    assert len(wire.asked) == 1
    clock.seconds += 1
    assert len(await listed(meta)) == 1


async def test_meta_is_left_alone_for_as_long_as_it_says(wire: Wire, meta: MetaGateway, clock: HeldClock) -> None:
    wire.on(
        "GET", list_at(), used(refusal(400, 80007), call_count=100, estimated_time_to_regain_access=19), page(row())
    )
    await failing(listed(meta))
    clock.seconds += 18 * 60
    error = await failing(listed(meta))
    assert (error.fault, "1 min" in error.what) == (GatewayFault.RATE_LIMITED, True)
    clock.seconds += 60
    assert len(await listed(meta)) == 1
    assert len(wire.asked) == 2


@pytest.mark.parametrize("count", ["call_count", "total_cputime", "total_time"])
async def test_a_quota_that_is_nearly_used_up_is_left_to_others(
    wire: Wire, meta: MetaGateway, clock: HeldClock, count: str
) -> None:
    wire.on("GET", one_at(), used(shown(row()), **{count: NEARLY - 1}), used(shown(row()), **{count: NEARLY}))
    for _ in range(2):
        assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED
    assert (await failing(meta.observe(NUMBER))).fault is GatewayFault.RATE_LIMITED
    clock.seconds += PAUSE
    assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED


async def test_a_list_that_was_begun_is_finished(wire: Wire, meta: MetaGateway) -> None:
    wire.on("GET", list_at(), used(page(row("1"), after="k", more=True), call_count=NEARLY))
    wire.on("GET", list_at("k"), page(row("2")))
    assert len(await listed(meta)) == 2
    assert (await failing(listed(meta))).fault is GatewayFault.RATE_LIMITED


@pytest.mark.parametrize("header", ["", "?", "[]", '{"1":[{"call_count":"many"}]}', '{"1":null}', "{}", '{"1":[]}'])
async def test_a_header_in_another_form_stops_nothing(wire: Wire, meta: MetaGateway, header: str) -> None:
    wire.on("GET", one_at(), Reply(200, shown(row()).body, {"Content-Type": JSON, HEADER: header}))
    for _ in range(2):
        assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED


async def test_no_stated_wait_is_believed_beyond_a_day(wire: Wire, meta: MetaGateway, clock: HeldClock) -> None:
    wire.on("GET", one_at(), used(shown(row()), estimated_time_to_regain_access=10**9), shown(row()))
    await meta.observe(NUMBER)
    clock.seconds += 24 * 3600
    assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED


async def test_a_business_account_that_is_not_there_names_the_url(wire: Wire, meta: MetaGateway) -> None:
    wire.on("GET", list_at(), NO_SUCH_OBJECT)
    error = await failing(listed(meta))
    assert (error.fault, ACCOUNT in error.what, "url" in error.hint) == (GatewayFault.NOT_FOUND, True, True)


@pytest.mark.parametrize("path", ["", "/v25.0", "/v25.0/"])
async def test_a_url_without_a_business_account_is_shown_how_to_end(wire: Wire, connect: Connect, path: str) -> None:
    for call in (MetaGateway.check, listed):
        error = await failing(call(connect(reached_at(wire.url + path, "meta"))))
        assert "https://graph.facebook.com/v25.0/WABA_ID" in error.hint
    assert wire.asked == []


async def test_a_check_tells_version_quality_limit_and_throughput(wire: Wire, meta: MetaGateway) -> None:
    told = {"whatsapp_business_manager_messaging_limit": "TIER_10K", "throughput": {"level": "STANDARD"}}
    wire.on("GET", list_at(), page(row("1", quality_rating="RED", **told), row("2", **told)))
    check = await meta.check()
    assert (check.version, check.sessions, check.key_ok, check.proof, check.push) == ("v25.0", 2, True, True, None)
    assert [word in " ".join(check.advice) for word in ("TIER_10K", "STANDARD of 2", "RED")] == [True] * 3


async def test_nothing_can_be_told_to_do_anything(wire: Wire, meta: MetaGateway) -> None:
    calls = (meta.reconnect(NUMBER), meta.stop(NUMBER), meta.begin_pairing(NUMBER, PHONE), meta.pairing(NUMBER))
    errors = [await failing(call) for call in calls]
    assert {error.fault for error in errors} == {GatewayFault.UNSUPPORTED}
    assert all("Manager" in error.hint or "healthcheck" in error.hint for error in errors)
    assert wire.asked == []


@pytest.mark.parametrize(
    ("life", "connection", "cause"),
    [
        ("steady", Connection.CONNECTED, None),
        ("needs-restart", Connection.DISCONNECTED, None),
        ("logged-out", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        ("banned", Connection.FAILED, Cause.BANNED),
        ("zombie", Connection.FAILED, None),
        ("zombie-unpaired", Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        ("zombie-conflict", Connection.LOGGED_OUT, Cause.LOGGED_OUT),
        ("zombie-timeout", Connection.DISCONNECTED, None),
        ("stuck", Connection.DISCONNECTED, None),
        ("stopped", Connection.DISCONNECTED, None),
        ("restricted", Connection.CONNECTED, None),
        ("capped", Connection.CONNECTED, None),
    ],
)
async def test_every_life_has_a_word_of_metas(
    connect: Connect, life: str, connection: Connection, cause: Cause | None
) -> None:
    session = ScriptedSession(NUMBER, script(life).after(1e-6), PHONE, "Shop")
    async with Simulator([session], dialect="meta", api_key=KEY) as server:
        assert server.url.endswith(HOME)
        gateway = connect(reached_at(server.url, "meta"))
        (seen,) = await listed(gateway)
    assert (seen.connection, seen.cause) == (connection, cause)
    assert bool(seen.restricted_why) is (life in {"restricted", "capped", "zombie"})


async def test_an_older_version_of_graph_still_tells_of_health(
    connect: Connect, caplog: pytest.LogCaptureFixture
) -> None:
    session = ScriptedSession(NUMBER, script("steady"), PHONE)
    async with Simulator([session], dialect="meta-20", api_key=KEY) as server:
        (seen,) = await listed(connect(reached_at(server.url, "meta")))
    assert (seen.proof, seen.native) == (Proof.PROVED, "CONNECTED, quality GREEN")
    assert [record.action for record in caplog.records] == ["fields_refused"]  # type: ignore[attr-defined]


async def test_no_secret_gets_out(wire: Wire, connect: Connect, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    header = {"X-Tenant": Secret("header-token-53")}
    meta = connect(reached(wire, headers=header))
    quoting = f"token {KEY} header-token-53"
    blocked = {"entity_type": "WABA", "can_send_message": "BLOCKED", "errors": [{"error_description": quoting}]}
    limited = {"entity_type": "WABA", "can_send_message": "LIMITED", "additional_info": [quoting]}
    rows = [row(str(number), health_status={"entities": [one]}) for number, one in enumerate((blocked, limited))]
    wire.on("GET", list_at(), page(*rows, {"id": [KEY]}, {"id": "9", "status": [KEY]}, after="k", more=True))
    wire.on("GET", list_at("k"), page())
    wire.on("GET", one_at(), refusal(400, 131000, quoting, error_user_msg=quoting, fbtrace_id="trace-54"))
    told = [await listed(meta), await meta.check(), await meta.observe(NUMBER)]
    for code in (0, 3, 4):
        wire.on("GET", one_at(), refusal(400, code, quoting))
        error = await failing(meta.observe(NUMBER))
        told.append((str(error), error.hint, repr(error)))
    text = repr(told) + caplog.text + repr([vars(record) for record in caplog.records])
    assert "****" in text
    assert not [secret for secret in (KEY, "header-token-53", "trace-54", "elsewhere.example") if secret in text]
