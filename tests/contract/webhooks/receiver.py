"""Receivers that behave, and others: an HTTP server that a test scripts, and bare sockets that speak none."""

import asyncio
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from aiohttp import web

from healthcheckd.notify.webhook import HttpWebhook
from healthcheckd.ports.webhooks import Parcel
from healthcheckd.settings import Secret, WebhookSettings
from tests.fakes.clock import ManualClock

SECRET = "a-signing-secret-7c1e"
BODY = json.dumps({"event": "whatsapp.health.critical", "accountId": "eu/shop"})
Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]


def parcel(**parts: object) -> Parcel:
    return Parcel(**{"delivery": "d1", "key": "k1", "event": "whatsapp.health.critical", "body": BODY, **parts})  # type: ignore[arg-type]


@dataclass
class Taken:
    headers: dict[str, str]
    body: bytes
    path: str


@dataclass
class Receiver:
    """Answers 204 unless a test says otherwise."""

    port: int = 0
    status: int = 204
    answers: dict[str, str] = field(default_factory=dict)
    text: str = ""
    answer: Answer | None = None
    taken: list[Taken] = field(default_factory=list)

    async def take(self, request: web.Request) -> web.StreamResponse:
        self.taken.append(Taken(dict(request.headers), await request.read(), request.path_qs))
        if self.answer is not None:
            return await self.answer(request)
        return web.Response(status=self.status, headers=self.answers, text=self.text or None)

    def url(self, path: str = "/hook", scheme: str = "http", login: str = "") -> str:
        return f"{scheme}://{login}127.0.0.1:{self.port}{path}"


@asynccontextmanager
async def receiving(tls: ssl.SSLContext | None = None) -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.take)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0, ssl_context=tls)
    await site.start()
    receiver.port = runner.addresses[0][1]
    try:
        yield receiver
    finally:
        await runner.cleanup()


@asynccontextmanager
async def speaking(said: bytes, *, hold: bool = False) -> AsyncIterator[int]:
    """A bare socket that reads a little, says this, and hangs up, or holds the line; yields its port."""
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(said)
        if hold:
            await over.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        over.set()
        server.close()
        await server.wait_closed()


@asynccontextmanager
async def webhook(url: str, **keys: object) -> AsyncIterator[HttpWebhook]:
    settings = WebhookSettings("crm", Secret(url), Secret(SECRET), **keys)  # type: ignore[arg-type]
    made = HttpWebhook(settings, ManualClock())
    try:
        yield made
    finally:
        await made.close()
