"""Meta's list: by cursors, and with the fields that Graph knows."""

import pytest

from healthcheckd.domain.observations import Connection, Proof
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.meta import FIELDS, MetaGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.meta.conftest import CORE, FULL, NUMBER, PLAIN, list_at, listed, one_at, page, refusal, row
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY

NO_SUCH_FIELD = refusal(400, 100, "(#100) Tried accessing nonexisting field (throughput)")


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
