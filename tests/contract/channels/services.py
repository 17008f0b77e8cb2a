"""Services as they answer: one HTTP server that is a plain receiver, PagerDuty or Opsgenie, by what a test asks for."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

GOOD_KEY = "R0UT1NGK3Yabcdefabcdefabcdefabcd"
BAD_KEY = "N0TAK3Yabcdefabcdefabcdefabcdef0"

PAGERDUTY_BAD = {"status": "invalid event", "message": "Event object is invalid", "errors": []}
OPSGENIE_FINE = {"result": "Request will be processed", "took": 0.107, "requestId": "43a29c5c-3dbf-4fa4-9c26"}


@dataclass(frozen=True)
class Call:
    method: str
    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class Services:
    """What was called; `status` other than 0 is answered to everything, `silent` answers nothing."""

    port: int = 0
    calls: list[Call] = field(default_factory=list)
    status: int = 0
    text: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    silent: asyncio.Event | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def answer(self, request: web.Request) -> web.Response:
        text = await request.text()
        self.calls.append(Call(request.method, request.path_qs, dict(request.headers), json.loads(text)))
        if self.silent is not None:
            await self.silent.wait()
        if self.status:
            return web.Response(status=self.status, text=self.text, headers=self.headers)
        if request.path == "/v2/enqueue":
            return self._pagerduty(self.calls[-1].body)
        if request.path.startswith("/v2/alerts"):
            return self._opsgenie(request)
        return web.Response(text="taken")

    def _pagerduty(self, event: dict[str, Any]) -> web.Response:
        if event.get("routing_key") != GOOD_KEY:
            errors = [f"'routing_key' {event.get('routing_key')} is invalid"]
            return web.json_response({**PAGERDUTY_BAD, "errors": errors}, status=400)
        payload = event.get("payload", {})
        if event["event_action"] == "trigger" and not (payload.get("summary") and payload.get("severity")):
            return web.json_response({**PAGERDUTY_BAD, "errors": ["'payload' is missing"]}, status=400)
        taken = {"status": "success", "message": "Event processed", "dedup_key": event["dedup_key"]}
        return web.json_response(taken, status=202)

    def _opsgenie(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != f"GenieKey {GOOD_KEY}":
            return web.json_response({"message": "Could not authenticate", "took": 0.0}, status=403)
        return web.json_response(OPSGENIE_FINE, status=202)


@asynccontextmanager
async def serving() -> AsyncIterator[Services]:
    services = Services()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", services.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    services.port = runner.addresses[0][1]
    try:
        yield services
    finally:
        if services.silent is not None:
            services.silent.set()
        await runner.cleanup()
