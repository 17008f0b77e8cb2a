"""The table of words that people are shown is what the adapters do."""

import pytest

from healthcheckd import settings
from healthcheckd.domain.observations import Connection, Proof
from healthcheckd.gateways.vocabulary import TABLES, vocabulary
from healthcheckd.ports.gateway import Gateway
from tests.contract.gateways.worlds import Situation, World

BESIDE = {("waha", Situation.BANNED): ["WORKING, engine TOS_BLOCK"]}
"""Rows that hold whatever the word of the list is."""


def test_every_kind_is_in_the_table() -> None:
    assert {word.kind for word in vocabulary()} == set(TABLES) == set(settings.KINDS)


@pytest.mark.parametrize("kind", settings.KINDS)
def test_every_kind_can_be_read_as_connected_and_as_something_that_needs_a_person(kind: str) -> None:
    words = vocabulary(kind)
    assert {word.kind for word in words} == {kind}
    assert {Connection.CONNECTED, Connection.NEEDS_PAIRING} <= {word.connection for word in words}


@pytest.mark.parametrize("situation", Situation)
async def test_what_is_read_stands_in_the_table(world: World, gateway: Gateway, situation: Situation) -> None:
    if situation not in world.reads:
        pytest.skip("this kind does not show it")
    world.put("shop", situation)
    seen = await gateway.observe("shop")
    assert seen.native
    bare = seen.native.partition(",")[0] if world.kind == "meta" else seen.native
    said = {bare, *BESIDE.get((world.kind, situation), ())}
    matching = {
        (word.connection, word.cause, word.self_healing) for word in vocabulary(world.kind) if word.native in said
    }
    assert (seen.connection, seen.cause, seen.self_healing) in matching


async def test_a_claim_refuted_by_its_own_page_is_in_the_table(world: World, gateway: Gateway) -> None:
    if world.kind != "waha":
        pytest.skip("only WAHA tells what its page says beside its claim")
    world.put("shop", Situation.ZOMBIE)
    assert (await gateway.observe("shop")).proof is Proof.REFUTED
    assert "refuted" in next(word.note for word in vocabulary("waha") if word.native == "WORKING, engine TIMEOUT")
