"""What gateways tell, put to our accounts."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest

from healthcheckd.domain.observations import Connection, Proof
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


def answered(world: World, minutes_ago: float, session: str = "shop") -> News:
    return News((session,), proved_at=world.now - timedelta(minutes=minutes_ago))


async def proof(world: World, session: str = "shop") -> tuple[float | None, int]:
    """How many minutes ago WhatsApp last answered, and how often that was refuted since."""
    ((proof_at, failures),) = await world.sql(
        f"SELECT proof_at, proof_failures FROM account_states WHERE session = '{session}'"
    )
    return proof_at and (world.now - datetime.fromisoformat(proof_at)) / timedelta(minutes=1), failures


async def state(world: World) -> list[object]:
    return await world.sql("SELECT connection, health, cause, native, last_checked_at FROM account_states")


async def test_a_message_is_proof_of_life_at_its_own_instant(world: World) -> None:
    await world.up("shop")
    await hear(world, answered(world, 3))
    assert await proof(world) == (3, 0)


async def test_proof_never_goes_back_whatever_the_order_and_however_often_it_is_told(world: World) -> None:
    await world.up("shop")
    old, new = answered(world, 30), answered(world, 3)
    for told in ((new, old), (old,), (new,), (old, new)):
        await hear(world, *told)
        assert await proof(world) == (3, 0)
    world.wait(60)
    await hear(world, old, new)
    assert await proof(world) == (63, 0)


async def test_a_proof_of_the_gateways_own_is_not_set_back(world: World) -> None:
    await world.see("shop", Connection.CONNECTED, proof=Proof.PROVED)
    await hear(world, answered(world, 10))
    assert await proof(world) == (0, 0)


async def test_a_clock_ahead_of_ours_proves_no_future(world: World) -> None:
    await world.up("shop")
    await hear(world, answered(world, -4))
    assert await proof(world) == (0, 0)


async def test_a_clock_far_ahead_proves_nothing(world: World) -> None:
    await world.up("shop")
    await hear(world, answered(world, -6))
    assert await proof(world) == (None, 0)


async def test_what_was_refuted_is_refuted_no_more_after_a_newer_message_and_is_read(world: World) -> None:
    await world.up("shop")
    await world.see("shop", Connection.CONNECTED, proof=Proof.REFUTED)
    world.wait(2)
    assert (await hear(world, answered(world, 1))).changed == {"main": ["shop"]}
    assert await proof(world) == (1, 0)


async def test_a_message_from_before_a_refutation_leaves_it(world: World) -> None:
    await world.up("shop")
    world.wait(2)
    await world.see("shop", Connection.CONNECTED, proof=Proof.REFUTED)
    world.wait(2)
    assert (await hear(world, answered(world, 3))).changed == {}
    assert await proof(world) == (3, 1)


@pytest.mark.parametrize("connection", [Connection.CONNECTED, Connection.FAILED, Connection.NEEDS_PAIRING])
async def test_a_message_claims_nothing(world: World, connection: Connection) -> None:
    await world.up("shop")
    world.wait(5)
    await world.see("shop", connection)
    before = await state(world)
    world.wait(1)
    assert await hear(world, answered(world, 0)) == Heard()
    assert await state(world) == before


async def test_a_message_of_a_stranger_proves_nothing_of_ours(world: World) -> None:
    await world.up("shop")
    await hear(world, answered(world, 1, "nobody"))
    await hear(world, answered(world, 1), gateway="eu")
    assert await proof(world) == (None, 0)


async def test_ids_are_kept_for_two_days_and_those_of_programs_longer(world: World) -> None:
    await world.up("shop")
    await hear(world, News(("shop",), sent=1, message="A"))
    await world.sql("INSERT INTO message_posts SELECT 'batch-7', account, at, sent, received FROM message_posts")
    for days, kept in ((1, 2), (2, 1), (7, 0)):
        await world.store.runs.trim(world.now + timedelta(days=days, minutes=1))
        assert await world.sql("SELECT count(*) FROM message_posts") == [(kept,)]
