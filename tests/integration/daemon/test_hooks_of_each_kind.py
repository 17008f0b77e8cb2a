"""What each kind of gateway posts, from a real listener down to the database and to the gateway itself."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from healthcheckd.api.client import account_path
from healthcheckd.settings import KINDS
from tests.integration.daemon.conftest import HOOK_SECRET, World, running
from tests.integration.daemon.posting import Post, posting, within_a_second
from tests.unit.gateways.test_hook_signatures import SIGNING, signed


class Events(NamedTuple):
    """A change of state, where the kind tells of any, and a message that came in; both of the session `steady`."""

    state: dict[str, Any] | None
    message: dict[str, Any]


def meta(field: str, value: dict[str, Any], account: str) -> dict[str, Any]:
    return {"entry": [{"id": account, "changes": [{"field": field, "value": value}]}]}


def events(kind: str, number: str, account: str) -> Events:
    match kind:
        case "waha":
            told = {"session": "steady", "payload": {"id": number, "fromMe": False}}
            return Events({"event": "session.status", **told}, {"event": "message", **told})
        case "wwebjs":
            told = {"sessionId": "steady", "data": {"message": {"id": {"_serialized": number}}}}
            return Events({"dataType": "disconnected", **told}, {"dataType": "message", **told})
        case "gowa":
            return Events(None, {"event": "message", "device_id": "steady", "payload": {"id": number}})
        case "wuzapi":
            who = {"instanceName": "steady", "userID": "7"}
            info = {"event": {"Info": {"ID": number}}}
            return Events({"type": "Disconnected", "event": {}, **who}, {"type": "Message", **info, **who})
        case "evolution":
            told = {"instance": "steady", "data": {"key": {"id": number}}}
            return Events({"event": "connection.update", **told}, {"event": "messages.upsert", **told})
        case "wppconnect":
            told = {"session": "steady", "id": number}
            return Events({"event": "status-find", **told}, {"event": "onmessage", **told})
    told = {"metadata": {"phone_number_id": "steady"}, "messages": [{"id": number}]}
    return Events(meta("account_update", {}, account), meta("messages", told, account))


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def world(tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[World]:
    monkeypatch.delenv("SUDO_USER", raising=False)
    async with running(tmp_path, ["steady", "needs-restart"], kind) as world:
        yield world


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    async with posting(world) as post:
        yield post


def account_of(world: World) -> str:
    return world.simulator.url.rstrip("/").rpartition("/")[2]


async def send(
    post: Post, kind: str, event: object, secret: str = HOOK_SECRET, headers: Mapping[str, str] | None = None
) -> int:
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    path = "/hooks/main" if kind in SIGNING else f"/hooks/main/{secret}"
    return await post.raw(body, headers or signed(kind, body, secret), path)


async def checked_at(world: World) -> str:
    return str((await world.get(account_path("main/steady")))["account"]["last_checked_at"])


async def test_a_change_of_state_leads_to_a_reading_within_a_second(world: World, post: Post, kind: str) -> None:
    state = events(kind, "A", account_of(world)).state
    if state is None:
        pytest.skip("it posts messages alone")
    before, asked = await checked_at(world), world.simulator.requests.total
    assert await send(post, kind, state) == 204

    async def read() -> bool:
        return await checked_at(world) > before

    await within_a_second(read)
    assert world.simulator.requests.total > asked
    assert (await post.account("steady"))["health"] == "Healthy"


async def test_a_message_is_counted_once(world: World, post: Post, kind: str) -> None:
    for number in ("A", "A", "B"):
        assert await send(post, kind, events(kind, number, account_of(world)).message) == 204
    assert await post.counted() == (0, 2)


async def test_another_secret_is_refused(world: World, post: Post, kind: str) -> None:
    message = events(kind, "A", account_of(world)).message
    assert await send(post, kind, message, "another secret that is long enough for it") == 401
    assert await send(post, kind, message, headers={"X-Nothing": ""}) == (401 if kind in SIGNING else 204)
    assert await post.counted() == (0, 0 if kind in SIGNING else 1)


async def test_ten_megabytes_are_refused(post: Post, kind: str) -> None:
    assert await send(post, kind, b"x" * 10_000_000) == 413


async def test_what_is_no_event_changes_nothing(world: World, post: Post, kind: str) -> None:
    asked = world.simulator.requests.total
    for body in (b"", b"[]", b"\xff", b'{"event":{}}'):
        assert await send(post, kind, body) == 204
    assert (await post.counted(), world.simulator.requests.total) == ((0, 0), asked)
