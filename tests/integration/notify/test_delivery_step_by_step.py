"""A mail server that fails at each step of SMTP: what becomes of the notices, and how often each mail arrives."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from healthcheckd.domain.observations import Cause, Connection, Observation
from healthcheckd.engine.outbox import Outbox
from healthcheckd.notify.render import Renderer
from tests.contract.store.conftest import OPS, SETTINGS, World, account, open_world
from tests.fakes.smtp import HANG_UP, SILENCE, Scripted
from tests.integration.notify.mail import channel
from tests.integration.notify.test_outbox import WorldClock

ANA, BOB = "ana@example.com", "bob@example.com"
SHOPS = replace(SETTINGS, accounts=(account("main/a", owner_email=(ANA,)), account("main/b", owner_email=(BOB,))))
IMPATIENT = timedelta(seconds=0.25)

ANSWERS = ("451 later", "554 never", HANG_UP, SILENCE)
OURS = ("CONNECT", "EHLO", "STARTTLS", "TLS", "AUTH", "MAIL")
"""Steps at which every failure is the channel's: it is left alone for a while, and everything stays owed."""


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    """Two owners are owed a mail each."""
    world = await open_world(tmp_path / "healthcheckd.db", SHOPS)
    await world.up("a", "b")
    for wait in (0, 10):
        world.wait(wait)
        await look(world)
    yield world
    await world.store.close()


async def look(world: World) -> None:
    """Both are logged out; the gateway says so each time it is asked."""
    seen = [Observation(one, world.now, Connection.FAILED, linked=True, cause=Cause.LOGGED_OUT) for one in ("a", "b")]
    await world.apply(seen)


def outbox(world: World, port: int) -> Outbox:
    channels = {"email": channel(port, timeout=IMPATIENT)}
    return Outbox(world.store.notices, channels, Renderer(SHOPS), WorldClock(world), SHOPS.notify, lambda events: None)


async def states(world: World) -> dict[str, str]:
    """By owner."""
    return dict(await world.sql("SELECT recipient, state FROM notices WHERE kind = 'action_required'"))


async def channel_failures(world: World) -> int:
    rows = await world.sql("SELECT failures FROM channels")
    return int(rows[0][0]) if rows else 0


async def mended(world: World) -> Scripted:
    """A quarter of an hour later the server is a good one; the daemon was started anew."""
    world.wait(15)
    await look(world)
    server = Scripted()
    async with server.serving() as port:
        await outbox(world, port).deliver_due()
    return server


async def ids(world: World) -> dict[str, str]:
    return dict(await world.sql("SELECT recipient, message_id FROM notices WHERE kind = 'action_required'"))


async def each_arrived_once_under_its_own_id(world: World, *servers: Scripted) -> None:
    arrived = Counter((letter.recipient, letter.message_id) for server in servers for letter in server.letters)
    owners = {key: times for key, times in arrived.items() if key[0] != OPS}
    assert owners == dict.fromkeys((await ids(world)).items(), 1)


@pytest.mark.parametrize("answer", ANSWERS)
@pytest.mark.parametrize("step", OURS)
async def test_a_failure_before_the_recipient_is_the_channels(world: World, step: str, answer: str) -> None:
    server = Scripted({step: answer})
    async with server.serving() as port:
        assert await outbox(world, port).deliver_due() == 0
    assert (await states(world), await channel_failures(world)) == ({ANA: "owed", BOB: "owed"}, 1)
    assert server.letters == []
    await each_arrived_once_under_its_own_id(world, await mended(world))
    assert (await states(world), await channel_failures(world)) == ({ANA: "sent", BOB: "sent"}, 0)


async def test_nobody_answers_at_all(world: World) -> None:
    async with Scripted().serving() as port:
        pass
    assert await outbox(world, port).deliver_due() == 0
    assert (await states(world), await channel_failures(world)) == ({ANA: "owed", BOB: "owed"}, 1)
    await each_arrived_once_under_its_own_id(world, await mended(world))


@pytest.mark.parametrize(
    ("answer", "state", "failures"),
    [("450 later", "owed", 0), ("550 nobody", "dead", 0), (HANG_UP, "owed", 1), (SILENCE, "owed", 1)],
)
async def test_one_of_two_recipients_fails(world: World, answer: str, state: str, failures: int) -> None:
    """What is the one's keeps nobody else; where the channel seems broken, the other comes first next time."""
    server = Scripted({f"RCPT {ANA}": answer})
    async with server.serving() as port:
        sender = outbox(world, port)
        await sender.deliver_due()
        assert await channel_failures(world) == failures
        world.wait(1.01)
        await look(world)
        await sender.deliver_due()
    assert (await states(world))[BOB] == "sent"
    assert (await states(world))[ANA] == state
    later = await mended(world)
    told = [letter.recipient for letter in (*server.letters, *later.letters)]
    assert (told.count(BOB), told.count(ANA), OPS in told) == (1, state == "owed", True)
    assert [who for who, _ in await world.sql("SELECT recipient, 1 FROM notices WHERE variant = 'undeliverable'")] == (
        [OPS] if state == "dead" else []
    )


@pytest.mark.parametrize("answer", ANSWERS)
async def test_a_message_refused_at_data_is_tried_again(world: World, answer: str) -> None:
    server = Scripted({"DATA": answer})
    async with server.serving() as port:
        assert await outbox(world, port).deliver_due() == 0
    assert await states(world) == {ANA: "owed", BOB: "owed"}
    assert await channel_failures(world) == (answer == SILENCE)
    await each_arrived_once_under_its_own_id(world, await mended(world))


@pytest.mark.parametrize("answer", ["452 full", "554 spam"])
async def test_a_message_refused_at_its_end_is_tried_again(world: World, answer: str) -> None:
    server = Scripted({"END": answer})
    async with server.serving() as port:
        assert await outbox(world, port).deliver_due() == 0
    assert (await states(world), await channel_failures(world)) == ({ANA: "owed", BOB: "owed"}, 0)
    assert server.letters == []
    await each_arrived_once_under_its_own_id(world, await mended(world))


@pytest.mark.parametrize("answer", [HANG_UP, SILENCE, "hello?"])
async def test_what_was_taken_without_a_word_is_sent_again_under_the_same_id(world: World, answer: str) -> None:
    server = Scripted({"END": answer})
    async with server.serving() as port:
        assert await outbox(world, port).deliver_due() == 0
    taken = {letter.recipient for letter in server.letters}
    assert await states(world) == {ANA: "owed", BOB: "owed"}
    later = await mended(world)
    arrived = Counter(
        (one.recipient, one.message_id) for one in (*server.letters, *later.letters) if one.recipient != OPS
    )
    assert arrived == {(who, name): 2 if who in taken else 1 for who, name in (await ids(world)).items()}
    assert taken


@pytest.mark.parametrize("answer", ["451 later", "500 what?", HANG_UP, SILENCE])
async def test_what_goes_wrong_at_quit_changes_nothing(world: World, answer: str) -> None:
    server = Scripted({"QUIT": answer})
    async with server.serving() as port:
        assert await outbox(world, port).deliver_due() == 2
    assert await states(world) == {ANA: "sent", BOB: "sent"}
    await each_arrived_once_under_its_own_id(world, server, await mended(world))


async def test_a_server_that_takes_its_time_at_each_step_is_waited_for(world: World) -> None:
    async def slowly(step: str) -> None:
        await asyncio.sleep(IMPATIENT.total_seconds() / 5)

    server = Scripted(before=slowly)
    async with server.serving() as port:
        assert await outbox(world, port).deliver_due() == 2
    await each_arrived_once_under_its_own_id(world, server)
