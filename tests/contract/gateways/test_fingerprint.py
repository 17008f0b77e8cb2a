"""A URL is told apart by a few harmless questions."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import pytest
from aiohttp import web

from healthcheckd.daemon.clock import SystemClock
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.fingerprint import fingerprint
from healthcheckd.settings import GatewaySettings, Secret
from healthcheckd.simulator import Simulator, demo_cast

Answers = dict[str, tuple[int, object]]

UNAUTHORIZED: Answers = {"/ping": (401, {"message": "Unauthorized", "statusCode": 401})}
KNOWN: list[tuple[str, Answers]] = [
    ("waha", {"/ping": (200, {"message": "pong"})}),
    ("waha", UNAUTHORIZED),
    ("wwebjs", {"/ping": (200, {"success": True, "message": "pong"})}),
    ("evolution", {"/": (200, {"status": 200, "message": "Welcome to the Evolution API, it is working!"})}),
    ("wuzapi", {"/health": (200, {"total_users": 3})}),
    ("wuzapi", {"/session/status": (401, {"code": 401, "error": "unauthorized", "success": False})}),
    ("open-wa", {"/health": (200, {"session": {"state": "x"}, "capabilities": []})}),
    ("gowa", {"/health": (200, "OK"), "/app/info": (200, {"os": "GOWA"})}),
    ("wppconnect", {"/healthz": (200, {"uptime": 3.1, "message": "OK"})}),
]
UNKNOWN: list[Answers] = [
    {},
    {"/ping": (401, {"message": "Unauthorized", "statusCode": 401, "more": 1})},
    {"/ping": (200, "pong"), "/health": (200, "OK")},
    {"/ping": (200, ["pong"]), "/": (200, "<html>Welcome to the Evolution API</html>")},
]


@asynccontextmanager
async def answering(answers: Answers) -> AsyncIterator[tuple[str, list[web.Request]]]:
    asked: list[web.Request] = []

    async def handle(request: web.Request) -> web.Response:
        asked.append(request)
        status, body = answers.get(request.path, (404, {"error": "not found"}))
        if isinstance(body, str):
            return web.Response(text=body, status=status)
        return web.json_response(body, status=status)

    runner = web.ServerRunner(web.Server(handle))  # type: ignore[arg-type]
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}", asked
    finally:
        await runner.cleanup()


def at(url: str) -> GatewaySettings:
    return GatewaySettings("new", "waha", url, Secret("hunter2"))


@pytest.mark.parametrize(("kind", "answers"), KNOWN)
async def test_a_kind_is_known_by_its_answers(kind: str, answers: Answers) -> None:
    async with answering(answers) as (url, _):
        assert await fingerprint(at(url), SystemClock()) == kind


@pytest.mark.parametrize("answers", UNKNOWN)
async def test_what_only_resembles_one_is_none(answers: Answers) -> None:
    async with answering(answers) as (url, _):
        with pytest.raises(GatewayError, match="no gateway that is known"):
            await fingerprint(at(url), SystemClock())


async def test_only_harmless_questions_are_asked_and_the_key_is_not_shown() -> None:
    async with answering({}) as (url, asked):
        with pytest.raises(GatewayError):
            await fingerprint(at(url), SystemClock())
    assert [request.path for request in asked] == ["/ping", "/", "/health", "/healthz", "/session/status"]
    assert {request.method for request in asked} == {"GET"}
    assert not [header for request in asked for header in request.headers.values() if "hunter2" in header]


async def test_the_search_ends_with_the_first_match() -> None:
    async with answering(UNAUTHORIZED) as (url, asked):
        await fingerprint(at(url), SystemClock())
    assert len(asked) == 1


@pytest.mark.parametrize("key", [None, "hunter2"])
async def test_the_simulator_is_taken_for_what_it_speaks(key: str | None) -> None:
    async with Simulator(demo_cast(), api_key=key) as gateway:
        assert await fingerprint(at(gateway.url), SystemClock()) == "waha"


async def test_where_nobody_listens_that_is_said() -> None:
    async with answering({}) as (url, _):
        pass
    with pytest.raises(GatewayError) as refused:
        await fingerprint(at(url), SystemClock())
    assert refused.value.fault is GatewayFault.REFUSED


async def test_the_cloud_needs_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    unreachable: Callable[..., None] = lambda *_: pytest.fail("it was asked")  # noqa: E731
    monkeypatch.setattr("healthcheckd.gateways.fingerprint._ping", unreachable)
    assert await fingerprint(at("https://graph.facebook.com/v21.0"), SystemClock()) == "meta"
