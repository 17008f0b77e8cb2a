"""What a sweep may expect of the store."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause, Connection, Health, Observation, Proof, missing
from healthcheckd.errors import UnknownName
from healthcheckd.ports.store import SweepStore
from tests.contract.store.conftest import OPS, SETTINGS, World, gateway, minutes, open_world


async def test_the_store_fills_the_port(world: World) -> None:
    port: SweepStore = world.store.sweeps
    assert (await port.standing("main")).failures == 0


async def test_a_session_never_seen_becomes_an_account(world: World) -> None:
    await world.see("new", Connection.CONNECTED, phone="5511988887777", push_name="Ana")
    vitals = await world.vitals("new")
    assert (vitals.health, vitals.connection, vitals.phone) == (Health.HEALTHY, Connection.CONNECTED, "5511988887777")
    assert await world.sql("SELECT gateway_name FROM accounts WHERE session = 'new'") == [("Ana",)]


async def test_ignored_sessions_and_listed_gateways_discover_nothing(database: Path) -> None:
    picky = (gateway("main", ignore=("test-*",)), gateway("eu", discover="listed"))
    world = await open_world(database, replace(SETTINGS, gateways=picky))
    await world.see("test-1", Connection.CONNECTED)
    await world.apply([Observation("any", world.now, Connection.CONNECTED)], "eu")
    assert [one.session for one in await world.store.sweeps.known("main")] == ["shop"]
    assert await world.store.sweeps.known("eu") == []
    await world.store.close()


async def test_silence_about_a_stranger_makes_no_account(world: World) -> None:
    await world.quiet("ghost")
    await world.apply([missing("ghost", world.now)])
    assert [one.session for one in await world.store.sweeps.known("main")] == ["shop"]


async def test_what_is_read_is_what_was_assessed(world: World) -> None:
    await world.up("shop")
    world.now += timedelta(microseconds=1234)
    await world.down("shop", cause=Cause.NETWORK, restricted_until=world.now, restricted_why="capped")
    vitals = await world.vitals("shop")
    seen = world.now.replace(microsecond=1000)
    assert (vitals.connection, vitals.cause, vitals.offline_since) == (Connection.FAILED, Cause.NETWORK, seen)
    assert (vitals.restricted_until, vitals.restricted_why, vitals.falls) == (seen, "capped", (seen,))
    assert vitals.in_incident


async def test_an_older_observation_is_dropped(world: World) -> None:
    await world.up("shop")
    late = Observation("shop", world.now - minutes(30), Connection.FAILED)
    assert (await world.apply([late])).dropped == 1
    assert (await world.vitals("shop")).health is Health.HEALTHY


async def test_a_quiet_reading_moves_its_instant_and_nothing_else(world: World) -> None:
    await world.up("shop")
    before = await world.vitals("shop")
    world.wait(15)
    applied = await world.see("shop", Connection.CONNECTED)
    assert applied.changed == 0
    assert applied.events == ()
    assert await world.vitals("shop") == replace(before, last_checked_at=world.now, last_connected_at=world.now)


async def test_a_quiet_reading_keeps_the_proof_it_brings_until_the_next(world: World) -> None:
    await world.up("shop")
    proved_at = world.wait(15)
    await world.see("shop", Connection.CONNECTED, proof=Proof.PROVED)
    world.wait(15)
    await world.see("shop", Connection.CONNECTED, proof=Proof.INCONCLUSIVE)
    assert (await world.vitals("shop")).proof_at == proved_at


async def test_a_fall_is_told_as_it_was_committed(world: World) -> None:
    await world.up("shop")
    applied = await world.down("shop")
    kinds = [event.kind for event in applied.events]
    assert (applied.changed, applied.notices) == (1, 1)
    assert kinds.count("transition") == 1
    assert "incident" in kinds
    assert all(event.account == AccountId("main", "shop") for event in applied.events)
    assert await world.sql("SELECT health_from, health_to FROM transitions WHERE health_to = 'Warning'") == [
        ("Healthy", "Warning")
    ]


async def test_a_disabled_account_is_not_assessed(world: World) -> None:
    await world.sql("UPDATE accounts SET active = 0")
    await world.down("shop")
    assert (await world.vitals("shop")).connection is Connection.UNKNOWN


async def test_a_fall_within_the_half_hour_reopens_the_same_outage(world: World) -> None:
    await world.up("shop")
    await world.down("shop")
    world.wait(5)
    await world.up("shop")
    world.wait(5)
    await world.down("shop")
    assert await world.sql("SELECT reopened, ended_at FROM incidents") == [(1, None)]


async def test_two_readings_of_a_session_in_one_chunk_are_two_readings(world: World) -> None:
    await world.up("shop")
    first = Observation("shop", world.now, Connection.FAILED, native="FAILED", linked=True)
    second = replace(first, at=world.now + minutes(1), connection=Connection.CONNECTED, native="WORKING")
    await world.apply([first, second])
    assert (await world.vitals("shop")).first_good_at == second.at


async def test_the_second_failure_in_a_row_is_the_gateways_incident(world: World) -> None:
    assert await world.outcome("timed out") == ()
    events = await world.outcome("timed out")
    standing = await world.store.sweeps.standing("main")
    assert [event.kind for event in events] == ["gateway", "notice"]
    assert (standing.in_incident, standing.failures, standing.silent_since) == (True, 2, world.now)
    assert await world.outcome("timed out") == ()
    world.wait(3)
    assert [event.kind for event in await world.outcome()] == ["gateway"]
    assert not (await world.store.sweeps.standing("main")).in_incident


async def test_silent_gateways_are_told_with_since_when(world: World) -> None:
    await world.outcome(gateway_="eu")
    assert await world.store.sweeps.silent_gateways() == {}
    since = world.now
    await world.outcome("timed out")
    world.wait(5)
    await world.outcome("timed out")
    assert await world.store.sweeps.silent_gateways() == {"main": since}


async def test_a_gateway_nobody_knows_has_no_standing(world: World) -> None:
    with pytest.raises(UnknownName):
        await world.store.sweeps.standing("mars")


async def test_rechecks_are_due_in_order_and_not_behind_a_silent_gateway(world: World) -> None:
    await world.up("shop", "other")
    await world.quiet("shop")
    world.wait(0.5)
    await world.quiet("other")
    assert await world.store.sweeps.next_recheck() == world.now + minutes(0.5)
    world.wait(5)
    due = await world.store.sweeps.rechecks(world.now, 10)
    assert [one.session for one in due] == ["shop", "other"]
    assert len(await world.store.sweeps.rechecks(world.now, 1)) == 1
    await world.outcome("timed out")
    assert await world.store.sweeps.rechecks(world.now, 10) == []
    assert await world.store.sweeps.next_recheck() is None


async def test_the_tally_counts_active_accounts_by_health(world: World) -> None:
    await world.up("shop", "other", "third")
    await world.down("other")
    await world.sql("UPDATE accounts SET active = 0 WHERE session = 'third'")
    assert await world.store.sweeps.tally() == {"total": 2, "healthy": 1, "warning": 1, "critical": 0, "unknown": 0}


async def test_too_many_down_at_the_first_look_are_held_back_and_told_in_one_message(world: World) -> None:
    sessions = [f"s{number}" for number in range(8)]
    await world.apply([Observation(one, world.now, Connection.FAILED, linked=True) for one in sessions])
    assert await world.due() == []
    assert await world.store.sweeps.first_look("main", world.now) == 8
    assert await world.store.sweeps.first_look("main", world.now) == 0
    world.wait(30)
    await world.apply([Observation(one, world.now, Connection.FAILED, linked=True) for one in sessions])
    assert await world.due() == []
    [[notice]] = await world.messages()
    assert (notice.kind, notice.recipient, len(notice.subjects)) == ("mass", OPS, 8)


async def test_a_few_down_at_the_first_look_are_treated_like_any_other(world: World) -> None:
    await world.apply([Observation("one", world.now, Connection.FAILED, linked=True)])
    assert await world.store.sweeps.first_look("main", world.now) == 0
    assert [one.account.session for one in await world.due()] == ["one"]


async def test_latencies_add_up_within_their_hour(world: World) -> None:
    await world.store.sweeps.record_latencies("main", world.now, {5: 2, 10: 1})
    await world.store.sweeps.record_latencies("main", world.now, {5: 3})
    assert await world.sql("SELECT bucket, count FROM latencies ORDER BY bucket") == [(5, 5), (10, 1)]


async def test_a_number_that_left_a_dead_session_takes_its_account_along(world: World) -> None:
    await world.see("old", Connection.CONNECTED, phone="551199")
    key = await world.sql("SELECT key FROM accounts WHERE session = 'old'")
    for _ in range(2):
        world.wait(5)
        await world.apply([missing("old", world.now)])
    await world.apply([Observation("new", world.now, Connection.CONNECTED, linked=True, phone="551199")], "eu")
    assert await world.sql("SELECT key FROM accounts WHERE gateway = 'eu' AND session = 'new'") == key
    assert (await world.vitals("new", "eu")).health is Health.HEALTHY


async def test_a_number_still_at_work_elsewhere_moves_nothing(world: World) -> None:
    await world.see("old", Connection.CONNECTED, phone="551199")
    await world.apply([Observation("new", world.now, Connection.CONNECTED, linked=True, phone="551199")], "eu")
    assert len(await world.sql("SELECT 1 FROM accounts WHERE linked_phone = '551199'")) == 2


async def test_names_composed_otherwise_are_the_same_session_with_the_gateways_bytes(world: World) -> None:
    await world.see("cafe\u0301", Connection.CONNECTED)
    await world.see("caf\u00e9", Connection.CONNECTED)
    known = [one.session for one in await world.store.sweeps.known("main")]
    assert sorted(known) == ["caf\u00e9", "shop"]
