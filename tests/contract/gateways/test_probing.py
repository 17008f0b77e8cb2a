"""Probes of our own network, on loopback."""

import asyncio
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from healthcheckd.gateways.probing import probes_of
from healthcheckd.settings import NetworkSettings

Answer = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@asynccontextmanager
async def server(answer: Answer) -> AsyncIterator[int]:
    """Gone, with all its connections, when the context ends."""
    served: list[asyncio.Task[None]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await answer(reader, writer)
        finally:
            writer.close()
            await asyncio.wait([asyncio.ensure_future(writer.wait_closed())])

    def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        served.append(asyncio.ensure_future(serve(reader, writer)))

    async with await asyncio.start_server(connected, "127.0.0.1", 0) as serving:
        yield serving.sockets[0].getsockname()[1]
    await asyncio.gather(*served, return_exceptions=True)


def saying(text: bytes) -> Answer:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(text)
        await writer.drain()

    return answer


async def saying_nothing(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    await reader.read()


async def ask(place: str, seconds: float = 5) -> bool:
    [probe] = probes_of(NetworkSettings((place,), timedelta(seconds=seconds)))
    return await probe.answers()


def nobody() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@pytest.mark.parametrize("status", ["200 OK", "404 Not Found", "503 Busy", "302 Found\r\nLocation: http://192.0.2.1/"])
async def test_any_status_is_an_answer_and_no_redirect_is_followed(status: str) -> None:
    async with server(saying(f"HTTP/1.1 {status}\r\nContent-Length: 0\r\n\r\n".encode())) as port:
        assert await ask(f"http://127.0.0.1:{port}")


async def test_what_speaks_no_http_is_no_answer_to_a_page() -> None:
    async with server(saying(b"220 mail.example.com\r\n")) as port:
        assert not await ask(f"http://127.0.0.1:{port}")


async def test_a_port_that_takes_us_is_an_answer() -> None:
    async with server(saying_nothing) as port:
        assert await ask(f"tcp://127.0.0.1:{port}")


@pytest.mark.parametrize("scheme", ["http", "tcp"])
async def test_a_shut_door_is_none(scheme: str) -> None:
    assert not await ask(f"{scheme}://127.0.0.1:{nobody()}")


async def test_it_does_not_wait_longer_than_it_may() -> None:
    async with server(saying_nothing) as port:
        assert not await ask(f"http://127.0.0.1:{port}", seconds=0.05)


async def test_a_certificate_that_is_nobodys_proves_nothing() -> None:
    async with server(saying(b"\x15\x03\x01\x00\x02\x02\x28")) as port:
        assert not await ask(f"https://127.0.0.1:{port}", seconds=1)
