"""What jobs may expect of the store."""

from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.reports.accounts import DayCount
from healthcheckd.ports.store import RunStore
from healthcheckd.settings import HEALTH_CHECK, RetentionSettings
from tests.contract.store.conftest import ALERT_ONLY_MAIN, NOON, OPS, POLICY, SETTINGS, SHOP, World, account, minutes


async def run(world: World, error: str = "") -> list[str]:
    begun = await world.store.runs.begin_run(HEALTH_CHECK, "timetable", world.now)
    events = await world.store.runs.end_run(begun, world.wait(1), {"total": 3}, error)
    return [event.kind for event in events]


async def add(world: World, sent: int, key: str = "", day: str = "") -> DayCount:
    total, _ = await world.store.messages.add(SHOP, DayCount(day, sent=sent), key, world.now)
    return total


async def test_the_store_fills_the_port(world: World) -> None:
    port: RunStore = world.store.runs
    assert await port.last_run(HEALTH_CHECK) is None


async def test_a_run_is_kept_with_its_counts_and_who_began_it(world: World) -> None:
    assert await run(world) == ["job"]
    last = await world.store.runs.last_run(HEALTH_CHECK)
    assert last is not None
    assert (last.started_by, last.started_at, last.ended_at) == ("timetable", NOON, world.now)
    assert (last.result, last.error) == ({"total": 3}, "")


async def test_the_second_failure_in_a_row_is_told_and_so_is_the_recovery(world: World) -> None:
    assert await run(world, "boom") == ["job"]
    assert await run(world, "boom") == ["job", "incident", "notice"]
    assert await run(world, "boom") == ["job"]
    assert await world.deliver() == [("job_failed", OPS, 1)]
    assert await run(world) == ["job", "incident", "notice"]
    assert await world.deliver() == [("job_recovered", OPS, 1)]


async def test_a_crash_closes_the_runs_it_left_open(world: World) -> None:
    await world.store.runs.begin_run(HEALTH_CHECK, "timetable", world.now)
    assert await world.store.life.started(7, "1.0", world.wait(1)) == 1
    last = await world.store.runs.last_run(HEALTH_CHECK)
    assert last is not None
    assert last.error == "interrupted"


async def test_a_switch_is_kept_and_says_whether_it_moved(world: World) -> None:
    assert await world.store.runs.switched_on(HEALTH_CHECK)
    assert not await world.store.runs.switch(HEALTH_CHECK, True, "ana", world.now)
    assert await world.store.runs.switch(HEALTH_CHECK, False, "ana", world.now)
    assert not await world.store.runs.switched_on(HEALTH_CHECK)
    await run(world)
    assert not await world.store.runs.switched_on(HEALTH_CHECK)


async def test_messages_are_counted_by_the_operators_day_and_start_anew(world: World) -> None:
    assert (await add(world, 3)).sent == 3
    assert (await add(world, 4)).sent == 7
    assert await world.store.runs.close_day("2026-03-01", world.now) == 1
    assert await world.store.runs.close_day("2026-03-01", world.now) == 0
    world.wait(12 * 60)
    assert await add(world, 1) == DayCount("2026-03-02", 1, 0)
    assert await world.sql("SELECT day, sent, closed_at IS NULL FROM message_counts") == [
        ("2026-03-01", 7, 0),
        ("2026-03-02", 1, 1),
    ]


async def test_the_day_is_the_one_of_the_configured_zone(world: World) -> None:
    tokyo = replace(SETTINGS, daemon=replace(SETTINGS.daemon, time_zone="Asia/Tokyo"))
    world.store.replace_policy(tokyo, POLICY)
    world.wait(4 * 60)
    assert (await add(world, 1)).day == "2026-03-02"


async def test_a_missed_midnight_closes_every_day_it_left(world: World) -> None:
    await add(world, 1, day="2026-02-27")
    await add(world, 1, day="2026-02-28")
    assert await world.store.runs.close_day("2026-02-28", world.now) == 1
    assert await world.sql("SELECT count(*) FROM message_counts WHERE closed_at IS NULL") == [(0,)]


async def test_a_post_repeated_under_its_key_counts_once(world: World) -> None:
    assert (await add(world, 5, key="post-1")).sent == 5
    assert (await add(world, 5, key="post-1")).sent == 5
    assert (await add(world, 5, key="post-2")).sent == 10


async def test_the_quota_is_told_at_four_fifths_and_at_the_limit(world: World) -> None:
    limited = replace(SETTINGS, accounts=(account("main/shop", daily_limit=100),))
    await world.store.sync_configuration(limited, world.now)
    await add(world, 79)
    assert await world.messages() == []
    await add(world, 1)
    [[notice]] = await world.messages()
    assert (notice.kind, notice.recipient, notice.payload["percent"]) == ("quota", OPS, 80)
    await add(world, 15)
    assert await world.messages() == []
    await add(world, 10)
    [[notice]] = await world.messages()
    assert (notice.payload["percent"], notice.payload["sent"], notice.payload["limit"]) == (100, 105, 100)


async def test_disabled_accounts_and_long_waits_for_a_scan_are_idle(world: World) -> None:
    await world.up("shop", "waits")
    await world.see("was-waiting", Connection.NEEDS_PAIRING, linked=False)
    world.wait(5)
    await world.see("waits", Connection.NEEDS_PAIRING)
    await world.sql("UPDATE accounts SET active = 0, disabled_at = '2026-03-01T12:00:00.000Z' WHERE session = 'shop'")
    world.wait(23 * 60)
    assert await world.store.runs.idle_clients(world.now) == []
    world.wait(2 * 60)
    assert await world.store.runs.idle_clients(world.now) == []
    assert ("cleanup", OPS, 1) in await world.deliver()
    world.wait(60)
    assert await world.store.runs.idle_clients(world.now) == [SHOP, AccountId("main", "waits")]
    await world.store.runs.client_stopped(SHOP, world.now)
    assert await world.store.runs.idle_clients(world.now) == [AccountId("main", "waits")]
    world.store.replace_policy(ALERT_ONLY_MAIN, POLICY)
    assert await world.store.runs.idle_clients(world.now) == []


async def test_a_client_stopped_by_the_cleanup_keeps_its_outage(world: World) -> None:
    await world.up("shop")
    await world.see("shop", Connection.NEEDS_PAIRING)
    before = await world.vitals("shop")
    await world.store.runs.client_stopped(SHOP, world.now)
    world.wait(1)
    await world.see("shop", Connection.STOPPED)
    after = await world.vitals("shop")
    assert after.in_incident
    assert (after.health, after.offline_since, after.ledger) == (before.health, before.offline_since, before.ledger)


async def test_retention_lets_go_of_what_is_old_and_ended_only(world: World) -> None:
    await world.up("shop", "two")
    await world.down("shop")
    await world.down("two")
    world.wait(5)
    await world.up("two")
    await world.store.runs.audit(world.now, "ana", "socket", "trigger", "ok")
    await add(world, 1, key="k")
    day = timedelta(days=1)
    short = RetentionSettings(
        **dict.fromkeys(("ledger", "incidents", "transitions", "attempts", "notices", "audit", "job_runs"), day)
    )
    world.store.replace_policy(replace(SETTINGS, retention=short), POLICY)
    assert await world.store.runs.trim(world.wait(30)) == 0
    assert await world.store.runs.trim(world.wait(30 * 24 * 60)) > 0
    assert await world.sql("SELECT account FROM incidents") == await world.sql(
        "SELECT key FROM accounts WHERE session = 'shop'"
    )
    assert await world.sql("SELECT count(*) FROM ledger WHERE until_at IS NOT NULL") == [(0,)]
    assert await world.sql("SELECT count(*) FROM ledger") == [(2,)]
    assert await world.sql("SELECT count(*) FROM audit") == [(0,)]
    assert (await world.vitals("two")).incident is None


async def test_the_beat_is_what_a_hold_is_measured_by(world: World) -> None:
    await world.store.hold("", world.now + minutes(10), "", "ana", world.now)
    await world.store.runs.beat(world.now)
    assert (await world.store.runs.held()).startswith("held by ana")
    await world.store.runs.beat(world.wait(11))
    assert await world.store.runs.held() == ""


async def test_an_act_leaves_its_row(world: World) -> None:
    await world.store.runs.audit(world.now, "root (sudo: ana)", "socket", "trigger", "ok")
    assert await world.sql("SELECT who, how, what, outcome FROM audit") == [
        ("root (sudo: ana)", "socket", "trigger", "ok")
    ]
