"""The clock set back and forward by a day while the daemon runs: it goes on at once, and says nothing untrue."""

import itertools
from datetime import timedelta

from healthcheckd.settings import HEALTH_CHECK
from tests.integration.engine.conftest import Make, playing, steady
from tests.integration.engine.world import OPS, World

DAY = timedelta(days=1)
RUNS = "SELECT count(*) FROM job_runs WHERE job = ? AND error = '' AND ended_at IS NOT NULL"


async def sweeps(world: World) -> int:
    [(count,)] = await world.rows(RUNS, HEALTH_CHECK)
    return int(count)


async def test_set_back_by_a_day_it_goes_on_hour_by_hour(make: Make) -> None:
    cast = [*steady("well"), playing("down", "restart-fails", 1), playing("later", "needs-restart", 6)]
    async with make("well", "down", "later", main=cast) as world, world.daemon():
        await world.clock.pass_time(hours=2, minutes=5)
        world.clock.step(-DAY)
        graded, swept = {}, [await sweeps(world)]
        for hour in range(1, 9):
            await world.clock.pass_time(hours=1)
            graded[hour] = (await world.health())["down"]
            swept.append(await sweeps(world))
        assert [later - sooner for sooner, later in itertools.pairwise(swept)] == [4] * 8
        # What began in the time that never was counts from the step on: Critical an hour late, never early.
        assert graded == dict.fromkeys(range(1, 7), "Warning") | dict.fromkeys(range(7, 9), "Critical")
        assert (await world.health(), world.restarts("later")) == (
            {"well": "Healthy", "down": "Critical", "later": "Healthy"},
            1,
        )
        assert len(world.told("down@example.org")) == 1
        assert world.told("well@example.org") == world.told("later@example.org") == []
        assert world.restarts("down") <= 10


async def test_set_back_in_the_middle_of_a_sweep_that_sweep_ends(make: Make) -> None:
    async with make(main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        await world.clock.pass_time(minutes=60, seconds=5)
        assert world.engine.runs.executing(HEALTH_CHECK)
        world.clock.step(-DAY)
        await world.clock.pass_time(minutes=2)
        assert not world.engine.runs.executing(HEALTH_CHECK)


async def test_set_forward_by_a_day_it_is_a_gap_and_nobody_well_is_told(make: Make) -> None:
    async with (
        make("well", "down", main=[*steady("well"), playing("down", "needs-restart", 3)]) as world,
        world.daemon(),
    ):
        await world.clock.pass_time(hours=2)
        before = await sweeps(world)
        world.clock.step(DAY)
        await world.clock.pass_time(minutes=1)
        assert await sweeps(world) == before + 1
        assert await world.health() == {"well": "Healthy", "down": "Healthy"}
        await world.clock.pass_time(hours=3)
        assert await sweeps(world) == before + 1 + 12
        assert (world.restarts("down"), world.noise()) == (1, {})
        kinds = "SELECT kind FROM ledger JOIN accounts ON key = account WHERE session = 'well' ORDER BY from_at"
        assert await world.rows(kinds) == [("up",), ("unknown",), ("up",)]


async def test_set_forward_and_back_again_no_outage_is_older_than_it_is(make: Make) -> None:
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        await world.clock.pass_time(minutes=50)
        for step in (DAY, -DAY):
            world.clock.step(step)
            await world.clock.pass_time(minutes=5)
        await world.clock.pass_time(hours=2)
        assert (await world.health())["down"] == "Warning"
        assert world.told("down@example.org") == []
        assert len(world.told(OPS)) >= 1


async def test_set_back_a_silent_gateway_is_still_asked_each_minute(make: Make) -> None:
    async with make(main=steady("well"), eu=steady("c")) as world, world.daemon():
        await world.clock.pass_time(minutes=14)
        world.main.faults.down = True
        await world.clock.pass_time(minutes=5)
        world.clock.step(-DAY)
        await world.clock.pass_time(minutes=1)
        world.main.faults.down = False
        await world.clock.pass_time(minutes=3)
        assert await world.rows("SELECT name FROM gateways WHERE silent_since IS NOT NULL") == []
