"""A day of the demonstration's dozen accounts under the default settings: who is graded, attempted and told, when."""

import itertools
from collections import Counter

from healthcheckd.simulator import demo_cast
from tests.integration.engine.conftest import Make
from tests.integration.engine.world import OPS, World

WELL = ("support-en", "support-pt", "vendas-1", "vendas-2", "florist", "school")


async def test_a_day_of_the_whole_cast(make: Make) -> None:
    async with make("bakery", "clinic", "repairs", "shop-centro", main=demo_cast()) as world, world.daemon():
        await world.clock.pass_time(hours=24)
        await those_that_are_well_are_left_alone(world)
        await a_long_outage_is_attempted_ever_more_rarely_and_told_once(world)
        await what_needs_a_restart_gets_one_and_nobody_hears_of_it(world)
        await what_only_its_owner_mends_is_told_and_never_restarted(world)
        await a_zombie_is_found_out_and_restarted(world)
        await what_flaps_gets_no_storm(world)
        await the_operator_can_live_with_the_noise(world)
        await every_job_ran_when_due(world)


async def those_that_are_well_are_left_alone(world: World) -> None:
    for name in WELL:
        assert await world.graded(name) == [("12:00", "Healthy")]
        assert world.restarts(name) == 0


async def a_long_outage_is_attempted_ever_more_rarely_and_told_once(world: World) -> None:
    assert await world.graded("bakery") == [
        ("12:00", "Healthy"),
        ("12:15", "Warning"),
        ("18:15", "Critical"),
        ("19:16", "Healthy"),
    ]
    attempts = await world.attempted("bakery")
    assert len(attempts) == world.restarts("bakery") == 8
    pauses = [(later - sooner).total_seconds() / 60 for sooner, later in itertools.pairwise(attempts)]
    assert pauses == sorted(pauses)
    assert 0.8 <= pauses[0] <= 1.4 and pauses[-1] <= 1.3 * 60
    [(offline_at, offline), (back_at, back)] = world.told("bakery@example.org")
    assert (offline_at, back_at) == ("18:15", "19:16")
    assert "has been offline since 12:15" in offline and "is back online after 7 hours" in back


async def what_needs_a_restart_gets_one_and_nobody_hears_of_it(world: World) -> None:
    assert [health for _, health in await world.graded("shop-centro")] == ["Healthy", "Warning", "Healthy"]
    assert world.restarts("shop-centro") == 1
    assert world.told("shop-centro@example.org") == []


async def what_only_its_owner_mends_is_told_and_never_restarted(world: World) -> None:
    assert await world.graded("clinic") == [("12:00", "Healthy"), ("13:00", "Warning"), ("19:00", "Critical")]
    assert world.restarts("clinic") == 0
    assert [at for at, _ in world.told("clinic@example.org")] == ["13:10", "19:00"]
    assert all("scan the QR code" in subject for _, subject in world.told("clinic@example.org"))


async def a_zombie_is_found_out_and_restarted(world: World) -> None:
    [cause] = [
        event.data["cause"] for event in world.events if _fell(event.data) and event.account == ("main", "bookings")
    ]
    assert cause == "zombie"
    assert (world.restarts("bookings"), (await world.health())["bookings"]) == (1, "Healthy")


async def what_flaps_gets_no_storm(world: World) -> None:
    attempts = await world.attempted("repairs")
    by_hour = Counter((at.day, at.hour) for at in attempts)
    assert len(attempts) == world.restarts("repairs") <= 20
    assert max(by_hour.values()) <= 6
    assert len(world.told("repairs@example.org")) == 1
    assert await world.rows("SELECT count(*) FROM incidents WHERE subject = 'main/repairs'") == [(1,)]


async def the_operator_can_live_with_the_noise(world: World) -> None:
    """Two outages of a day that last, one that waits for its owner: each told once, when exhausted, and when over."""
    subjects = Counter(subject for _, subject in world.told(OPS))
    assert max(subjects.values()) == 1
    assert 3 <= sum(subjects.values()) <= 7


async def every_job_ran_when_due(world: World) -> None:
    runs = await world.rows("SELECT job, count(*), max(error) FROM job_runs GROUP BY job ORDER BY job")
    assert runs == [
        ("daily-message-counter-reset", 2, ""),
        ("inactive-client-cleanup", 24, ""),
        ("whatsapp-health-check", 97, ""),
    ]


def _fell(data: object) -> bool:
    return isinstance(data, dict) and data.get("health_from") == "Healthy" and data.get("health_to") == "Warning"
