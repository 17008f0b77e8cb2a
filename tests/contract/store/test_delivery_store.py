"""Webhooks in the store: rows made with the change, lent out in order, and what becomes of them."""

import json
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.errors import UnknownName
from healthcheckd.ports.control import Again
from healthcheckd.ports.webhooks import OwedDelivery, Parcel
from healthcheckd.settings import NotifySettings, Secret, Settings, WebhookSettings
from healthcheckd.store.deliveries import TOO_OLD
from tests.contract.store.conftest import NOON, POLICY, SETTINGS, SHOP, World, account, open_world
from tests.contract.store.outages import again, fall

URL, KEY = Secret("http://127.0.0.1:9/"), Secret("a-signing-secret")


def listening(*webhooks: WebhookSettings, **keys: Any) -> Settings:
    return replace(SETTINGS, webhooks=webhooks or (WebhookSettings("crm", URL, KEY, **keys),))


@pytest.fixture
async def world(database: Path) -> AsyncIterator[World]:
    world = await open_world(database, listening())
    yield world
    await world.store.close()


async def change(world: World, settings: Settings) -> None:
    world.store.replace_policy(settings, POLICY)
    await world.store.sync_configuration(settings, world.now)


async def take(world: World, webhook: str = "crm") -> OwedDelivery | None:
    return await world.store.deliveries.take(webhook, world.now)


async def told(world: World, webhook: str = "crm") -> list[OwedDelivery]:
    """All that may go now, each taken by the receiver."""
    gone = []
    while (one := await take(world, webhook)) is not None:
        await world.store.deliveries.delivered(one, world.now, parcel(one), "200 OK")
        gone.append(one)
    return gone


def parcel(one: OwedDelivery, delivery: str = "d1") -> Parcel:
    return Parcel(delivery, one.key, one.event, one.body)


def events(owed: Sequence[OwedDelivery]) -> list[str]:
    return [one.event.removeprefix("whatsapp.") for one in owed]


async def states(world: World) -> list[tuple[Any, ...]]:
    return await world.sql("SELECT state, last_error FROM deliveries ORDER BY id")


async def test_a_change_owes_its_events_and_what_is_steady_owes_none(world: World) -> None:
    await world.up("shop")
    assert events(await told(world)) == ["connection.connected", "health.healthy"]
    await world.see("shop", Connection.CONNECTED)
    assert await told(world) == []


async def test_an_outage_is_told_from_fall_to_recovery(world: World) -> None:
    await fall(world, "shop", cause=Cause.LOGGED_OUT)
    await again(world, "shop", 10, cause=Cause.LOGGED_OUT)
    await again(world, "shop", 6 * 60, cause=Cause.LOGGED_OUT)
    world.wait(5)
    for _ in range(2):
        await world.see("shop", Connection.CONNECTED)
        world.wait(2)
    bodies = [json.loads(one.body) for one in (await told(world))[2:]]
    health = [body for body in bodies if ".health." in body["event"]]
    assert [body["status"] for body in health] == ["Warning", "Critical", "Healthy"]
    assert [body["offlineDuration"] // 60_000 for body in health] == [0, 370, 375]
    assert [body["previousStatus"] for body in health] == ["Healthy", "Warning", "Critical"]
    assert len({body["incident"] for body in health}) == 1
    assert health[1]["timestamp"] == "2026-03-01T18:14:00.000Z"


async def test_without_webhooks_nothing_is_written(world: World) -> None:
    await change(world, SETTINGS)
    await fall(world, "shop")
    assert await states(world) == []


async def test_they_are_written_in_the_transaction_of_the_change(world: World) -> None:
    """The disk is full just then: neither is there."""
    await world.up("shop")
    before = await world.sql("SELECT count(*), (SELECT count(*) FROM transitions) FROM deliveries")
    await world.sql("CREATE TRIGGER full BEFORE INSERT ON deliveries BEGIN SELECT RAISE(ABORT, 'full'); END")
    with pytest.raises(Exception, match="full"):
        await world.down("shop")
    assert await world.sql("SELECT count(*), (SELECT count(*) FROM transitions) FROM deliveries") == before


async def test_each_webhook_gets_what_it_wants_under_one_key(world: World) -> None:
    crm = WebhookSettings("crm", URL, KEY, events=("whatsapp.health.*",))
    await change(world, listening(crm, WebhookSettings("all", URL, KEY)))
    await world.up("shop")
    crm_got, all_got = await told(world), await told(world, "all")
    assert (events(crm_got), events(all_got)) == (["health.healthy"], ["connection.connected", "health.healthy"])
    assert crm_got[0].key == all_got[1].key != all_got[0].key


async def test_filters_and_what_is_included_follow_the_account(world: World) -> None:
    crm = WebhookSettings("crm", URL, KEY, tags=("vip",), include=("name", "phone", "customer", "tags"))
    vip = account("main/shop", name="Shop\u202e", phone="+55 11 98888-7777", customer="ACME", tags=("vip",))
    await change(world, replace(listening(crm), accounts=(vip,)))
    await world.up("shop", "other")
    bodies = [json.loads(one.body) for one in await told(world)]
    assert {body["accountId"] for body in bodies} == {"main/shop"}
    shown = {key: bodies[0][key] for key in ("name", "phone", "customer", "tags")}
    assert shown == {"name": "Shop\u202e", "phone": "+5511988887777", "customer": "ACME", "tags": ["vip"]}


async def test_the_next_of_an_account_waits_for_the_one_before(world: World) -> None:
    await world.up("shop", "other")
    first, other = await take(world), await take(world)
    assert first is not None
    assert other is not None
    assert first.lane != other.lane
    assert await take(world) is None, "both have more, which waits"
    await world.store.deliveries.delivered(first, world.now, parcel(first), "200 OK")
    second = await take(world)
    assert second is not None
    assert (second.lane, events([first, second])) == (first.lane, ["connection.connected", "health.healthy"])


async def test_one_put_off_keeps_its_account_waiting_until_it_is_due(world: World) -> None:
    await world.up("shop")
    first = await take(world)
    assert first is not None
    later = world.now + timedelta(minutes=5)
    await world.store.deliveries.postponed(first, later, parcel(first), "503")
    assert await take(world) is None
    assert await world.store.deliveries.next_delivery_at("crm") == later
    world.wait(5)
    assert [one.tries for one in await told(world)] == [1, 0]


async def test_one_given_up_lets_the_next_go(world: World) -> None:
    await world.up("shop")
    first = await take(world)
    assert first is not None
    await world.store.deliveries.dead(first, world.now, parcel(first), "410 Gone")
    assert events(await told(world)) == ["health.healthy"]
    assert await states(world) == [("dead", "410 Gone"), ("sent", "")]


async def test_what_was_lent_when_we_were_killed_goes_again_under_its_key(world: World, database: Path) -> None:
    await world.up("shop")
    first = await take(world)
    await world.store.close()
    world.store = (await open_world(database, listening())).store
    second = await take(world)
    assert first is not None
    assert second is not None
    assert (first.key, first.body) == (second.key, second.body)


async def test_what_nobody_takes_for_too_long_is_given_up(world: World) -> None:
    await world.up("shop")
    first = await take(world)
    assert first is not None
    await world.store.deliveries.postponed(first, world.now, parcel(first), "503")
    world.wait(24 * 60 + 1)
    assert await take(world) is None
    assert await states(world) == [("dead", f"503; {TOO_OLD}"), ("dead", TOO_OLD)]


@pytest.mark.parametrize("column", ["mode = 'watch'", "held = 'restored'"])
async def test_while_only_watching_nothing_goes(world: World, column: str) -> None:
    await world.up("shop")
    await world.sql(f"UPDATE daemon SET {column}")
    assert await take(world) is None
    assert await world.store.deliveries.next_delivery_at("crm") is None
    await world.sql("UPDATE daemon SET mode = 'act', held = ''")
    assert len(await told(world)) == 2


async def test_a_webhook_that_left_is_owed_nothing_and_fails_no_more(world: World) -> None:
    await world.up("shop")
    for _ in range(2):
        await world.store.deliveries.outcome("crm", world.now, "nothing listens there")
    await change(world, SETTINGS)
    assert {state for state, _ in await states(world)} == {"cancelled"}
    assert await world.sql("SELECT how FROM incidents WHERE scope = 'channel'") == [("withdrawn",)]
    assert await world.sql("SELECT name FROM channels") == []


async def test_a_failing_webhook_is_an_incident_told_to_the_operator(world: World) -> None:
    assert await world.store.deliveries.outcome("crm", world.now, "503") == ()
    world.wait(1)
    assert await world.store.deliveries.outcome("crm", world.now, "503") != ()
    assert await world.sql("SELECT scope, subject, ended_at FROM incidents") == [("channel", "webhook:crm", None)]
    kinds = [kind for kind, _, _ in await world.deliver()]
    assert kinds == ["channel_failed"]
    await world.store.deliveries.outcome("crm", world.now, "")
    assert [kind for kind, _, _ in await world.deliver()] == ["channel_recovered"]


async def replay(world: World, **wanted: Any) -> int:
    return await world.store.deliveries.replay("crm", Again(**wanted), world.now)


async def test_a_replay_tells_again_in_order_and_says_so(world: World) -> None:
    await world.up("shop", "other")
    before = [one for one in await told(world) if one.account == SHOP]
    world.wait(60 * 48)
    assert await replay(world, account=SHOP) == 2
    after = await told(world)
    assert [(one.key, one.body) for one in after] == [(one.key, one.body) for one in before]
    assert {one.replayed for one in after} == {True}


async def test_a_replay_of_what_was_given_up_leaves_the_rest(world: World) -> None:
    await world.up("shop")
    first = await take(world)
    assert first is not None
    await world.store.deliveries.dead(first, world.now, parcel(first), "410")
    await told(world)
    assert await replay(world, dead=True) == 1
    assert [one.key for one in await told(world)] == [first.key]


async def test_a_replay_since_then_leaves_what_was_before(world: World) -> None:
    await world.up("shop")
    await told(world)
    world.wait(60)
    since = world.now
    await world.down("shop", cause=Cause.LOGGED_OUT)
    await told(world)
    assert await replay(world, since=since) == 2
    assert await replay(world, since=since) == 0, "they are owed already"


async def test_what_was_trimmed_to_its_row_is_not_replayed(world: World) -> None:
    await world.up("shop")
    await told(world)
    world.wait(91 * 24 * 60)
    await world.store.runs.trim(world.now)
    assert await world.sql("SELECT DISTINCT payload FROM deliveries") == [("{}",)]
    assert await replay(world, since=NOON) == 0


async def test_a_replay_of_nobody_is_refused(world: World) -> None:
    with pytest.raises(UnknownName):
        await replay(world, account=AccountId("main", "nobody"))


async def test_old_rows_go_and_owed_ones_stay(world: World) -> None:
    await world.up("shop")
    await told(world)
    await world.down("shop", cause=Cause.LOGGED_OUT)
    world.wait(366 * 24 * 60)
    await world.store.runs.trim(world.now)
    assert {state for state, _ in await states(world)} == {"owed"}


async def test_what_an_account_was_owed_is_forgotten_with_it(world: World) -> None:
    await world.up("shop")
    await world.sql("DELETE FROM accounts")
    assert await states(world) == []


async def test_after_a_clock_went_back_what_was_put_off_is_not_waited_for_in_vain(world: World) -> None:
    await world.up("shop")
    first = await take(world)
    assert first is not None
    await world.store.deliveries.postponed(first, world.now + timedelta(minutes=30), parcel(first), "503")
    world.wait(-24 * 60)
    await world.store.life.woke(world.now)
    assert len(await told(world)) == 2


async def test_after_the_machine_slept_what_is_owed_is_as_old_as_it_was(world: World) -> None:
    await world.up("shop")
    world.wait(30 * 60)
    await world.store.life.woke(world.now, timedelta(hours=30))
    assert len(await told(world)) == 2


async def test_how_long_is_too_long_is_said_in_the_configuration(world: World) -> None:
    await change(world, replace(listening(), notify=NotifySettings(max_age=timedelta(hours=1))))
    await world.up("shop")
    world.wait(61)
    assert await take(world) is None
