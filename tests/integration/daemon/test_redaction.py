"""Servers hand out secrets, their own and other people's, in answers and in errors. None of them goes any further."""

import logging
import re
import traceback
from collections.abc import AsyncIterator, Awaitable
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from healthcheckd.api.client import account_path
from healthcheckd.cli.crash import details
from healthcheckd.errors import HealthcheckError
from healthcheckd.settings import KINDS
from healthcheckd.simulator import Simulator
from healthcheckd.simulator.exchange import Call, Reply
from tests.integration.daemon.conftest import HOOK_SECRET, KEY, World, running

PLANTED = {
    name: f"planted-{name}-7c1e"
    for name in ("token", "apikey", "hmac", "proxy", "webhook", "bearer", "access", "password", "echo")
}
HELD: dict[str, Any] = {
    "apikey": PLANTED["apikey"],
    "hmac": {"key": PLANTED["hmac"]},
    "proxyUrl": f"http://ops:{PLANTED['proxy']}@10.0.0.1:3128",
    "webhooks": [{"url": f"https://x.example/?key={PLANTED['webhook']}", "headers": {"Authorization": "Bearer b"}}],
    "config": {"proxy": {"username": "ops", "password": PLANTED["password"]}, "token": PLANTED["token"]},
    "s3_config": {"access_key": PLANTED["access"]},
}
SPOKEN = (
    f"; token: {PLANTED['token']}, hmac_key={PLANTED['hmac']}, apikey: '{PLANTED['apikey']}'"
    f" via http://ops:{PLANTED['proxy']}@10.0.0.1:3128 with Authorization: Bearer {PLANTED['bearer']};"
    f' "password": "{PLANTED["password"]}", X-Api-Key: {KEY}'
)
WORDS = {"message", "error", "details", "response"}
PER_SESSION = re.compile(r"tok-[0-9a-f]{8,}|\$2b\$10\$[0-9a-f]{20,}")
"""The tokens that WuzAPI and WPPConnect really make for each session."""
REQUESTS = ("status", "accounts", "gateways", "history", "notices", "audit", "info", "uptime")
TROUBLES = ("server_error", "wrong_key", "empty_list", "down")


class Chatty(Simulator):
    """A gateway whose every object holds secrets, and whose every complaint names them; `served` is what it said."""

    served: list[bytes]

    def _reply(self, call: Call) -> Reply:
        reply = super()._reply(call)
        try:
            said = msgspec.json.decode(reply.body)
        except msgspec.DecodeError:
            return reply
        failed = reply.status >= 400 or (isinstance(said, dict) and said.get("success", said.get("status")) is False)
        planted = replace(reply, body=msgspec.json.encode(_planted(said, failed)))
        self.served = [*getattr(self, "served", []), planted.body]
        return planted


def _planted(value: Any, failed: bool, key: str = "") -> Any:
    if isinstance(value, dict):
        return {**HELD, **{name: _planted(one, failed, name) for name, one in value.items()}}
    if isinstance(value, list):
        return [_planted(one, failed, key) for one in value]
    return value + SPOKEN if failed and isinstance(value, str) and key in WORDS else value


@pytest.fixture(params=KINDS)
async def world(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[World]:
    monkeypatch.delenv("SUDO_USER", raising=False)
    async with running(tmp_path, ["steady", "needs-restart", "logged-out"], request.param, "", Chatty) as world:
        yield world


async def told(call: Awaitable[Any]) -> str:
    """What a person or a program gets: the JSON of an answer, or an error with its hint, and the report of a crash."""
    try:
        return repr(await call)
    except HealthcheckError as error:
        report = details(error, ["gateways", "check", "main"], {"WAHA_API_KEY": KEY})
        return f"{error} {error.hint} {error!r} {report} {''.join(traceback.format_exception(error))}"


async def everything(world: World) -> list[str]:
    """Whatever can be asked and done, in good times and in bad."""
    heard = [await told(world.sweep())]
    world.hand.at = 700.0
    heard += [await told(world.sweep())]
    heard += [await told(verb) for verb in _verbs(world)]
    for trouble in TROUBLES:
        setattr(world.simulator.faults, trouble, True)
        heard += [await told(verb) for verb in (*_verbs(world), world.sweep())]
        setattr(world.simulator.faults, trouble, False)
    heard += [await told(world.get(f"/{what}")) for what in REQUESTS]
    return heard + [await told(world.get(account_path(f"main/{name}"))) for name in ("steady", "logged-out")]


def _verbs(world: World) -> list[Awaitable[Any]]:
    pair = account_path("main/logged-out", "pairing")
    return [
        world.post("/gateways/main/check"),
        world.post("/gateways/main/hook"),
        world.post("/gateways/main/hook/install"),
        world.post(account_path("main/needs-restart", "reconnect"), {"force": True}),
        world.post(pair, {"begin": True}),
        world.post(pair, {"phone": "+5511998880002"}),
        world.sweep(),
    ]


def leaks(text: str) -> list[str]:
    return [secret for secret in (*PLANTED.values(), KEY, HOOK_SECRET) if secret in text] + PER_SESSION.findall(text)


def database_of(folder: Path) -> list[Path]:
    return [file for file in folder.iterdir() if file.name.startswith("healthcheckd.db")]


async def test_no_secret_of_a_gateway_goes_any_further(
    world: World, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with world.events.follow() as events:
        heard = await everything(world)
        world.events.close()
        heard += [repr(event) async for event in events]
    assert isinstance(world.simulator, Chatty)
    assert leaks(b" ".join(world.simulator.served).decode()), "nothing was given away: this test proves nothing"
    assert leaks(" ".join(heard)) == []
    assert leaks(" ".join(f"{record.getMessage()} {record.__dict__}" for record in caplog.records)) == []
    kept = database_of(tmp_path)
    assert [file.name for file in kept if leaks(file.read_bytes().decode("latin-1"))] == []
    assert len(kept) >= 2, "the database and its log"


def test_a_leak_would_be_found() -> None:
    assert leaks(f"x {PLANTED['hmac']} {KEY} tok-0123456789") == [PLANTED["hmac"], KEY, "tok-0123456789"]
