"""Down, and up again: who is told of the end is decided by who heard, or may have heard, of the beginning."""

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.ports.store import OwedNotice
from tests.contract.store.conftest import OPS, World, minutes
from tests.contract.store.outages import fall


async def lent(world: World) -> OwedNotice:
    """The operator is just being told of an outage."""
    await fall(world, "shop", cause=Cause.BANNED)
    [[notice]] = await world.messages()
    return notice


async def recover(world: World) -> None:
    world.wait(5)
    await world.up("shop")
    world.wait(10)
    await world.see("shop", Connection.CONNECTED)


async def test_what_was_never_tried_is_followed_by_nothing(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    await recover(world)
    assert await world.deliver() == []


async def test_what_was_refused_is_followed_by_nothing(world: World) -> None:
    notice = await lent(world)
    await world.store.notices.postponed([notice], world.now + minutes(60), "454 later")
    await recover(world)
    assert await world.deliver() == []


async def test_what_got_no_clear_answer_is_followed_by_the_good_news(world: World) -> None:
    notice = await lent(world)
    await world.store.notices.postponed([notice], world.now + minutes(60), "hung up", unclear=True)
    await recover(world)
    assert await world.deliver() == [("recovered", OPS, 1)]
    assert await world.messages() == []


async def test_what_was_on_its_way_when_we_died_is_followed_by_the_good_news(world: World) -> None:
    await lent(world)
    await world.store.life.started(1, "1.0", world.now)
    await recover(world)
    assert await world.deliver() == [("recovered", OPS, 1)]


async def test_what_is_refused_after_the_recovery_takes_the_good_news_with_it(world: World) -> None:
    notice = await lent(world)
    await recover(world)
    await world.store.notices.postponed([notice], world.now + minutes(1), "454 later")
    assert await world.messages() == []
    reason = "its recipient was not told of the outage"
    assert await world.sql("SELECT last_error FROM notices WHERE kind = 'recovered'") == [(reason,)]


async def test_one_refusal_does_not_undo_an_unclear_answer_before(world: World) -> None:
    notice = await lent(world)
    await world.store.notices.postponed([notice], world.now, "hung up", unclear=True)
    [again] = await world.messages()
    await world.store.notices.postponed(again, world.now + minutes(60), "454 later")
    await recover(world)
    assert await world.deliver() == [("recovered", OPS, 1)]


async def test_who_dies_of_the_same_try_again_and_again_does_not_repeat_it_with_every_start(world: World) -> None:
    await lent(world)
    due = []
    for _ in range(3):
        world.wait(0.5)
        await world.store.life.started(1, "1.0", world.now)
        await world.see("shop", Connection.FAILED, cause=Cause.BANNED)
        due.append(len(await world.messages()))
    assert due == [1, 0, 0]
    world.wait(5)
    await world.see("shop", Connection.FAILED, cause=Cause.BANNED)
    assert len(await world.messages()) == 1


async def test_what_is_for_a_jammed_channel_is_not_lent(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    assert list(await world.store.notices.due_messages(world.now, 10, {"email"})) == []
    assert await world.store.notices.next_notice_at({"email"}) is None
    assert len(await world.messages()) == 1


async def test_the_end_of_a_reopened_outage_is_told_too(world: World) -> None:
    await fall(world, "shop", cause=Cause.BANNED)
    assert await world.deliver() == [("escalation", OPS, 1)]
    for _ in range(2):
        await recover(world)
        world.wait(2)
        assert await world.deliver() == [("recovered", OPS, 1)]
        await fall(world, "shop", cause=Cause.BANNED)
        world.wait(2)
        assert await world.deliver() == [("escalation", OPS, 1)]
    assert await world.sql("SELECT count(*) FROM incidents") == [(1,)]


async def told_of_a_blip_of_good_news(world: World) -> None:
    """The operator heard of the outage; that it was over for a moment waits for company, and is not true any more."""
    await fall(world, "shop")
    for _ in range(2):
        world.wait(15)
        await world.down("shop")
    assert await world.deliver() == [("escalation", OPS, 1)]
    await world.up("shop")
    world.wait(1)
    await world.down("shop")


async def test_who_did_not_hear_of_the_recovery_before_the_next_fall_is_not_told_of_that_again(world: World) -> None:
    await told_of_a_blip_of_good_news(world)
    for _ in range(60):
        world.wait(1)
        await world.down("shop")
        assert await world.deliver() == []


async def test_who_did_not_hear_of_the_recovery_before_the_next_fall_hears_of_the_last_one(world: World) -> None:
    await told_of_a_blip_of_good_news(world)
    world.wait(6)
    await world.down("shop")
    assert await world.deliver() == []
    await recover(world)
    assert await world.deliver() == [("recovered", OPS, 1)]
