"""Meta's quota: what is left alone, and for how long."""

from typing import Any

import msgspec
import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.meta import MetaGateway
from healthcheckd.gateways.meta_quota import HEADER, NEARLY, PAUSE
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.meta.conftest import (
    ACCOUNT,
    NUMBER,
    HeldClock,
    list_at,
    listed,
    one_at,
    page,
    refusal,
    row,
)
from tests.contract.gateways.wire import JSON, Reply, Wire, shown


def used(reply: Reply, **use: Any) -> Reply:
    counted = {ACCOUNT: [{"type": "whatsapp", "call_count": 1, "total_cputime": 1, "total_time": 1, **use}]}
    return Reply(reply.status, reply.body, {"Content-Type": JSON, HEADER: msgspec.json.encode(counted).decode()})


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
