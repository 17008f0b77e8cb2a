"""Evolution's list: fetched rarely, and states each time, from metrics where there are any."""

from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.evolution import EvolutionGateway
from healthcheckd.gateways.evolution_inventory import EVERY
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.evolution.conftest import (
    LIST,
    ONE,
    STATE,
    Connect,
    Turned,
    failed,
    listed,
    metrics,
    row,
    stands,
    state,
)
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import PHONE, reached_at


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


async def test_where_none_can_be_read_the_list_tells_whose_fault_it_is(wire: Wire, evolution: EvolutionGateway) -> None:
    wire.on("GET", LIST, shown([row()]))
    wire.on("GET", STATE, state("open"))
    await listed(evolution)
    wire.on("GET", STATE, Reply(500))
    assert (await listed(evolution))["shop"].silence
    wire.on("GET", LIST, Reply(500))
    assert (await failing(listed(evolution))).fault is GatewayFault.SERVER_ERROR


async def test_rows_without_a_name_are_counted(
    wire: Wire, evolution: EvolutionGateway, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET", LIST, shown([row(), {"connectionStatus": "open"}, None]))
    wire.on("GET", STATE, state("open"))
    assert set(await listed(evolution)) == {"shop"}
    assert [(record.action, record.count) for record in caplog.records] == [("unnamed_rows", 2)]  # type: ignore[attr-defined]


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
