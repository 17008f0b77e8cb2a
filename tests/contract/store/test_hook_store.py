"""What gateways tell, put to our accounts."""

from collections.abc import Sequence
from datetime import timedelta

from healthcheckd.domain.observations import Connection
from healthcheckd.ports.hooks import Heard, News, Told
from tests.contract.store.conftest import World

PHONE = "5511988887777"


async def hear(world: World, *news: News, gateway: str = "main") -> Heard:
    return await world.store.hearings.hear([Told(gateway, one) for one in news], world.now)


async def changed(world: World, news: News, gateway: str = "main") -> Sequence[str]:
    return (await hear(world, news, gateway=gateway)).changed.get(gateway, [])


async def counts(world: World) -> list[tuple[str, int, int]]:
    return await world.sql(
        "SELECT session, sent, received FROM message_counts JOIN accounts ON key = account ORDER BY session"
    )


async def linked(world: World, *sessions: str) -> None:
    for session in sessions:
        await world.see(session, Connection.CONNECTED, phone=PHONE)


async def test_an_account_is_known_by_the_likeliest_of_its_names(world: World) -> None:
    await world.up("shop", "a1b2")
    assert await changed(world, News(("shop", "a1b2"), changed=True)) == ["shop"]
    assert await changed(world, News(("nobody", "a1b2"), changed=True)) == ["a1b2"]


async def test_or_by_the_number_that_is_linked_there(world: World) -> None:
    await linked(world, "shop")
    assert await changed(world, News(("5511@s.whatsapp.net",), phone=PHONE, changed=True)) == ["shop"]
    assert await changed(world, News(phone=PHONE, changed=True), gateway="eu") == []


async def test_a_number_that_two_have_is_nobodys(world: World) -> None:
    await linked(world, "one", "two")
    assert await changed(world, News(phone=PHONE, changed=True)) == []
    assert await changed(world, News(("one",), phone=PHONE, changed=True)) == ["one"]


async def test_nothing_is_made_of_a_stranger(world: World) -> None:
    await world.up("shop")
    await hear(world, News(("nobody",), changed=True), News(("nobody",), sent=1, message="A"))
    assert await world.sql("SELECT session FROM accounts") == [("shop",)]
    assert await counts(world) == []


async def test_a_message_counts_once_for_each_side_of_it(world: World) -> None:
    await world.up("shop", "other")
    told = (News(("shop",), sent=1, message="A"), News(("other",), received=1, message="A"))
    await hear(world, *told, *told)
    world.wait(5)
    await hear(world, *told)
    assert await counts(world) == [("other", 0, 1), ("shop", 1, 0)]


async def test_a_message_without_an_id_is_not_counted(world: World) -> None:
    await world.up("shop")
    await hear(world, News(("shop",), sent=1))
    assert await counts(world) == []


async def test_ids_are_kept_for_two_days_and_those_of_programs_longer(world: World) -> None:
    await world.up("shop")
    await hear(world, News(("shop",), sent=1, message="A"))
    await world.sql("INSERT INTO message_posts SELECT 'batch-7', account, at, sent, received FROM message_posts")
    for days, kept in ((1, 2), (2, 1), (7, 0)):
        await world.store.runs.trim(world.now + timedelta(days=days, minutes=1))
        assert await world.sql("SELECT count(*) FROM message_posts") == [(kept,)]
