"""After many fell one goes first, then a few, then the rest; what was decided is in the database."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.maintenance import Maintenance
from healthcheckd.domain.matching import Reach
from healthcheckd.domain.observations import Cause
from tests.contract.store.conftest import World, open_world
from tests.contract.store.fallen import attempt, blasts, chosen, come_back, fall, named, sessions_of, settle, tend, up

MANY = named(20)


async def fallen(world: World, **more: Any) -> None:
    await up(world, MANY)
    await fall(world, MANY, **more)
    await tend(world)


async def stage(world: World) -> tuple[str, int]:
    [row] = await world.sql("SELECT stage, stops FROM blasts")
    return row[0], row[1]


async def confirm(world: World, sessions: list[str]) -> None:
    await come_back(world, sessions)
    await tend(world)


async def test_of_many_only_one_is_due(world: World) -> None:
    await fallen(world)
    assert sessions_of(await world.due()) == ["s000"]
    assert await chosen(world) == [("s000", 1)]


async def test_nobody_is_due_before_it_was_decided_who_goes_first(world: World) -> None:
    await up(world, MANY)
    await fall(world, MANY)
    assert await world.due() == []


async def test_an_attempt_that_was_due_before_the_others_fell_is_not_begun(world: World) -> None:
    await up(world, MANY)
    await fall(world, MANY[:2])
    due = await world.due()
    assert len(due) == 2
    await fall(world, MANY[2:])
    assert await world.store.attempts.begin_attempt(due[1], world.now) == (False, ())
    await tend(world)
    assert len(await world.due()) == 1


async def test_while_the_canary_is_not_confirmed_nobody_follows(world: World) -> None:
    await fallen(world)
    assert sessions_of(await attempt(world, "connected")) == ["s000"]
    await tend(world)
    assert (await stage(world), await world.due()) == (("canary", 0), [])


async def test_a_few_follow_the_canary_and_then_the_rest(world: World) -> None:
    await fallen(world)
    await attempt(world, "connected")
    world.wait(1.1)
    await confirm(world, ["s000"])
    assert await stage(world) == ("few", 0)
    few = sessions_of(await attempt(world, "connected"))
    assert few == ["s001", "s002", "s003"]
    assert await world.due() == []
    await confirm(world, few)
    assert await stage(world) == ("rest", 0)
    assert len(await world.due()) == 16


async def test_a_canary_that_stays_down_stops_everything_for_a_while(world: World) -> None:
    await fallen(world)
    await attempt(world, "still_down")
    await tend(world)
    assert (await stage(world), await chosen(world), await world.due()) == (("paused", 1), [], [])
    world.wait(4.9)
    await tend(world)
    assert await stage(world) == ("paused", 1)
    world.wait(0.2)
    await tend(world)
    assert (await stage(world), await chosen(world)) == (("canary", 1), [("s001", 1)])


async def test_each_pause_is_longer(world: World) -> None:
    await fallen(world)
    pauses = []
    for _ in range(4):
        await attempt(world, "still_down")
        await tend(world)
        waited = 0
        while (await stage(world))[0] == "paused":
            world.wait(1)
            waited += 1
            await fall(world, MANY)
            await tend(world)
        pauses.append(waited)
    assert pauses == [5, 10, 20, 40]


async def test_a_canary_that_falls_again_stops_those_who_follow(world: World) -> None:
    await fallen(world)
    await attempt(world, "connected")
    world.wait(1.1)
    await confirm(world, ["s000"])
    await fall(world, ["s000"])
    await tend(world)
    assert (await stage(world), await world.due()) == (("paused", 1), [])


async def test_half_of_the_few_that_stay_down_stop_the_rest(world: World) -> None:
    await fallen(world)
    await attempt(world, "connected")
    world.wait(1.1)
    await confirm(world, ["s000"])
    [first, second, _] = await world.due()
    for one in (first, second):
        await world.store.attempts.begin_attempt(one, world.now)
        await world.store.attempts.end_attempt(one, world.now, "still_down")
        await tend(world)
    assert await stage(world) == ("paused", 1)


async def test_one_that_comes_back_by_itself_is_as_good_a_canary(world: World) -> None:
    await fallen(world)
    await confirm(world, ["s000"])
    assert await stage(world) == ("few", 0)


async def test_who_has_nothing_owed_any_more_is_no_canary(world: World) -> None:
    await fallen(world)
    await fall(world, ["s000"], cause=Cause.LOGGED_OUT)
    await tend(world)
    assert await chosen(world) == [("s001", 1)]


async def test_what_a_person_asks_for_is_not_held_back(world: World) -> None:
    await fallen(world)
    await world.store.attempts.ask(AccountId("main", "s009"), "ana", False, world.now)
    due = await world.due()
    assert sessions_of(due) == ["s009", "s000"]
    assert (await world.store.attempts.begin_attempt(due[0], world.now))[0]


async def test_other_gateways_are_not_held_back(world: World) -> None:
    await up(world, ["alone"], "eu")
    await fallen(world)
    await fall(world, ["alone"], "eu")
    assert sorted(sessions_of(await world.due())) == ["alone", "s000"]


async def test_one_in_maintenance_is_no_canary(world: World) -> None:
    await up(world, MANY)
    await fall(world, MANY)
    noon = Cadence("0 12 * * *", cron="0 12 * * *")
    window = Maintenance("update", noon, timedelta(hours=2), Reach(accounts=("main/s000",)))
    world.store.core.terms = replace(world.store.core.terms, maintenance=(window,))
    await tend(world)
    assert await chosen(world) == [("s001", 1)]


async def test_one_that_is_disabled_makes_room_for_another_canary(world: World) -> None:
    await fallen(world)
    await world.sql("UPDATE accounts SET active = 0 WHERE session = 's000'")
    await tend(world)
    assert await chosen(world) == [("s001", 1)]


async def test_when_it_is_over_nobody_is_held_back(world: World) -> None:
    await fallen(world)
    await come_back(world, MANY[2:])
    await tend(world)
    assert [row[2] for row in await blasts(world)] == ["over"]
    await fall(world, MANY[:2])
    assert len(await world.due()) == 2


async def test_a_second_wave_begins_with_a_canary_again(world: World) -> None:
    await up(world, [f"w{number}" for number in range(40)])
    await fallen(world)
    await attempt(world, "still_down")
    await tend(world)
    await settle(world)
    world.wait(70)
    await fall(world, [f"w{number}" for number in range(40)])
    await tend(world)
    assert (await stage(world))[0] == "canary"
    assert len(await chosen(world)) == 1


async def test_a_restart_resets_nothing(world: World, database: Path) -> None:
    await fallen(world)
    await attempt(world, "still_down")
    await tend(world)
    before = await world.sql("SELECT stage, stage_since, stops FROM blasts")
    await world.store.close()
    again = await restarted(database, world)
    world.wait(1)
    await tend(again)
    assert await again.sql("SELECT stage, stage_since, stops FROM blasts") == before
    again.wait(6)
    await fall(again, MANY)
    await tend(again)
    assert (await stage(again), len(await chosen(again))) == (("canary", 1), 1)
    await again.store.close()


async def test_a_canary_that_a_crash_cut_off_is_the_canary_still(world: World, database: Path) -> None:
    await fallen(world)
    [canary] = await world.due()
    await world.store.attempts.begin_attempt(canary, world.now)
    await world.store.close()
    again = await restarted(database, world)
    assert await again.store.attempts.interrupted_attempts(again.now) == 1
    await tend(again)
    assert await chosen(again) == [("s000", 1)]
    again.wait(1)
    await fall(again, MANY)
    await tend(again)
    assert await chosen(again) == [("s000", 1)]
    again.wait(5)
    await fall(again, MANY)
    await tend(again)
    assert sessions_of(await again.due()) == ["s000"]
    await again.store.close()


async def restarted(database: Path, before: World) -> World:
    again = await open_world(database)
    again.now = before.now
    again.wait(1)
    await again.store.life.started(1, "1", again.now)
    return again
