"""What the outbox may expect of the store: who is told of an outage, when, and under which id."""

from dataclasses import replace

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.ports.store import NoticeStore
from tests.contract.store.conftest import OPS, OWNER, SETTINGS, World, minutes
from tests.contract.store.outages import again, fall


async def test_the_store_fills_the_port(world: World) -> None:
    port: NoticeStore = world.store.notices
    assert await port.next_notice_at() is None


async def test_the_operator_hears_after_a_quarter_of_an_hour_and_a_collection(world: World) -> None:
    await fall(world, "shop")
    assert await world.store.notices.next_notice_at() == world.now + minutes(15)
    await again(world, "shop", 15)
    assert await world.messages() == []
    assert await world.store.notices.next_notice_at() == world.now + minutes(5)
    await again(world, "shop", 5)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_escalations_of_five_minutes_are_one_message_with_one_id(world: World) -> None:
    await world.up("shop", "two")
    await world.down("shop")
    world.wait(3)
    await world.down("two")
    world.wait(17)
    await world.down("shop")
    await world.down("two")
    [message] = await world.messages()
    assert [notice.subjects[0].account.id.session for notice in message] == ["two", "shop"]
    assert len({notice.message_id for notice in message}) == 1


async def test_a_named_cause_is_told_at_once(world: World) -> None:
    await fall(world, "shop", cause=Cause.REPLACED)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_what_is_lent_out_is_not_lent_twice_until_the_lease_ends(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    [[first]] = await world.messages()
    assert await world.messages() == []
    await again(world, "shop", 6, cause=Cause.BANNED)
    [[second]] = await world.messages()
    assert second.message_id == first.message_id


async def test_a_restart_gives_back_what_was_lent_out_under_the_same_id(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    [[first]] = await world.messages()
    await world.store.life.started(1, "1.0", world.now)
    await again(world, "shop", 0.5, cause=Cause.BANNED)
    [[second]] = await world.messages()
    assert (second.id, second.message_id) == (first.id, first.message_id)


async def test_the_message_id_is_the_installations_own(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    [[notice]] = await world.messages()
    [(installation,)] = await world.sql("SELECT installation FROM daemon")
    assert notice.message_id.endswith(f"@{installation}.healthcheckd>")
    assert await world.sql("SELECT message_id FROM notices WHERE id = ?", notice.id) == [(notice.message_id,)]


async def test_the_owner_hears_once_after_six_hours_then_reminders(world: World) -> None:
    await fall(world, "shop")
    await again(world, "shop", 359)
    assert OWNER not in [recipient for _, recipient, _ in await world.deliver()]
    await again(world, "shop", 2)
    assert ("offline", OWNER, 1) in await world.deliver()
    await again(world, "shop", 60)
    assert await world.deliver() == []
    await again(world, "shop", 24 * 60)
    [[reminder]] = await world.messages()
    assert (reminder.kind, reminder.reminder) == ("offline", 1)


async def test_what_recovered_is_told_to_nobody(world: World) -> None:
    await fall(world, "shop")
    world.wait(5)
    await world.up("shop")
    world.wait(600)
    await world.see("shop", Connection.CONNECTED)
    assert await world.messages() == []
    assert {state for (state,) in await world.sql("SELECT state FROM notices")} == {"superseded"}


async def test_recovery_is_told_to_those_who_were_told_of_the_outage(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    assert await world.deliver() == [("escalation", OPS, 1)]
    world.wait(5)
    await world.up("shop")
    world.wait(10)
    await world.see("shop", Connection.CONNECTED)
    assert await world.deliver() == [("recovered", OPS, 1)]
    assert await world.messages() == []


async def test_recovery_is_told_even_when_the_news_was_on_its_way(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    [lent] = await world.messages()
    world.wait(2)
    await world.up("shop")
    await world.store.notices.sent(lent, world.now, "250 OK")
    world.wait(6)
    await world.see("shop", Connection.CONNECTED)
    assert await world.deliver() == [("recovered", OPS, 1)]


async def test_a_relapse_after_the_good_news_is_told_again(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    await world.deliver()
    world.wait(5)
    await world.up("shop")
    world.wait(10)
    await world.see("shop", Connection.CONNECTED)
    assert await world.deliver() == [("recovered", OPS, 1)]
    await again(world, "shop", 1, cause=Cause.BANNED)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_a_new_cause_supersedes_what_was_not_said_yet(world: World) -> None:
    await fall(world, "shop")
    await again(world, "shop", 5, cause=Cause.BANNED)
    assert await world.deliver() == [("escalation", OPS, 1)]
    await again(world, "shop", 30, cause=Cause.BANNED)
    assert [kind for kind, _, _ in await world.deliver()] == ["action_required"]


async def test_nothing_is_said_of_an_account_that_was_not_read_since_we_woke(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    await world.store.woke(world.wait(10))
    world.wait(5)
    assert await world.messages() == []
    next_at = await world.store.notices.next_notice_at()
    assert next_at is not None
    assert next_at > world.now
    world.wait(26)
    assert [kind for kind, _, _ in await world.deliver()] == ["escalation", "action_required"]


async def test_a_fresh_reading_ends_the_wait(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    await world.store.woke(world.wait(1))
    world.wait(1)
    assert await world.messages() == []
    await again(world, "shop", 1, cause=Cause.BANNED)
    assert await world.deliver() == [("escalation", OPS, 1)]


async def test_what_is_older_than_a_day_is_not_news(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    await again(world, "shop", 25 * 60, cause=Cause.BANNED)
    assert await world.deliver() == [("offline", OWNER, 1)]
    assert await world.sql("SELECT kind FROM notices WHERE last_error = 'too old' ORDER BY kind") == [
        ("action_required",),
        ("escalation",),
    ]


async def test_mute_keeps_it_until_its_end(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    await world.sql("UPDATE accounts SET muted_until = '2026-03-01T13:00:00.000Z'")
    assert await world.messages() == []
    await again(world, "shop", 61, cause=Cause.BANNED)
    assert ("escalation", OPS, 1) in await world.deliver()


async def test_watch_mode_says_nothing_and_owes_it_all_the_same(world: World) -> None:
    watching = replace(SETTINGS, daemon=replace(SETTINGS.daemon, mode="watch"))
    await world.store.sync_configuration(watching, world.now)
    await fall(world, "shop", cause=Cause.BANNED)
    assert await world.messages() == []
    assert await world.store.notices.next_notice_at() is None
    assert ("owed",) in await world.sql("SELECT state FROM notices WHERE kind = 'escalation'")


async def test_a_postponed_message_waits_and_keeps_its_id(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    [lent] = await world.messages()
    await world.store.notices.postponed(lent, world.now + minutes(2), "451 later")
    assert await world.messages() == []
    await again(world, "shop", 2, cause=Cause.BANNED)
    [[retried]] = await world.messages()
    assert (retried.message_id, retried.tries) == (lent[0].message_id, 1)


async def test_an_owner_who_cannot_be_reached_is_told_to_the_operator(world: World) -> None:
    await fall(world, "shop", cause=Cause.LOGGED_OUT)
    await again(world, "shop", 10, cause=Cause.LOGGED_OUT)
    [[action]] = await world.messages()
    assert (action.kind, action.recipient) == ("action_required", OWNER)
    await world.store.notices.dead([action], world.now, "550 no such user")
    [[told]] = await world.messages()
    assert (told.kind, told.recipient, told.payload["undelivered_to"]) == ("escalation", OPS, OWNER)
    assert await world.store.notices.retry([], world.now) == 1
