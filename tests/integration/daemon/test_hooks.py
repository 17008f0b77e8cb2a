"""Gateways post what happens: from a real listener down to the database and the gateway, and never further."""

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from multidict import CIMultiDict

from healthcheckd.api.client import account_path
from healthcheckd.daemon.clock import SystemClock
from healthcheckd.daemon.services import HookService
from healthcheckd.engine.hearing import Hearing
from healthcheckd.engine.hints import QUICK, Hints
from healthcheckd.errors import Forbidden, StoreError
from healthcheckd.gateways.hooks import build_hook
from healthcheckd.ports.control import Caller
from healthcheckd.ports.hooks import Understood
from healthcheckd.settings import Secret
from tests.integration.daemon.conftest import HOOK_SECRET, SCRIPTS, World, running
from tests.integration.daemon.posting import Post, posting, signed, within_a_second

A_WHILE = 15 * 60.0
CAST = (*SCRIPTS, "logged-out")


@pytest.fixture
async def world(tmp_path: Path) -> AsyncIterator[World]:
    async with running(tmp_path, CAST) as world:
        yield world


@pytest.fixture
async def post(world: World) -> AsyncIterator[Post]:
    async with posting(world) as post:
        yield post


async def test_a_drop_is_known_within_a_second_and_without_a_sweep(world: World, post: Post) -> None:
    assert (await post.account("logged-out"))["health"] == "Healthy"
    world.hand.at = A_WHILE
    assert await post.event("session.status", "logged-out", {"status": "SCAN_QR_CODE"}) == 204

    async def warned() -> bool:
        return bool((await post.account("logged-out"))["health"] == "Warning")

    await within_a_second(warned)
    assert (await post.account("logged-out"))["connection"] == "LoggedOut"
    assert (await post.account("needs-restart"))["health"] == "Healthy"


async def test_what_the_event_claims_is_never_believed(world: World, post: Post) -> None:
    before = post.readings("steady")
    await post.event("session.status", "steady", {"status": "FAILED"})

    async def read() -> bool:
        return post.readings("steady") > before

    await within_a_second(read)
    account = await post.account("steady")
    assert (account["connection"], account["health"]) == ("Connected", "Healthy")


async def test_a_flood_is_a_few_readings_and_no_event_of_another_is_lost(world: World, post: Post) -> None:
    world.hand.at = A_WHILE
    before, lists = post.readings("steady"), len(world.simulator.requests)
    connector = asyncio.Semaphore(50)

    async def one(number: int) -> int:
        async with connector:
            return await post.event("session.status", "steady", {"status": "STARTING"}, number=number)

    answers = await asyncio.gather(*(one(number) for number in range(5_000)))
    assert set(answers) == {204}
    await post.event("session.status", "needs-restart", {"status": "FAILED"})

    async def known() -> bool:
        return bool((await post.account("needs-restart"))["native"].startswith("FAILED"))

    await within_a_second(known)
    assert 1 <= post.readings("steady") - before <= QUICK
    assert len(world.simulator.requests) - lists <= QUICK + 5


async def test_what_comes_during_a_reload_reaches_the_engine_in_force(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, others = world.engine.hearing, Hints(world.engine.rounds, SystemClock())
    new = replace(world.engine, hearing=Hearing(world.store.hearings, others, SystemClock(), world.events.publish))

    async def reloaded(gateway: str, understood: Understood) -> str:
        in_force.append(new)
        return await Hearing.hear(old, gateway, understood)

    in_force = [world.engine]
    monkeypatch.setattr(old, "hear", reloaded)
    hooks = HookService(replace(world.hooks.backstage, engine=lambda: in_force[-1]))
    body = json.dumps({"event": "session.status", "session": "steady"}).encode()
    assert await hooks.take("main", "", CIMultiDict(signed(body)), body) == ""
    assert others.waiting("main") == {"steady"}


async def test_messages_count_once_by_their_ids(post: Post) -> None:
    for number in ("A", "A", "B"):
        assert await post.message(number) == 204
    await post.message("C", ours=False)
    assert await post.counted() == (2, 1)


async def test_a_message_proves_life_at_its_own_instant_and_again_says_no_more(world: World, post: Post) -> None:
    then = int(time.time() * 1000)
    for number in ("A", "A", "B"):
        assert await post.event("message", "steady", {"id": number, "fromMe": False, "timestamp": then}) == 204
        proof = (await world.get(account_path("main/steady")))["proof"]
        assert datetime.fromisoformat(proof["at"]).timestamp() * 1000 == pytest.approx(then, abs=0.5)


async def test_a_thousand_messages_at_once_are_all_counted(post: Post) -> None:
    await asyncio.gather(*(post.message(str(number)) for number in range(1_000)))
    assert await post.counted() == (1_000, 0)


async def test_a_replay_is_taken_and_changes_nothing(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    body = json.dumps(
        {"id": "evt", "event": "message.any", "session": "steady", "payload": {"id": "A", "fromMe": True}}
    )
    old = {"timestamp": int(time.time() * 1000) - 301_000, "event": "message.any", "session": "steady"}
    assert await post.raw(body.encode()) == 204
    assert await post.raw(body.replace('"A"', '"B"').encode()) == 204
    assert await post.raw(json.dumps({**old, "id": "e2", "payload": {"id": "C", "fromMe": True}}).encode()) == 204
    assert await post.counted() == (1, 0)
    (line,) = [one.getMessage() for one in caplog.records if getattr(one, "action", "") == "hook_ignored"]
    assert "its event came before" in line


async def test_an_old_event_asks_whether_the_clock_is_right(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    await post.event("session.status", "steady", timestamp=int(time.time() * 1000) - 301_000)
    (line,) = [one.getMessage() for one in caplog.records if getattr(one, "action", "") == "hook_ignored"]
    assert "s old; is the gateway's clock right?" in line


async def test_a_strangers_session_is_neither_read_nor_made(world: World, post: Post) -> None:
    before = len(world.simulator.requests)
    await post.event("session.status", "nobody-knows-me", {"status": "FAILED"})
    await post.message("A", session="nobody-knows-me")
    await asyncio.sleep(0.5)
    assert len(world.simulator.requests) == before
    assert len(await world.get("/accounts")) == len(CAST)


async def test_a_disabled_account_is_left_alone(world: World, post: Post) -> None:
    await world.post(account_path("main/steady", "disable"))
    before = post.readings("steady")
    await post.event("session.status", "steady", {"status": "FAILED"})
    await asyncio.sleep(0.5)
    assert post.readings("steady") == before


async def test_a_bad_signature_is_refused_and_logged_once_with_its_source(
    post: Post, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(20):
        assert await post.raw(b"{}", signed(b"{}", "another secret")) == 401
    assert await post.raw(b"{}", {"X-Nothing": ""}) == 401
    (line,) = [one for one in caplog.records if getattr(one, "action", "") == "hook_refused"]
    assert "for gateway main from 127.0.0.1" in line.getMessage()
    assert HOOK_SECRET not in caplog.text


async def test_ten_megabytes_are_not_read(post: Post, caplog: pytest.LogCaptureFixture) -> None:
    assert await post.raw(b"x" * 10_000_000, {"X-Webhook-Hmac": "x"}) == 413
    assert [one.getMessage() for one in caplog.records if getattr(one, "action", "") == "hook_too_large"] == [
        "A post for gateway main from 127.0.0.1 is not taken: it is larger than 1024 KiB"
    ]
    assert await post.message("A") == 204


async def test_a_packed_body_is_not_unpacked(post: Post) -> None:
    import zlib

    bomb = zlib.compress(b"0" * 50_000_000)
    assert await post.raw(bomb, {**signed(bomb), "Content-Encoding": "deflate"}) == 204


@pytest.mark.parametrize(
    ("path", "status"),
    [("/hooks/other", 404), ("/hooks/", 404), ("/", 404), ("/api/v1/status", 404), ("/hooks/main/a-secret", 401)],
)
async def test_nothing_else_is_served(post: Post, path: str, status: int) -> None:
    async with post.http.post(post.url + path, data=b"{}", headers=signed(b"{}")) as response:
        assert response.status == status


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/api/v1/status", "/hooks/main?hub.mode=subscribe"])
async def test_nothing_can_be_read(post: Post, path: str) -> None:
    async with post.http.get(post.url + path) as response:
        assert response.status in {401, 404}


async def test_a_database_that_fails_loses_nothing_that_is_sent_again(
    world: World, post: Post, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def full(*_: object) -> None:
        raise StoreError("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(world.store.hearings, "hear", full)
        answers = await asyncio.gather(*(post.message(str(number)) for number in range(5)))
    assert set(answers) == {503}
    for number in range(5):
        assert await post.message(str(number)) == 204
    assert await post.counted() == (5, 0)


async def test_a_secret_in_the_path_opens_where_nothing_is_signed(world: World, post: Post) -> None:
    (waha,) = world.engine.settings.gateways
    secret = "a/secret with signs ü"
    evolution = replace(waha, kind="evolution", hook_secret=Secret(secret))
    hook = build_hook(evolution)
    assert hook is not None
    world.engine.hooks = {"main": hook}
    world.engine.settings = replace(world.engine.settings, gateways=(evolution,))
    report = await world.post("/gateways/main/hook", {"show_secret": True})
    path = report["values"]["WEBHOOK_GLOBAL_URL"].removeprefix("http://127.0.0.1:5001")
    body = json.dumps({"event": "send.message", "instance": "steady", "data": {"key": {"id": "A", "fromMe": True}}})
    assert await post.raw(body.encode(), {"X": ""}, path) == 204
    assert await post.raw(body.encode(), {"X": ""}, f"{path}/send-message") == 204
    assert await post.raw(body.encode(), {"X": ""}, path[:-1]) == 401
    assert await post.raw(body.encode(), {"X": ""}) == 401
    assert await post.counted() == (1, 0)


async def test_the_way_to_set_it_up_is_told_and_its_secret_only_when_asked_for(world: World, post: Post) -> None:
    report = await world.post("/gateways/main/hook")
    assert report["on"] is True
    assert report["values"]["WHATSAPP_HOOK_URL"] == "http://127.0.0.1:5001/hooks/main"
    assert report["values"]["WHATSAPP_HOOK_HMAC_KEY"] == "****"
    assert await world.trail() == [one for one in await world.trail() if "hook" not in one[1]]
    shown = await world.post("/gateways/main/hook", {"show_secret": True})
    assert shown["values"]["WHATSAPP_HOOK_HMAC_KEY"] == HOOK_SECRET
    assert (await world.trail())[-1][1:] == ("gateways hook main --show-secret", "done")


async def test_a_secret_is_shown_to_nobody_who_comes_with_a_token(world: World, post: Post) -> None:
    with pytest.raises(Forbidden):
        await world.hooks.report("main", True, Caller("ana", "token", may_read=True, may_manage=True))
    assert (await world.trail())[-1][1:] == (
        "gateways hook main --show-secret",
        "forbidden: a secret is not shown over TCP",
    )


async def test_a_check_says_whether_it_posts(world: World, post: Post) -> None:
    found = await world.post("/gateways/main/check")
    assert found["push"] is True
    assert any("healthcheck gateways hook main" in sentence for sentence in found["advice"])
    await post.event("some.event", "steady")
    found = await world.post("/gateways/main/check")
    assert not any("healthcheck gateways hook main" in sentence for sentence in found["advice"])


@pytest.mark.parametrize(
    "sent",
    [
        b"Content-Length: 100\r\n\r\n{",
        b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\n{",
    ],
)
async def test_a_caller_that_breaks_off_is_no_bug(post: Post, caplog: pytest.LogCaptureFixture, sent: bytes) -> None:
    host, port = post.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /hooks/main HTTP/1.1\r\nHost: x\r\n" + sent)
    await writer.drain()
    writer.write_eof()
    await reader.read()
    writer.close()
    await writer.wait_closed()
    await asyncio.sleep(0.05)
    assert [one.getMessage() for one in caplog.records if one.levelno >= logging.ERROR] == []
    assert await post.message("A") == 204
