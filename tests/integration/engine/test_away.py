"""A gateway away for an hour, the daemon away for ten, a first look at a sad fleet, a restored database, a hold."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.settings import CLIENT_CLEANUP, HEALTH_CHECK
from healthcheckd.store.backup import restore
from tests.integration.engine.conftest import Make, playing, steady
from tests.integration.engine.world import OPS, watching

LEDGER = (
    "SELECT kind, coalesce(ledger.cause, ''), substr(from_at, 12, 5), coalesce(substr(until_at, 12, 5), '')"
    " FROM ledger JOIN accounts ON key = account WHERE session = ? ORDER BY from_at"
)


async def test_a_gateway_away_for_an_hour_while_another_answers(make: Make) -> None:
    async with make("a", "b", main=steady("a", "b"), eu=steady("c")) as world, world.daemon():
        await world.clock.pass_time(minutes=20)
        world.main.faults.down = True
        await world.clock.pass_time(minutes=60)
        assert (await world.health())["a"] == "Warning"
        assert await world.rows(LEDGER, "a") == [
            ("up", "", "12:00", "12:30"),
            ("down", "gateway_down", "12:30", ""),
        ]
        world.main.faults.down = False
        await world.clock.pass_time(minutes=30)

        assert await world.health() == {"a": "Healthy", "b": "Healthy", "c": "Healthy"}
        assert await world.graded("a") == [("12:00", "Healthy"), ("13:00", "Warning"), ("13:20", "Healthy")]
        assert world.told(OPS) == [
            ("12:33", "Gateway main has not answered since 12:30: check it"),
            ("13:20", "Gateway main answers again after 50 minutes"),
        ]
        assert set(world.noise()) == {OPS}
        assert world.restarts("a") + world.restarts("b") + world.restarts("c") == 0
        assert await world.rows("SELECT DISTINCT cause FROM incidents WHERE scope = 'account'") == [("gateway_down",)]


async def test_the_only_gateway_away_for_an_hour_may_be_our_own_network(make: Make) -> None:
    async with make("a", main=steady("a")) as world, world.daemon():
        await world.clock.pass_time(minutes=20)
        world.main.faults.down = True
        await world.clock.pass_time(minutes=60)
        world.main.faults.down = False
        await world.clock.pass_time(minutes=30)
        assert await world.rows(LEDGER, "a") == [
            ("up", "", "12:00", "12:30"),
            ("unknown", "", "12:30", "13:20"),
            ("up", "", "13:20", ""),
        ]


async def test_a_gateway_that_answers_again_within_half_an_hour_changes_no_grade(make: Make) -> None:
    async with make(main=steady("a")) as world, world.daemon():
        await world.clock.pass_time(minutes=29)
        world.main.faults.server_error = True
        await world.clock.pass_time(minutes=25)
        world.main.faults.server_error = False
        await world.clock.pass_time(minutes=10)
        assert await world.graded("a") == [("12:00", "Healthy")]


async def test_a_wrong_key_is_the_gateways_incident(make: Make) -> None:
    async with make("a", main=steady("a")) as world, world.daemon():
        await world.clock.pass_time(minutes=20)
        world.main.faults.wrong_key = True
        await world.clock.pass_time(minutes=20)
        [(_, subject)] = world.told(OPS)
        assert "main" in subject
        assert await world.rows("SELECT fault, hint FROM gateways") != [("", "")]
        assert await world.health() == {"a": "Healthy"}


async def test_an_empty_list_is_the_gateways_incident(make: Make) -> None:
    async with make("a", main=steady("a", "b")) as world, world.daemon():
        await world.clock.pass_time(minutes=20)
        world.main.faults.empty_list = True
        await world.clock.pass_time(minutes=20)
        assert await world.health() == {"a": "Healthy", "b": "Healthy"}
        assert await world.rows("SELECT fault FROM gateways") == [("bad_answer",)]


async def test_the_daemon_away_for_ten_hours(make: Make) -> None:
    cast = [
        *steady("well"),
        playing("down-before", "restart-fails", 1),
        playing("fell-meanwhile", "needs-restart", 4),
        playing("down-and-up-meanwhile", "long-outage", 3),
    ]
    names = [one.name for one in cast]
    async with make(*names, main=cast) as world:
        async with world.daemon():
            await world.clock.pass_time(hours=2)
        before = world.restarts("down-before")
        world.post.letters.clear()
        await world.clock.skip(hours=10)
        async with world.daemon():
            await world.clock.pass_time(hours=2)
            assert await world.health() == {
                "well": "Healthy",
                "down-before": "Critical",
                "fell-meanwhile": "Healthy",
                "down-and-up-meanwhile": "Healthy",
            }
            assert [at for at, health in await world.graded("down-before") if health == "Critical"] == ["00:00"]
            assert world.told("down-before@example.org") == [
                (
                    "00:00",
                    "down-before (+44207" + cast[1].phone[5:] + ") has been offline since 13:00: "
                    "check the phone and its connection",
                )
            ]
            assert set(world.noise()) == {"down-before@example.org", OPS}
            assert (world.restarts("fell-meanwhile"), world.restarts("down-and-up-meanwhile")) == (1, 0)
            assert 1 <= world.restarts("down-before") - before <= 3
            for name in ("well", "down-and-up-meanwhile"):
                assert await world.rows(LEDGER, name) == [
                    ("up", "", "12:00", "14:00"),
                    ("unknown", "", "14:00", "00:00"),
                    ("up", "", "00:00", ""),
                ]


async def test_nothing_is_said_or_done_after_a_start_before_a_fresh_reading(make: Make) -> None:
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world:
        async with world.daemon():
            await world.clock.pass_time(hours=2)
        world.post.letters.clear()
        before = world.restarts("down")
        await world.clock.skip(hours=10)
        world.main.faults.down = True
        async with world.daemon():
            await world.clock.pass_time(minutes=20)
            assert world.told("down@example.org") == []
            assert world.restarts("down") == before
            world.main.faults.down = False
            await world.clock.pass_time(minutes=5)
            assert len(world.told("down@example.org")) == 1
            assert world.restarts("down") > before


async def test_many_down_at_the_first_look_are_shown_and_left_alone(make: Make) -> None:
    lost = [playing(f"lost-{number}", "logged-out-failed", 0.0001) for number in range(6)]
    async with make(*(one.name for one in lost), main=[*steady("well"), *lost]) as world:
        await world.clock.skip(minutes=5)
        async with world.daemon():
            await world.clock.pass_time(hours=7)
            grades = await world.health()
            assert [grades[one.name] for one in lost] == ["Critical"] * 6
            assert sum(world.restarts(one.name) for one in lost) == 0
            assert world.noise() == {OPS: 1}
            await world.store.core.run(lambda connection, _: connection.execute("UPDATE accounts SET adopted = 1"))
            await world.clock.pass_time(hours=1)
            assert world.restarts("lost-0") > 0


async def test_a_restored_database_watches_until_it_is_released(
    make: Make, tmp_path_factory: pytest.TempPathFactory
) -> None:
    copy = tmp_path_factory.mktemp("backup") / "copy.db"
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world:
        async with world.daemon():
            await world.clock.pass_time(minutes=70)
            await world.store.backup(copy)
        restored = await asyncio.to_thread(restore, copy, world.settings.daemon.database, world.clock.now())
        assert restored is not None
        before = world.restarts("down")
        world.post.letters.clear()
        async with world.daemon():
            await world.clock.pass_time(hours=7)
            assert (await world.health())["down"] == "Critical"
            assert (world.restarts("down"), world.noise()) == (before, {})
            assert await world.store.release("", world.clock.now())
            await world.clock.pass_time(minutes=30)
            assert world.restarts("down") > before
            assert len(world.told("down@example.org")) == 1


async def test_watch_mode_grades_and_records_and_does_nothing(make: Make) -> None:
    async with make("down", main=[*steady("well"), playing("down", "needs-restart", 1)]) as world:
        world.settings = watching(world.settings)
        async with world.daemon():
            await world.clock.pass_time(hours=8)
            assert (await world.health())["down"] == "Critical"
            assert (world.restarts("down"), world.noise()) == (0, {})


async def test_a_hold_restarts_nothing_and_watching_and_telling_go_on(make: Make) -> None:
    async with make("down", main=[*steady("well"), playing("down", "needs-restart", 1)]) as world, world.daemon():
        await world.clock.pass_time(minutes=30)
        until = world.clock.now() + timedelta(hours=2)
        await world.store.hold("main", until, "moving", "ana", world.clock.now())
        await world.clock.pass_time(minutes=110)
        assert ((await world.health())["down"], world.restarts("down")) == ("Warning", 0)
        assert [at for at, _ in world.told(OPS)] == ["13:20"]
        await world.clock.pass_time(minutes=25)
        assert ((await world.health())["down"], world.restarts("down")) == ("Healthy", 1)


async def test_stopping_the_check_stops_attempts_too_but_not_the_mail(make: Make) -> None:
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        await world.clock.pass_time(minutes=62)
        await world.store.runs.switch(HEALTH_CHECK, False, "ana", world.clock.now())
        made = world.restarts("down")
        await world.clock.pass_time(minutes=60)
        assert world.restarts("down") == made
        assert len(world.told(OPS)) == 1
        await world.store.runs.switch(HEALTH_CHECK, True, "ana", world.clock.now())
        await world.clock.pass_time(minutes=60)
        assert world.restarts("down") > made


async def test_no_account_is_ever_attempted_twice_at_once(make: Make) -> None:
    async with make(main=[*steady("well"), playing("down", "restart-fails", 1)]) as world, world.daemon():
        await world.clock.pass_time(minutes=60, seconds=12)
        assert world.engine.reconnector.under_way == 1
        await world.store.attempts.ask(AccountId("main", "down"), "ana", True, world.clock.now())
        await world.clock.pass_time(minutes=10)
        overlapping = (
            "SELECT count(*) FROM attempts a JOIN attempts b ON a.account = b.account AND a.id < b.id"
            " WHERE b.started_at < a.ended_at"
        )
        assert await world.rows(overlapping) == [(0,)]
        assert await world.rows("SELECT count(*) FROM attempts WHERE by = 'ana' AND started_at IS NOT NULL") == [(1,)]


async def test_a_stopped_job_keeps_no_other_from_running(make: Make) -> None:
    async with make(main=steady("well")) as world, world.daemon():
        await world.store.runs.switch(HEALTH_CHECK, False, "ana", world.clock.now())
        await world.clock.pass_time(hours=2)
        runs = dict(await world.rows("SELECT job, count(*) FROM job_runs GROUP BY job"))
        assert (runs[HEALTH_CHECK], runs[CLIENT_CLEANUP]) == (1, 2)


async def test_a_gateway_taken_out_of_the_configuration_ends_its_incidents_untold(make: Make) -> None:
    async with make("down", main=[*steady("well"), playing("down", "restart-fails", 1)], eu=steady("c")) as world:
        async with world.daemon():
            await world.clock.pass_time(minutes=90)
        world.post.letters.clear()
        world.settings = replace(world.settings, gateways=world.settings.gateways[1:], accounts=())
        async with world.daemon():
            await world.clock.pass_time(hours=8)
            assert world.noise() == {}
            assert await world.rows("SELECT how FROM incidents") == [("withdrawn",)]
