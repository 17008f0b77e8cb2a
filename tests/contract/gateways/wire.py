"""A small HTTP server that answers what a test wrote down, and remembers what it was asked."""

import asyncio
import ssl
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec
from aiohttp import web

JSON = "application/json; charset=utf-8"


@dataclass(frozen=True)
class Asked:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """`cut` announces more bytes than it sends; `hangs` never answers; `aborts` drops the connection."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=lambda: {"Content-Type": JSON})
    cut: bool = False
    hangs: bool = False
    aborts: bool = False


def shown(value: Any, status: int = 200) -> Reply:
    return Reply(status, msgspec.json.encode(value))


class Wire:
    """Replies are per method and target as sent, in order; the last is repeated. What is not written down is 404."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self.busiest = 0
        self.delay = 0.0
        self._busy = 0
        self._tls = tls
        self._replies: dict[tuple[str, str], list[Reply]] = defaultdict(list)
        self._runner: web.ServerRunner | None = None
        self.url = ""

    def on(self, method: str, target: str, *replies: Reply) -> None:
        self._replies[method, target] = list(replies)

    def targets(self, method: str) -> list[str]:
        return [asked.target for asked in self.asked if asked.method == method]

    async def start(self) -> None:
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        self._runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        target = request.raw_path
        self.asked.append(Asked(request.method, target, request.headers.copy(), await request.read()))
        self._busy += 1
        self.busiest = max(self.busiest, self._busy)
        try:
            await asyncio.sleep(self.delay)
            return await self._answer(request, self._next(request.method, target))
        finally:
            self._busy -= 1

    def _next(self, method: str, target: str) -> Reply:
        replies = self._replies[method, target]
        if not replies:
            return shown({"statusCode": 404, "message": f"Cannot {method} {target}", "error": "Not Found"}, 404)
        return replies.pop(0) if len(replies) > 1 else replies[0]

    async def _answer(self, request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        if reply.hangs:
            await asyncio.Event().wait()
        if reply.aborts and request.transport is not None:
            request.transport.abort()
        if reply.cut:
            return await self._cut_short(request, reply)
        return web.Response(status=reply.status, body=reply.body, headers=reply.headers)

    async def _cut_short(self, request: web.BaseRequest, reply: Reply) -> web.StreamResponse:
        response = web.StreamResponse(status=reply.status, headers=reply.headers)
        response.content_length = len(reply.body) + 100
        await response.prepare(request)
        await response.write(reply.body)
        if request.transport is not None:
            request.transport.close()
        return response
