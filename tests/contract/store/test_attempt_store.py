"""What the reconnector may expect of the store."""

from dataclasses import replace

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation
from healthcheckd.domain.policy import ReconnectPolicy
from healthcheckd.errors import Refused
from healthcheckd.ports.store import AttemptStore, OwedAttempt
from healthcheckd.settings import HEALTH_CHECK
from tests.contract.store.conftest import ALERT_ONLY_MAIN, OPS, POLICY, SETTINGS, SHOP, World, minutes


async def begin(world: World, attempt: OwedAttempt) -> bool:
    begun, _ = await world.store.attempts.begin_attempt(attempt, world.now)
    return begun


async def fail(world: World, attempt: OwedAttempt) -> None:
    assert await begin(world, attempt)
    world.wait(0.5)
    await world.down("shop")
    await world.store.attempts.end_attempt(attempt, world.now, "still_down", "FAILED")


async def owed(world: World) -> OwedAttempt:
    await world.up("shop")
    await world.down("shop")
    [attempt] = await world.due()
    return attempt


async def test_the_store_fills_the_port(world: World) -> None:
    port: AttemptStore = world.store.attempts
    assert await port.next_attempt_at() is None


async def test_a_definite_fall_is_owed_one_attempt_at_once(world: World) -> None:
    attempt = await owed(world)
    assert (attempt.account, attempt.due_at, attempt.forced) == (SHOP, world.now, False)
    await world.down("shop")
    assert await world.due() == [attempt]
    assert await world.store.attempts.next_attempt_at() == world.now


async def test_a_gateway_that_retries_by_itself_is_given_time(world: World) -> None:
    await world.up("shop")
    await world.down("shop", self_healing=True)
    assert await world.due() == []
    assert await world.store.attempts.next_attempt_at() == world.now + minutes(3)
    world.wait(1)
    await world.down("shop")
    assert [one.account for one in await world.due()] == [SHOP]


async def test_an_attempt_begins_once_and_only_once(world: World) -> None:
    attempt = await owed(world)
    begun, events = await world.store.attempts.begin_attempt(attempt, world.now)
    assert begun
    assert (events[0].kind, events[0].data["number"], events[0].data["most"]) == ("attempt", 1, 8)
    assert not await begin(world, attempt)
    assert await world.due() == []


async def test_what_recovered_meanwhile_is_not_attempted(world: World) -> None:
    attempt = await owed(world)
    world.wait(0.1)
    await world.see("shop", Connection.CONNECTED)
    assert not await begin(world, attempt)
    assert await world.sql("SELECT started_at, result FROM attempts") == [(None, "dropped")]


async def test_the_next_one_backs_off(world: World) -> None:
    await fail(world, await owed(world))
    assert await world.due() == []
    first = await world.store.attempts.next_attempt_at()
    assert first is not None
    assert minutes(0) < first - world.now < minutes(2)


async def test_the_hourly_cap_holds_whatever_the_incident(world: World) -> None:
    world.store.replace_policy(
        SETTINGS, replace(POLICY, reconnect=ReconnectPolicy(per_hour=2, base=minutes(0.01), cap=minutes(0.01)))
    )
    await fail(world, await owed(world))
    world.wait(1)
    await world.down("shop")
    [second] = await world.due()
    await fail(world, second)
    world.wait(10)
    await world.down("shop")
    assert await world.due() == []
    next_at = await world.store.attempts.next_attempt_at()
    assert next_at is not None
    assert next_at - world.now > minutes(40)


async def test_exhausted_attempts_are_told_to_the_operator(world: World) -> None:
    world.store.replace_policy(SETTINGS, replace(POLICY, reconnect=ReconnectPolicy(max_streak=1)))
    await fail(world, await owed(world))
    [[notice]] = await world.messages()
    assert (notice.kind, notice.recipient, notice.payload["variant"]) == ("escalation", OPS, "exhausted")


@pytest.mark.parametrize("cause", [Cause.LOGGED_OUT, Cause.BANNED, Cause.REPLACED, Cause.OUTDATED_CLIENT])
async def test_what_a_person_must_mend_is_never_owed_an_attempt(world: World, cause: Cause) -> None:
    await world.up("shop")
    await world.down("shop", cause=cause)
    assert await world.sql("SELECT count(*) FROM attempts") == [(0,)]


async def test_a_changed_cause_takes_the_owed_attempt_back(world: World) -> None:
    await owed(world)
    world.wait(0.2)
    await world.down("shop", cause=Cause.BANNED)
    assert await world.due() == []
    assert await world.store.attempts.next_attempt_at() is None


async def test_nothing_is_due_while_the_gateway_is_silent(world: World) -> None:
    await owed(world)
    await world.outcome("timed out")
    assert await world.due() == []


async def test_a_hold_keeps_attempts_and_its_end_frees_them(world: World) -> None:
    attempt = await owed(world)
    assert await world.store.hold("main", world.now + minutes(60), "moving house", "ana", world.now)
    assert await world.due() == []
    assert not await begin(world, attempt)
    assert await world.store.runs.held("eu") == ""
    assert "moving house" in await world.store.runs.held("main")
    assert await world.store.release("main", world.now)
    assert await begin(world, attempt)


async def test_a_hold_ends_by_itself(world: World) -> None:
    await owed(world)
    await world.store.hold("", world.now + minutes(60), "", "ana", world.now)
    assert await world.due() == []
    world.wait(61)
    assert len(await world.due()) == 1
    await world.store.runs.beat(world.now)
    assert await world.store.attempts.next_attempt_at() is not None


async def test_stopping_the_check_job_stops_attempts_but_not_what_a_person_asks_for(world: World) -> None:
    attempt = await owed(world)
    await world.store.runs.switch(HEALTH_CHECK, False, "ana", world.now)
    assert await world.due() == []
    assert await world.store.attempts.next_attempt_at() is None
    await world.store.attempts.ask(SHOP, "ana", False, world.now)
    assert [one.id for one in await world.due()] == [attempt.id]
    await world.store.runs.switch(HEALTH_CHECK, True, "ana", world.now)
    assert [one.id for one in await world.due()] == [attempt.id]


async def test_watch_mode_restarts_nothing(world: World) -> None:
    await owed(world)
    watching = replace(SETTINGS, daemon=replace(SETTINGS.daemon, mode="watch"))
    await world.store.sync_configuration(watching, world.now)
    assert await world.due() == []
    assert await world.store.runs.held() == "watch mode"


async def test_after_waking_up_an_account_is_read_before_it_is_touched(world: World) -> None:
    await owed(world)
    await world.store.woke(world.wait(600))
    assert await world.due() == []
    world.wait(1)
    await world.down("shop")
    assert len(await world.due()) == 1


async def test_an_interrupted_attempt_counts_as_made(world: World) -> None:
    attempt = await owed(world)
    assert await begin(world, attempt)
    assert await world.store.attempts.interrupted_attempts(world.wait(1)) == 1
    assert await world.sql("SELECT result FROM attempts") == [("interrupted",)]
    await world.down("shop")
    assert await world.due() == []
    assert not await begin(world, attempt)


async def test_one_slot_is_owed_once(world: World) -> None:
    attempt = await owed(world)
    await world.sql("UPDATE attempts SET ended_at = due_at, result = 'dropped'")
    await world.down("shop")
    assert await world.sql("SELECT slot FROM attempts") == [(attempt.slot,)]


async def test_the_pace_counts_the_last_minute_by_gateway(world: World) -> None:
    assert await begin(world, await owed(world))
    pace = await world.store.attempts.pace(world.now)
    assert (pace.total, pace.by_gateway["main"], pace.by_gateway["eu"]) == (1, 1, 0)
    assert (await world.store.attempts.pace(world.wait(1.1))).total == 0


async def test_a_person_may_ask_but_must_insist_where_it_may_do_harm(world: World) -> None:
    await world.up("shop")
    await world.down("shop", cause=Cause.BANNED)
    with pytest.raises(Refused, match="banned") as refusal:
        await world.store.attempts.ask(SHOP, "ana", False, world.now)
    assert refusal.value.hint == "healthcheck reconnect main/shop --force"
    assert await world.store.attempts.ask(SHOP, "ana", True, world.now)
    assert not await world.store.attempts.ask(SHOP, "ana", True, world.now)
    [attempt] = await world.due()
    assert (attempt.by, attempt.forced) == ("ana", True)
    assert await begin(world, attempt)


async def test_the_caps_hold_for_people_too(world: World) -> None:
    world.store.replace_policy(SETTINGS, replace(POLICY, reconnect=ReconnectPolicy(per_hour=1)))
    await fail(world, await owed(world))
    with pytest.raises(Refused, match="too often") as refusal:
        await world.store.attempts.ask(SHOP, "ana", True, world.now)
    assert refusal.value.hint == "try again in 1 hour"


async def test_what_a_person_asked_for_survives_readings_that_do_not_call_for_it(world: World) -> None:
    await world.up("shop")
    await world.down("shop", cause=Cause.REPLACED)
    await world.store.attempts.ask(SHOP, "ana", True, world.now)
    world.wait(0.2)
    await world.down("shop", cause=Cause.REPLACED)
    assert [one.by for one in await world.due()] == ["ana"]


async def test_what_is_connected_is_restarted_only_by_force(world: World) -> None:
    await world.up("shop")
    with pytest.raises(Refused, match="is connected"):
        await world.store.attempts.ask(SHOP, "ana", False, world.now)
    assert await world.store.attempts.ask(SHOP, "ana", True, world.now)


async def test_what_a_person_asked_for_is_dropped_once_it_is_connected(world: World) -> None:
    await world.up("shop")
    await world.down("shop", self_healing=True)
    await world.store.attempts.ask(SHOP, "ana", False, world.now)
    [attempt] = await world.due()
    world.wait(0.2)
    await world.see("shop", Connection.CONNECTED)
    assert not await begin(world, attempt)


async def test_while_one_is_under_way_no_other_of_that_account_is_due(world: World) -> None:
    await world.up("shop")
    await world.down("shop")
    [first] = await world.due()
    assert await begin(world, first)
    world.wait(0.2)
    await world.store.attempts.ask(SHOP, "ana", True, world.now)
    assert await world.due() == []
    await world.store.attempts.end_attempt(first, world.now, "still_down")
    assert [one.by for one in await world.due()] == ["ana"]


async def test_where_nothing_can_be_restarted_no_attempt_is_ever_owed(world: World) -> None:
    world.store.replace_policy(ALERT_ONLY_MAIN, POLICY)
    await world.up("shop")
    for connection in (Connection.DISCONNECTED, Connection.FAILED, Connection.CONNECTED, Connection.DISCONNECTED) * 5:
        await world.see("shop", connection)
        assert await world.store.attempts.next_attempt_at() is None
        world.wait(15)
    assert await world.sql("SELECT count(*) FROM attempts") == [(0,)]
    assert (await world.vitals("shop")).in_incident
    await world.apply([Observation("other", world.now, Connection.CONNECTED, linked=True)], "eu")
    await world.apply([Observation("other", world.now, Connection.FAILED, linked=True)], "eu")
    assert await world.sql("SELECT count(*) FROM attempts") == [(1,)]


async def test_where_nothing_can_be_restarted_a_person_is_told_so(world: World) -> None:
    world.store.replace_policy(ALERT_ONLY_MAIN, POLICY)
    await world.up("shop")
    await world.down("shop")
    for forced in (False, True):
        with pytest.raises(Refused, match="no way to do so"):
            await world.store.attempts.ask(SHOP, "ana", forced, world.now)


async def test_an_attempt_owed_before_the_gateway_became_another_kind_is_dropped(world: World) -> None:
    attempt = await owed(world)
    world.store.replace_policy(ALERT_ONLY_MAIN, POLICY)
    assert not await begin(world, attempt)
    assert await world.sql("SELECT result, detail FROM attempts") == [
        ("dropped", "its gateway has no way to restart it")
    ]
