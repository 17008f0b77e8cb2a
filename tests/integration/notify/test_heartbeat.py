"""The sign of life over real HTTP, and what is said when it is lost."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from healthcheckd.errors import DeliveryError
from healthcheckd.notify.heartbeat import HttpPinger
from healthcheckd.settings import HeartbeatSettings, Secret

HEARD = web.AppKey("heard", list[str])
SETTINGS = HeartbeatSettings(timeout=timedelta(milliseconds=300))


@pytest.fixture
async def watcher() -> AsyncIterator[TestServer]:
    async def answer(request: web.Request) -> web.Response:
        request.app[HEARD].append(what := request.match_info["what"])
        if what == "slow":
            await asyncio.sleep(5)
        return web.Response(status=int(what), headers={"Location": "/ping/200"})

    app = web.Application()
    app[HEARD] = []
    app.router.add_get("/ping/{what}", answer)
    async with TestServer(app) as server:
        yield server


def pinger(server: TestServer, what: str) -> HttpPinger:
    return HttpPinger(Secret(str(server.make_url(f"/ping/{what}"))), SETTINGS)


async def test_it_arrives(watcher: TestServer) -> None:
    await pinger(watcher, "200").ping()
    assert watcher.app[HEARD] == ["200"]


@pytest.mark.parametrize("what", ["302", "404", "500", "slow"])
async def test_everything_else_is_lost_and_shows_no_address(watcher: TestServer, what: str) -> None:
    with pytest.raises(DeliveryError) as lost:
        await pinger(watcher, what).ping()
    assert "/ping/" not in f"{lost.value} {lost.value.hint} {lost.value!r}"


async def test_nobody_there_is_lost_too() -> None:
    with pytest.raises(DeliveryError, match="heartbeat"):
        await HttpPinger(Secret("http://127.0.0.1:9/secret-part"), SETTINGS).ping()
