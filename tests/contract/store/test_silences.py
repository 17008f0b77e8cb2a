"""Silences and mutes in a real store: what waits, what is told when they end, and what is not."""

from datetime import timedelta

import pytest

from healthcheckd.domain.matching import Reach
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.ports.control import Verb
from healthcheckd.store import accounts
from healthcheckd.store.desk import Desk
from healthcheckd.store.silences import rename_gateway
from tests.contract.store.conftest import NOON, OPS, OWNER, SHOP, World, minutes

MAIN = Reach(gateways=("main",))


async def silenced(world: World, reach: Reach = MAIN, hours: float = 2, comment: str = "") -> int:
    until = world.now + timedelta(hours=hours)
    return (await world.store.silences.add(reach, until, comment, "ana", world.now)).id


async def fallen(world: World) -> None:
    """Long enough for the operator to hear of it."""
    await world.down("shop")
    world.wait(2)
    await world.down("shop")
    world.wait(25)


async def test_what_falls_due_in_a_silence_goes_when_that_ends(world: World) -> None:
    await world.up("shop")
    await silenced(world)
    await fallen(world)
    assert await world.deliver() == []
    [(due_at, held_by)] = await world.sql("SELECT due_at, held_by FROM notices WHERE kind = 'escalation'")
    assert (due_at[11:16], held_by) == ("14:04", "silence 1")
    world.now = NOON + timedelta(hours=2, minutes=3)
    assert await world.deliver() == []
    world.wait(10)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_a_silence_that_outlasts_every_age_loses_nothing(world: World) -> None:
    await world.up("shop")
    await silenced(world, hours=20 * 24)
    await fallen(world)
    await world.deliver()
    for _ in range(3):
        world.wait(3 * 24 * 60)
        await world.down("shop")
        assert await world.deliver() == []
    world.now = NOON + timedelta(days=20, hours=1)
    await world.down("shop")
    assert sorted(await world.deliver()) == [("escalation", OPS, 1), ("offline", OWNER, 1)]


async def test_of_what_ended_in_it_nobody_hears(world: World) -> None:
    await world.up("shop")
    await silenced(world)
    await fallen(world)
    await world.deliver()
    await world.up("shop")
    world.wait(180)
    assert await world.deliver() == []
    assert await world.sql("SELECT DISTINCT state FROM notices") == [("superseded",)]


async def test_who_was_told_before_hears_of_the_recovery_in_it(world: World) -> None:
    await world.up("shop")
    await fallen(world)
    assert await world.deliver() == [("escalation", OPS, 1)]
    await silenced(world)
    await world.up("shop")
    world.wait(10)
    assert await world.deliver() == [("recovered", OPS, 1)]


async def test_only_those_it_reaches_are_silent(world: World) -> None:
    await world.up("shop")
    await silenced(world, Reach(accounts=("main/cafe-*",)))
    await fallen(world)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_a_gateway_is_silent_as_a_whole(world: World) -> None:
    await world.outcome()
    await silenced(world)
    for _ in range(2):
        await world.outcome("time-out")
        world.wait(2)
    assert await world.deliver() == []
    assert await world.sql("SELECT kind, held_by FROM notices") == [("gateway_down", "silence 1")]


@pytest.mark.parametrize(("gateways", "told"), [(("main", "eu"), 0), (("main",), 1)])
async def test_what_fell_together_on_several_gateways_is_silent_when_all_of_them_are(
    world: World, gateways: tuple[str, ...], told: int
) -> None:
    at = NOON.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    await world.sql("INSERT INTO incidents (id, scope, subject, started_at) VALUES (9, 'blast', 'region eu', ?)", at)
    blast = (
        "INSERT INTO blasts (incident, level, name, total, opened_at, stage_since) VALUES (9, 'label', 'eu', 9, ?, ?)"
    )
    await world.sql(blast, at, at)
    for name in ("main", "eu"):
        await world.sql("INSERT INTO blast_gateways VALUES (9, ?)", name)
    await world.sql(
        "INSERT INTO notices (key, incident, kind, role, channel, recipient, created_at, due_at)"
        " VALUES ('k', 9, 'mass_fall', 'operator', 'email', ?, ?, ?)",
        *(OPS, at, at),
    )
    await silenced(world, Reach(gateways=gateways))
    world.wait(20)
    assert len(await world.deliver()) == told


async def test_ended_early_it_lets_go_what_waits(world: World) -> None:
    await world.up("shop")
    silence = await silenced(world, hours=200)
    await fallen(world)
    await world.deliver()
    assert await world.store.silences.end(silence, "bob", world.now)
    world.wait(6)
    assert await world.deliver() == [("escalation", OPS, 1)]
    assert not await world.store.silences.end(silence, "bob", world.now)
    assert await world.sql("SELECT ended_by FROM silences") == [("bob",)]


async def test_under_another_silence_it_goes_on_waiting(world: World) -> None:
    await world.up("shop")
    first, second = await silenced(world, hours=5), await silenced(world, hours=2)
    await fallen(world)
    await world.deliver()
    await world.store.silences.end(first, "ana", world.now)
    world.wait(1)
    assert await world.deliver() == []
    assert await world.sql("SELECT held_by FROM notices WHERE kind = 'escalation'") == [(f"silence {second}",)]


async def test_reminders_follow_the_first_word_not_the_fall(world: World) -> None:
    await world.up("shop")
    await silenced(world, hours=48)
    await fallen(world)
    for _ in range(2):
        world.wait(20 * 60)
        await world.down("shop")
        await world.deliver()
    rows = await world.sql("SELECT reminder, due_at FROM notices WHERE kind = 'offline' ORDER BY reminder")
    assert [(number, due_at[:16]) for number, due_at in rows[:2]] == [(0, "2026-03-03T12:04"), (1, "2026-03-04T12:04")]


@pytest.mark.parametrize(
    ("reach", "error"),
    [
        (Reach(gateways=("mian",)), UnknownName),
        (Reach(accounts=("main/shap",)), UnknownName),
        (Reach(accounts=("shop",)), UsageError),
        (Reach(tags=("vip",)), UnknownName),
        (Reach(customers=("ACME",)), UnknownName),
    ],
    ids=str,
)
async def test_a_misspelt_name_silences_nothing(world: World, reach: Reach, error: type[Exception]) -> None:
    with pytest.raises(error):
        await silenced(world, reach)
    assert await world.sql("SELECT count(*) FROM silences") == [(0,)]


async def test_a_pattern_need_not_fit_anything_yet(world: World) -> None:
    row = await world.store.silences.add(Reach(accounts=("main/new-*",)), NOON + minutes(60), "", "ana", NOON)
    assert (row.id, row.reached) == (1, 0)


async def test_one_that_is_unknown_cannot_end(world: World) -> None:
    with pytest.raises(UnknownName):
        await world.store.silences.end(7, "ana", world.now)


async def test_what_a_mute_held_back_goes_when_it_is_taken_back(world: World) -> None:
    await world.up("shop")
    await said(world, Verb("mute"))
    await fallen(world)
    assert await world.deliver() == []
    await said(world, Verb("unmute"))
    world.wait(6)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def said(world: World, verb: Verb) -> None:
    await world.store.core.run(
        lambda connection, terms: accounts.act(Desk(connection, terms, world.now, "ana"), verb, SHOP)
    )


async def test_a_gateway_that_is_renamed_goes_on_being_silent(world: World) -> None:
    await silenced(world, Reach(gateways=("main", "eu"), accounts=("main/*", "eu/*")))
    await world.store.core.run(lambda connection, _: rename_gateway(connection, "main", "us"))
    [row] = await world.sql("SELECT reach FROM silences")
    assert row == ('{"accounts":["us/*","eu/*"],"gateways":["us","eu"]}',)


async def test_old_silences_are_forgotten_with_the_outages_of_their_time(world: World) -> None:
    await silenced(world)
    world.wait(800 * 24 * 60)
    await silenced(world)
    assert await world.store.runs.trim(world.now) >= 1
    assert await world.sql("SELECT id FROM silences") == [(2,)]
