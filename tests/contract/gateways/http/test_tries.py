"""Deadlines, turns and tries: a read is repeated while the door is shut, a verb never."""

import asyncio
from datetime import timedelta

import pytest

from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.http import TRIES
from tests.contract.gateways.conftest import QuickClock, failing
from tests.contract.gateways.http.conftest import FINE, Connect
from tests.contract.gateways.wire import Reply, Wire


async def test_latency_is_measured_without_the_wait_for_a_turn(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    wire.delay = 0.05
    one = client(concurrency=1)
    answers = await asyncio.gather(*(one.read("a") for _ in range(3)))
    assert all(0.04 < answer.latency < 0.14 for answer in answers)


async def test_the_deadline_starts_when_the_turn_comes(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    wire.delay = 0.08
    one = client(concurrency=1, timeout=timedelta(seconds=0.3))
    answers = await asyncio.gather(*(one.read("a") for _ in range(6)))
    assert [answer.status for answer in answers] == [200] * 6


async def test_no_more_are_under_way_than_allowed(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    wire.delay = 0.01
    three = client(concurrency=3)
    await asyncio.gather(*(three.read("a") for _ in range(20)))
    assert wire.busiest == 3


async def test_a_late_answer_is_a_timeout_and_not_tried_again(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(hangs=True))
    error = await failing(client(timeout=timedelta(seconds=0.2)).read("a"))
    assert error.fault is GatewayFault.TIMEOUT
    assert len(wire.asked) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_read_is_tried_again_while_the_door_is_shut(
    wire: Wire, client: Connect, clock: QuickClock, status: int
) -> None:
    wire.on("GET", "/a", Reply(status), Reply(status), FINE)
    assert (await client().read("a")).ok
    assert len(clock.slept) == 2
    assert all(seconds <= 1 for seconds in clock.slept)


async def test_a_dropped_connection_is_tried_again(wire: Wire, client: Connect, clock: QuickClock) -> None:
    dropped = Reply(aborts=True)
    wire.on("GET", "/a", dropped, dropped, FINE)
    assert (await client().read("a")).ok
    assert len(clock.slept) == 2


async def test_a_verb_that_is_a_get_is_made_once(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a?number=1", Reply(aborts=True))
    await failing(client().act("a", method="GET", query={"number": "1"}))
    assert wire.targets("GET") == ["/a?number=1"]


async def test_tries_come_to_an_end_with_the_real_error(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(503))
    error = await failing(client().read("a"))
    assert (error.fault, len(wire.asked)) == (GatewayFault.SERVER_ERROR, TRIES)


@pytest.mark.parametrize("status", [400, 404, 422, 500])
async def test_an_answer_of_the_gateway_itself_is_not_tried_again(wire: Wire, client: Connect, status: int) -> None:
    wire.on("GET", "/a", Reply(status))
    assert (await client().read("a")).status == status
    assert len(wire.asked) == 1


@pytest.mark.parametrize("reply", [Reply(503), Reply(aborts=True), Reply(504)])
async def test_a_verb_is_never_repeated(wire: Wire, client: Connect, reply: Reply) -> None:
    wire.on("POST", "/a", reply, FINE)
    await failing(client().act("a"))
    assert len(wire.asked) == 1


async def test_a_verb_on_a_connection_used_before_is_not_repeated_either(wire: Wire, client: Connect) -> None:
    wire.on("POST", "/a", FINE, Reply(aborts=True), FINE)
    one = client()
    await one.act("a")
    assert (await failing(one.act("a"))).fault is GatewayFault.NETWORK
    assert len(wire.asked) == 2
