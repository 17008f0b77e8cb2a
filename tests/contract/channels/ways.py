"""One channel of each kind, with what a test has to do to make its server behave."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from socket import socket

from healthcheckd.notify.channels import AppriseChannel
from healthcheckd.notify.email import EmailChannel
from healthcheckd.notify.pagers import Pager, opsgenie, pagerduty
from healthcheckd.notify.sink import MailSink
from healthcheckd.ports.channel import Channel, Message
from healthcheckd.settings import ChannelSettings, EmailSettings, Secret
from tests.contract.channels.services import GOOD_KEY, Services, serving
from tests.fakes.clock import ManualClock
from tests.integration.notify.servers import Inbox, real_server

TOKEN = "t0ken-do-not-show-me"
PASSWORD = "correct horse"
SOON = timedelta(seconds=0.3)
LONG = timedelta(seconds=20)

MESSAGE = Message(
    recipient="owner@example.com",
    subject="Shop has been offline since 02:14",
    text="Shop has been offline since 02:14.\n\nScan the QR code.\n",
    html="<p>Shop</p>",
    message_id="<abc@install.healthcheckd>",
    thread="<incident-7@install.healthcheckd>",
    chat="Shop has been offline since 02:14\nScan the QR code",
    kind="offline",
)


@dataclass
class Way:
    """A channel that works; `broken` is the same with a server that is not there, `refused` one that does not want it
    for ever, `busy` for now. `arrived` counts messages."""

    channel: Channel
    arrived: Callable[[], int]
    broken: Channel
    busy: Callable[[], Awaitable[Channel]]
    silent: Callable[[], Awaitable[Channel]]
    secrets: tuple[str, ...]


@contextmanager
def closed_port() -> Iterator[int]:
    """One at which nobody listens, and nobody will as long as it is held."""
    with socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def apprise_channel(url: str, timeout: timedelta = LONG) -> AppriseChannel:
    return AppriseChannel(ChannelSettings("team", url=Secret(url), timeout=timeout))


def pager(kind: str, url: str, key: str = GOOD_KEY, timeout: timedelta = LONG) -> Pager:
    build = pagerduty if kind == "pagerduty" else opsgenie
    return build(ChannelSettings("page", "pagerduty", Secret(url), Secret(key), timeout=timeout))


def email(port: int, timeout: timedelta = LONG) -> EmailChannel:
    settings = EmailSettings(
        enabled=True,
        service="smtp",
        host="127.0.0.1",
        port=port,
        security="none",
        sender="noreply@example.com",
        timeout=timeout,
    )
    return EmailChannel(settings, ManualClock())


@asynccontextmanager
async def way(kind: str, folder: Path) -> AsyncIterator[Way]:
    makers = {"email": _email, "sink": _sink, "apprise": _apprise, "pagerduty": _pager, "opsgenie": _pager}
    with closed_port() as nowhere:
        async with makers[kind](kind, folder, nowhere) as made:
            yield made


@asynccontextmanager
async def _apprise(kind: str, folder: Path, nowhere: int) -> AsyncIterator[Way]:
    async with serving() as services:
        host = f"json://user:{TOKEN}@127.0.0.1"
        made = apprise_channel(f"{host}:{services.port}/hook/{TOKEN}?+X-Key={TOKEN}")
        impatient = apprise_channel(f"{host}:{services.port}/hook/{TOKEN}", SOON)
        broken = apprise_channel(f"{host}:{nowhere}/hook/{TOKEN}?+X-Key={TOKEN}")
        yield _http(services, made, broken, impatient, TOKEN)


@asynccontextmanager
async def _pager(kind: str, folder: Path, nowhere: int) -> AsyncIterator[Way]:
    async with serving() as services:
        broken = pager(kind, f"http://127.0.0.1:{nowhere}")
        impatient = pager(kind, services.url, timeout=SOON)
        yield _http(services, pager(kind, services.url), broken, impatient, GOOD_KEY)


def _http(services: Services, made: Channel, broken: Channel, impatient: Channel, *secrets: str) -> Way:
    async def busy() -> Channel:
        services.status, services.text = 503, " ".join(["busy", *secrets])
        return made

    async def silent() -> Channel:
        services.silent = asyncio.Event()
        return impatient

    return Way(made, lambda: len(services.calls), broken, busy, silent, secrets)


@asynccontextmanager
async def _email(kind: str, folder: Path, nowhere: int) -> AsyncIterator[Way]:
    inbox = Inbox()
    async with real_server(inbox, starttls=False, login=False) as port, _deaf() as deaf, _refusing() as refusing:
        yield _mail(email(port), lambda: len(inbox.contents), nowhere, deaf, refusing)


@asynccontextmanager
async def _sink(kind: str, folder: Path, nowhere: int) -> AsyncIterator[Way]:
    sink = MailSink(folder)
    port = await sink.open()
    async with _deaf() as deaf, _refusing() as refusing:
        yield _mail(email(port), lambda: len(sink.mails), nowhere, deaf, refusing)
    await sink.close()


def _mail(made: Channel, arrived: Callable[[], int], nowhere: int, deaf: int, refusing: int) -> Way:
    async def busy() -> Channel:
        return email(refusing)

    async def silent() -> Channel:
        return email(deaf, SOON)

    return Way(made, arrived, email(nowhere), busy, silent, (PASSWORD,))


@asynccontextmanager
async def _deaf() -> AsyncIterator[int]:
    """It takes the connection and says nothing."""
    async with _talking(b"") as port:
        yield port


@asynccontextmanager
async def _refusing() -> AsyncIterator[int]:
    async with _talking(b"421 too many connections, come back later\r\n") as port:
        yield port


@asynccontextmanager
async def _talking(greeting: bytes) -> AsyncIterator[int]:
    over = asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(greeting)
        await over.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        over.set()
        server.close()
