"""A round: what was seen is stored, how the gateway answered is noted."""

import asyncio
from datetime import timedelta

import pytest

from healthcheckd.engine.rounds import BUCKETS_MS
from healthcheckd.errors import GatewayError, GatewayFault
from tests.fakes.clock import NOON
from tests.fakes.gateway import DOWN, UP, unreachable
from tests.unit.engine.bench import bench


async def test_an_answer_is_stored_noted_and_counted() -> None:
    a = bench()
    a.main.states, a.sweeps.notices_each = {"a": UP, "b": UP}, 1
    result = await a.rounds.read("main")
    assert (result.answered, result.seen, result.notices) == (True, 2, 2)
    assert sorted(one.session for _, one in a.sweeps.applied) == ["a", "b"]
    assert (a.sweeps.outcomes[0].error, a.sweeps.first_looks) == ("", ["main"])
    assert len(a.events) == 2


async def test_a_failure_is_noted_with_its_kind_and_way_on_and_nothing_else() -> None:
    a = bench()
    a.main.list_error = GatewayError(GatewayFault.UNAUTHORIZED, "wrong key", hint="healthcheck gateways check main")
    result = await a.rounds.read("main")
    [outcome] = a.sweeps.outcomes
    assert (result.answered, result.why) == (False, "wrong key")
    assert (outcome.error, outcome.fault, outcome.hint) == (
        "wrong key",
        "unauthorized",
        "healthcheck gateways check main",
    )
    assert (a.sweeps.applied, a.sweeps.first_looks) == ([], [])


async def test_a_chunk_is_at_most_a_thousand_accounts() -> None:
    a = bench()
    a.main.states, a.main.thorough = {f"s{number}": UP for number in range(2_300)}, True
    await a.rounds.read("main")
    assert a.sweeps.chunks == [1000, 1000, 300]


async def test_one_gateway_is_read_by_one_round_at_a_time() -> None:
    a = bench()
    a.main.states, a.main.list_gate = {"a": UP}, asyncio.Event()
    rounds = [asyncio.create_task(a.rounds.read("main")) for _ in range(2)]
    await a.clock.sleep(0)
    await a.clock.sleep(0)
    assert a.main.lists == 1
    a.main.list_gate.set()
    await asyncio.gather(*rounds)
    assert a.main.lists == 2


async def test_the_version_is_asked_for_once_a_day() -> None:
    a = bench()
    for hours in (0, 12, 13):
        a.clock.step(timedelta(hours=hours))
        await a.rounds.read("main")
    assert [outcome.version for outcome in a.sweeps.outcomes] == ["1.2.3", "", "1.2.3"]


async def test_silence_reaches_every_active_account_and_says_whose_it_is() -> None:
    a = bench()
    a.sweeps.know("main", "a", "b", "off")
    a.sweeps.know("eu", "c")
    a.sweeps.inactive = {one for one in a.sweeps.vitals if one.session == "off"}
    await a.rounds.silence("main", "time-out", elsewhere=True)
    assert [one.session for _, one in a.sweeps.applied] == ["a", "b"]
    assert all(one.whole_gateway and one.elsewhere and one.silence == "time-out" for _, one in a.sweeps.applied)


async def test_an_unexplained_silence_is_silence_all_the_same() -> None:
    a = bench()
    a.sweeps.know("main", "a")
    await a.rounds.silence("main", "", elsewhere=False)
    assert a.sweeps.seen("a")[0].silence == "no answer"


@pytest.mark.parametrize(("latency", "bucket"), [(0.0, 5), (0.005, 5), (0.0051, 10), (9.0, 10000), (99.0, 30000)])
async def test_latencies_are_counted_by_the_hour_under_their_upper_bound(latency: float, bucket: int) -> None:
    a = bench()
    a.main.states = {"a": DOWN}
    a.main.singly = {"a": {}}
    a.clock.step(timedelta(minutes=44))
    seen = await a.rounds.lookers["main"].all([], 0)
    seen.latencies = [latency]
    await a.rounds._keep_latencies(seen)
    assert a.sweeps.latencies == {("main", NOON): {bucket: 1}}
    assert bucket in BUCKETS_MS


async def test_reading_a_few_again_says_for_how_many_a_notice_became_owed() -> None:
    a = bench()
    a.main.states, a.sweeps.notices_each = {"a": UP, "b": DOWN}, 1
    assert await a.rounds.look_again("main", ["a", "b"]) == 2
    assert a.main.lists == 0


async def test_a_failing_gateway_makes_each_of_a_few_silent() -> None:
    a = bench()
    a.main.singly = {"a": unreachable(), "b": unreachable()}
    await a.rounds.look_again("main", ["a", "b"])
    assert [one.silence for _, one in a.sweeps.applied] == ["connection refused"] * 2
