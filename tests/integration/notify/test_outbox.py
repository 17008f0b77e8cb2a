"""From a fall to a mail: real store, real letters, a mail server that fails and comes back."""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from healthcheckd.domain.observations import Cause
from healthcheckd.engine.outbox import Outbox
from healthcheckd.notify.email import EmailChannel
from healthcheckd.notify.render import Renderer
from healthcheckd.ports.store import Event
from healthcheckd.settings import EmailSettings
from tests.contract.store.conftest import OPS, OWNER, SETTINGS, World, open_world
from tests.fakes.smtp import HANG_UP, Scripted
from tests.integration.notify.servers import Inbox, real_server


class WorldClock:
    """The world's time; it moves when the test moves it."""

    def __init__(self, world: World) -> None:
        self._world = world

    def now(self) -> datetime:
        return self._world.now

    def monotonic(self) -> float:
        return self._world.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        raise AssertionError("delivering does not sleep")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    world = await open_world(tmp_path / "healthcheckd.db")
    yield world
    await world.store.close()


def outbox(world: World, port: int, events: list[Event]) -> Outbox:
    email = EmailSettings(
        enabled=True, host="127.0.0.1", port=port, security="none", sender="a@b.c", timeout=timedelta(seconds=5)
    )
    clock = WorldClock(world)
    channels = {"email": EmailChannel(email, clock)}
    return Outbox(world.store.notices, channels, Renderer(SETTINGS), clock, SETTINGS.notify, events.extend)


async def logged_out(world: World) -> None:
    """The shop is logged out, and it is time to tell its owner."""
    await world.up("shop")
    await world.down("shop", cause=Cause.LOGGED_OUT)
    world.wait(10)
    await world.down("shop", cause=Cause.LOGGED_OUT)


async def states(world: World) -> dict[tuple[str, str], str]:
    rows = await world.sql("SELECT kind, recipient, state FROM notices WHERE message_id IS NOT NULL")
    return {(kind, recipient): state for kind, recipient, state in rows}


async def test_the_owner_gets_a_mail_that_says_what_to_do(world: World) -> None:
    await logged_out(world)
    inbox, events = Inbox(), list[Event]()
    async with real_server(inbox, starttls=False, login=False) as port:
        assert await outbox(world, port, events).deliver_due() == 1
    mail = message_from_bytes(inbox.contents[0], policy=policy.default)
    assert mail["To"] == OWNER
    assert mail["Subject"].startswith("Shop has been offline since 12:04: scan the QR code")
    assert await states(world) == {("action_required", OWNER): "sent"}
    assert "sent" in [event.data.get("state") for event in events]


@pytest.mark.parametrize("step", ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "END"])
@pytest.mark.parametrize("answer", [HANG_UP, "451 later"])
async def test_a_server_that_fails_once_loses_nothing_and_the_id_stays(world: World, step: str, answer: str) -> None:
    await logged_out(world)
    [name] = [message[0].message_id for message in await world.messages()]
    world.wait(6)
    async with Scripted({step: answer}).serving() as port:
        assert await outbox(world, port, []).deliver_due() == 0
    assert await states(world) == {("action_required", OWNER): "owed"}
    world.wait(3)
    inbox = Inbox()
    async with real_server(inbox, starttls=False, login=False) as port:
        assert await outbox(world, port, []).deliver_due() == 1
    assert message_from_bytes(inbox.contents[0])["Message-ID"] == name
    assert await states(world) == {("action_required", OWNER): "sent"}


async def test_an_owner_who_does_not_exist_is_told_to_the_operator(world: World) -> None:
    await logged_out(world)
    inbox = Inbox(nobody=OWNER)
    async with real_server(inbox, starttls=False, login=False) as port:
        await outbox(world, port, []).deliver_due()
    assert await states(world) == {("action_required", OWNER): "dead", ("escalation", OPS): "sent"}
    mail = message_from_bytes(inbox.contents[0], policy=policy.default)
    assert mail["To"] == OPS
    assert f"cannot be delivered to {OWNER}" in mail["Subject"]


async def test_the_second_failure_of_the_channel_opens_its_incident_and_a_success_ends_it(world: World) -> None:
    await logged_out(world)
    async with Scripted({"CONNECT": "554 no"}).serving() as port:
        sender = outbox(world, port, [])
        await sender.deliver_due()
        world.wait(2)
        await sender.deliver_due()
    assert await world.sql("SELECT subject, ended_at IS NULL FROM incidents WHERE scope = 'channel'") == [("email", 1)]
    world.wait(5)
    async with real_server(Inbox(), starttls=False, login=False) as port:
        sender.channels = outbox(world, port, []).channels
        assert await sender.deliver_due() == 1
    assert await world.sql("SELECT subject, ended_at IS NULL FROM incidents WHERE scope = 'channel'") == [("email", 0)]
