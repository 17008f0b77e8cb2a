"""A thousand accounts fall at once, in virtual time: what it costs the operator, and who is restarted when."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.cron import Cadence
from healthcheckd.settings import MaintenanceSettings, NetworkSettings, Settings
from healthcheckd.simulator import ScriptedSession
from healthcheckd.simulator.scripts import Script, State, Step
from tests.integration.engine.conftest import Make, steady
from tests.integration.engine.world import OPS, World

MANY = 1_000
MINUTE = 60.0


def falling(name: str, *steps: Step) -> ScriptedSession:
    """Well for twenty minutes, then this."""
    life = Script("falls", (Step(State.WORKING, 20 * MINUTE), *steps))
    return ScriptedSession(name, life, "44207" + str(sum(name.encode()))[-7:].rjust(7, "1"))


def crowd(number: int, *steps: Step) -> list[ScriptedSession]:
    return [falling(f"shop-{one:04}", *steps) for one in range(number)]


LONG = Step(State.FAILED, 50 * MINUTE)
"""Down for so long, whoever restarts it."""

MENDED_BY_RESTART = Step(State.FAILED, restart="up")


async def restarted(world: World) -> Counter[str]:
    rows = await world.rows("SELECT substr(started_at, 12, 5) FROM attempts WHERE started_at IS NOT NULL")
    return Counter(at for (at,) in rows)


async def in_order(world: World) -> list[str]:
    rows = await world.rows("SELECT started_at FROM attempts WHERE started_at IS NOT NULL ORDER BY started_at")
    return [at for (at,) in rows]


async def stages(world: World) -> list[str]:
    """Every stage of every blast, in its order."""
    told = [event.data for event in world.events if event.data.get("scope") == "blast"]
    return [str(data["stage"]) for data in told]


async def test_a_silent_gateway_with_a_thousand_accounts_costs_one_message_and_one_when_it_is_back(make: Make) -> None:
    async with make(main=steady(*(f"shop-{one}" for one in range(MANY))), eu=steady("c")) as world, world.daemon():
        await world.clock.pass_time(minutes=20)
        world.main.faults.down = True
        await world.clock.pass_time(minutes=60)
        assert (await world.health())["shop-1"] == "Warning"
        world.main.faults.down = False
        await world.clock.pass_time(minutes=30)
        assert world.told(OPS) == [
            ("12:33", "Gateway main has not answered since 12:30: check it"),
            ("13:20", "Gateway main answers again after 50 minutes"),
        ]
        assert await world.rows("SELECT count(*) FROM incidents WHERE scope = 'blast'") == [(0,)]


async def test_a_day_of_silence_is_not_told_again_in_the_stead_of_owners(make: Make) -> None:
    async with make(main=steady(*(f"shop-{one}" for one in range(20))), eu=steady("c")) as world, world.daemon():
        await world.clock.pass_time(minutes=20)
        world.main.faults.down = True
        await world.clock.pass_time(minutes=390)
        assert set((await world.health()).values()) == {"Critical", "Healthy"}
        world.main.faults.down = False
        await world.clock.pass_time(hours=1)
        assert [subject for _, subject in world.told(OPS)] == [
            "Gateway main has not answered since 12:30: check it",
            "Gateway main answers again after 6 hours 20 minutes",
        ]


async def test_a_thousand_sessions_that_fail_cost_one_message_and_one_when_they_are_back(make: Make) -> None:
    async with make(main=crowd(MANY, LONG)) as world, world.daemon():
        await world.clock.pass_time(minutes=60)
        [(at, subject)] = world.told(OPS)
        assert (at, subject) == (
            "12:35",
            "1,000 of 1,000 accounts on gateway main fell together: check the gateway",
        )
        assert max((await restarted(world)).values()) == 1
        await world.clock.pass_time(minutes=60)
        assert set((await world.health()).values()) == {"Healthy"}
        assert len(world.told(OPS)) == 2
        assert world.told(OPS)[1][1].startswith("1,000 accounts on gateway main are back after")
        assert set(world.noise()) == {OPS}
        assert sum((await restarted(world)).values()) < 10
        assert (await stages(world))[-1] == "over"


async def test_one_goes_first_then_three_then_all(make: Make) -> None:
    async with make(main=crowd(40, MENDED_BY_RESTART)) as world, world.daemon():
        await world.clock.pass_time(hours=2)
        assert set((await world.health()).values()) == {"Healthy"}
        assert await stages(world) == ["canary", "few", "rest", "over"]
        first, *others = await in_order(world)
        confirmed = await world.rows("SELECT min(ended_at) FROM incidents WHERE scope = 'account'")
        assert others[0] >= confirmed[0][0] > first
        assert len(others) == 39
        waves = await world.rows("SELECT wave, count(*) FROM blast_members WHERE wave > 0 GROUP BY wave")
        assert waves == [(1, 1), (2, 3)]
        assert len(world.told(OPS)) == 2


async def test_what_goes_down_during_maintenance_did_not_fall(make: Make) -> None:
    async with make(main=crowd(20, Step(State.FAILED, 60 * MINUTE))) as world:
        plan = Cadence("20 12 * * *", cron="20 12 * * *")
        world.settings = replace(world.settings, maintenance=(MaintenanceSettings("update", plan, timedelta(hours=2)),))
        async with world.daemon():
            await world.clock.pass_time(hours=4)
            assert await world.rows("SELECT count(*) FROM blasts") == [(0,)]
            assert world.told(OPS) == []
            assert set((await world.health()).values()) == {"Healthy"}


async def test_a_restart_of_the_daemon_leaves_the_stage_as_it_is(make: Make) -> None:
    query = "SELECT stage, stage_since, stops FROM blasts"
    async with make(main=crowd(40, LONG)) as world:
        async with world.daemon():
            await world.clock.pass_time(minutes=46)
            [stopped] = await world.rows(query)
        assert stopped[0] == "paused"
        async with world.daemon():
            assert await world.rows(query) == [stopped]
            await world.clock.pass_time(hours=2)
            assert set((await world.health()).values()) == {"Healthy"}
            assert len(world.told(OPS)) == 2


async def test_everything_silent_and_a_probe_that_answers_is_not_our_network(make: Make) -> None:
    async with make(main=steady("a"), eu=steady("b")) as world:
        port = world.gateways["eu"].url.rpartition(":")[2]
        world.settings = _probing(world, f"tcp://127.0.0.1:{port}")
        async with world.daemon():
            await world.clock.pass_time(minutes=20)
            for gateway in world.gateways.values():
                gateway.faults.server_error = True
            await world.clock.pass_time(minutes=60)
            assert await world.rows("SELECT DISTINCT kind, cause FROM ledger WHERE until_at IS NULL") == [
                ("down", "gateway_down")
            ]


async def test_everything_silent_and_no_probe_answers_stays_unknown(make: Make) -> None:
    async with make(main=steady("a"), eu=steady("b")) as world:
        world.settings = _probing(world, "tcp://127.0.0.1:1")
        async with world.daemon():
            await world.clock.pass_time(minutes=20)
            for gateway in world.gateways.values():
                gateway.faults.server_error = True
            await world.clock.pass_time(minutes=60)
            assert await world.rows("SELECT DISTINCT kind FROM ledger WHERE until_at IS NULL") == [("unknown",)]


async def test_our_own_network_is_one_incident(make: Make) -> None:
    casts = {name: steady(*(f"{name}-{one}" for one in range(10))) for name in ("main", "eu", "us")}
    async with make(**casts) as world:
        world.settings = _probing(world, "tcp://127.0.0.1:1")
        async with world.daemon():
            await world.clock.pass_time(minutes=20)
            for gateway in world.gateways.values():
                gateway.faults.server_error = True
            await world.clock.pass_time(minutes=60)
            for gateway in world.gateways.values():
                gateway.faults.server_error = False
            await world.clock.pass_time(minutes=30)
            [(_, fell), (_, back)] = world.told(OPS)
            assert fell == "30 of 30 accounts fell together: check our own network"
            assert back.startswith("30 accounts are back after")
            assert await world.rows("SELECT detail FROM incidents WHERE scope = 'blast'") == [
                ("30 of 30 accounts fell together; it is our own network, for no probe answered",)
            ]


def _probing(world: World, place: str) -> Settings:
    return replace(world.settings, network=NetworkSettings((place,), timedelta(seconds=1)))
