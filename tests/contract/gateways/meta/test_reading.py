"""What one reading of Meta's means, and which errors are about the number alone."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection, Proof
from healthcheckd.gateways.meta import MetaGateway
from healthcheckd.simulator import ScriptedSession, Simulator, script
from healthcheckd.simulator.meta import HOME
from tests.contract.gateways.meta.conftest import NO_SUCH_OBJECT, NUMBER, Connect, listed, one_at, reached, refusal, row
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, PHONE, reached_at


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
