"""Hour by hour: an outage inside maintenance, one that outlives it, one that outlives a silence, one that somebody
knows of. The world begins at noon; accounts fall at 13:00."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.matching import Reach
from healthcheckd.settings import MaintenanceSettings
from healthcheckd.simulator import Script, ScriptedSession
from healthcheckd.simulator.scripts import State, Step
from tests.integration.engine.conftest import Make, playing, steady
from tests.integration.engine.world import OPS, World

LEDGER = (
    "SELECT kind, coalesce(ledger.cause, ''), substr(from_at, 12, 5), coalesce(substr(until_at, 12, 5), '')"
    " FROM ledger JOIN accounts ON key = account WHERE session = ? ORDER BY from_at"
)
OWNER = "shop@example.org"


def falling(hours: float, lasts: float, name: str = "shop") -> ScriptedSession:
    """Well for so many hours, down for so many, and well again, whatever is restarted."""
    steps = (Step(State.WORKING, hours * 3600), Step(State.FAILED, lasts * 3600))
    return ScriptedSession(name, Script("falling", steps), "442071234567")


def maintained(world: World, cron: str, hours: float, gateways: Sequence[str] = ()) -> None:
    window = MaintenanceSettings(
        "update", Cadence(cron, cron=cron), timedelta(hours=hours), tuple(gateways), comment="kernel"
    )
    world.settings = replace(world.settings, maintenance=(window,))


async def test_an_outage_inside_maintenance_is_told_to_nobody_and_left_out_of_account(make: Make) -> None:
    async with make("shop", main=[*steady("well"), falling(1, 1.5)]) as world:
        maintained(world, "30 12 * * *", 4)
        async with world.daemon():
            await world.clock.pass_time(hours=6)
            assert await world.graded("shop") == [("12:00", "Healthy"), ("13:00", "Warning"), ("14:31", "Healthy")]
            assert (world.noise(), world.restarts("shop")) == ({}, 0)
            for name in ("shop", "well"):
                assert await world.rows(LEDGER, name) == [
                    ("up", "", "12:00", "12:30"),
                    ("excluded", "maintenance", "12:30", "16:30"),
                    ("up", "", "16:30", ""),
                ]
            assert await world.rows("SELECT how FROM incidents") == [("recovered",)]


async def test_an_outage_that_outlives_maintenance_is_told_and_mended_when_that_ends(make: Make) -> None:
    async with make("shop", main=[*steady("well"), falling(1, 9)]) as world:
        maintained(world, "30 12 * * *", 4, ["main"])
        async with world.daemon():
            await world.clock.pass_time(hours=4, minutes=25)
            assert (world.noise(), world.restarts("shop")) == ({}, 0)
            await world.clock.pass_time(hours=1)
            [(told_at, _)] = world.told(OPS)
            assert told_at == "16:35"
            assert "since 13:00" in world.post.letters[0][1].text
            assert world.restarts("shop") > 0
            await world.clock.pass_time(hours=2)
            assert [at for at, _ in world.told(OWNER)] == ["19:00"]
            assert await world.rows(LEDGER, "shop") == [
                ("up", "", "12:00", "12:30"),
                ("excluded", "maintenance", "12:30", "16:30"),
                ("down", "unknown", "16:30", ""),
            ]


async def test_who_was_told_before_maintenance_hears_of_the_recovery_inside_it(make: Make) -> None:
    async with make("shop", main=[*steady("well"), falling(1, 2)]) as world:
        maintained(world, "0 14 * * *", 4)
        async with world.daemon():
            await world.clock.pass_time(hours=6, minutes=5)
            assert [at for at, _ in world.told(OPS)] == ["13:20", "15:06"]
            assert "is back online" in world.told(OPS)[1][1]
            assert await world.rows(LEDGER, "shop") == [
                ("up", "", "12:00", "13:00"),
                ("down", "unknown", "13:00", "14:00"),
                ("excluded", "maintenance", "14:00", "18:00"),
                ("up", "", "18:00", ""),
            ]


async def test_a_gateway_down_in_its_maintenance_is_no_news(make: Make) -> None:
    async with make("a", main=steady("a"), eu=steady("c")) as world:
        maintained(world, "0 13 * * *", 2, ["main"])
        async with world.daemon():
            await world.clock.pass_time(hours=1, minutes=5)
            world.main.faults.down = True
            await world.clock.pass_time(hours=1)
            world.main.faults.down = False
            await world.clock.pass_time(hours=2)
            assert world.noise() == {}
            assert await world.rows(LEDGER, "a") == [
                ("up", "", "12:00", "13:00"),
                ("excluded", "maintenance", "13:00", "15:00"),
                ("up", "", "15:00", ""),
            ]
            assert await world.rows(LEDGER, "c") == [("up", "", "12:00", "")]


async def test_a_daemon_away_over_a_whole_window_knows_its_true_edges(make: Make) -> None:
    async with make("shop", main=steady("shop")) as world:
        maintained(world, "0 15 * * *", 2)
        async with world.daemon():
            await world.clock.pass_time(hours=1)
        await world.clock.skip(hours=5)
        async with world.daemon():
            await world.clock.pass_time(minutes=10)
            assert await world.rows(LEDGER, "shop") == [
                ("up", "", "12:00", "13:00"),
                ("unknown", "", "13:00", "15:00"),
                ("excluded", "maintenance", "15:00", "17:00"),
                ("unknown", "", "17:00", "18:00"),
                ("up", "", "18:00", ""),
            ]


async def test_an_outage_that_outlives_its_silence_is_told_then_and_one_that_ended_is_not(make: Make) -> None:
    cast = [*steady("well"), falling(1, 30), falling(1, 2, "cafe")]
    async with make("shop", "cafe", main=cast) as world, world.daemon():
        await world.clock.pass_time(minutes=30)
        until = world.clock.now() + timedelta(hours=7)
        silence = await world.store.silences.add(Reach(gateways=("main",)), until, "moving", "ana", world.clock.now())
        await world.clock.pass_time(hours=6, minutes=50)
        assert world.noise() == {}
        assert world.restarts("shop") > 0
        assert (await world.health())["shop"] == "Critical"
        await world.clock.pass_time(hours=1)
        assert [at for at, _ in world.told(OWNER)] == ["19:30"]
        assert [at for at, _ in world.told(OPS)] == ["19:30"]
        assert world.told("cafe@example.org") == []
        held = await world.rows("SELECT DISTINCT held_by FROM notices WHERE state = 'sent'")
        assert held == [(f"silence {silence.id}",)]
        await world.clock.pass_time(hours=24)
        assert [at for at, _ in world.told(OWNER)] == ["19:30", "19:00", "19:01"]


async def test_a_silence_ended_by_hand_lets_what_waited_go_at_once(make: Make) -> None:
    async with make("shop", main=[*steady("well"), playing("shop", "logged-out-failed", 1)]) as world, world.daemon():
        until = world.clock.now() + timedelta(days=20)
        silence = await world.store.silences.add(Reach(accounts=("main/sh*",)), until, "", "ana", world.clock.now())
        await world.clock.pass_time(hours=8)
        assert world.noise() == {}
        assert await world.store.silences.end(silence.id, "bob", world.clock.now())
        await world.clock.pass_time(minutes=10)
        assert [at for at, _ in world.told(OWNER)] == ["20:01"]
        assert [at for at, _ in world.told(OPS)] == ["20:05"]


async def test_acknowledging_stops_reminders_and_not_the_recovery(make: Make) -> None:
    async with make("shop", main=[*steady("well"), falling(1, 50)]) as world, world.daemon():
        await world.clock.pass_time(hours=8)
        assert [at for at, _ in world.told(OWNER)] == ["19:00"]
        told = len(world.told(OPS))
        [(incident,)] = await world.rows("SELECT id FROM incidents WHERE ended_at IS NULL")
        events = await world.store.incidents.acknowledge(incident, "ana", "SIM ordered", world.clock.now())
        assert [event.data["step"] for event in events] == ["acknowledged"]
        assert await world.store.incidents.acknowledge(incident, "ana", "SIM ordered", world.clock.now()) == ()
        await world.clock.pass_time(hours=40)
        assert len(world.told(OWNER)) == 1 and len(world.told(OPS)) == told
        await world.clock.pass_time(hours=6)
        assert len(world.told(OWNER)) == 2 and "back online" in world.told(OWNER)[1][1]
        assert len(world.told(OPS)) == told + 1


async def test_taken_back_the_reminder_comes_after_all(make: Make) -> None:
    async with make("shop", main=[*steady("well"), falling(1, 80)]) as world, world.daemon():
        await world.clock.pass_time(hours=8)
        [(incident,)] = await world.rows("SELECT id FROM incidents WHERE ended_at IS NULL")
        await world.store.incidents.acknowledge(incident, "ana", "", world.clock.now())
        await world.clock.pass_time(hours=1)
        await world.store.incidents.take_back(incident, "ana", world.clock.now())
        await world.clock.pass_time(hours=24)
        assert [at for at, _ in world.told(OWNER)] == ["19:00", "19:00"]


async def test_a_fall_soon_after_is_a_new_round_that_nobody_acknowledged(make: Make) -> None:
    steps = (
        Step(State.WORKING, 3600),
        Step(State.FAILED, 2 * 3600),
        Step(State.WORKING, 600),
        Step(State.FAILED, 20 * 3600),
    )
    twice = ScriptedSession("shop", Script("twice", steps), "442071234567")
    async with make("shop", main=[*steady("well"), twice]) as world, world.daemon():
        await world.clock.pass_time(hours=2)
        [(incident,)] = await world.rows("SELECT id FROM incidents WHERE ended_at IS NULL")
        await world.store.incidents.acknowledge(incident, "ana", "", world.clock.now())
        await world.clock.pass_time(hours=2)
        assert await world.rows("SELECT id, reopened, acknowledged_by FROM incidents") == [(incident, 1, None)]
