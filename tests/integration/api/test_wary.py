"""Where anybody may connect: TLS, too many at once, and readers that take nothing."""

import asyncio
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from aiohttp import web

from healthcheckd.api.serving import listening_at
from healthcheckd.api.visitors import Visitors, visitors_of
from healthcheckd.api.wary import serving_strangers
from healthcheckd.daemon.doors import Certificate
from healthcheckd.settings import HttpSettings
from tests.keys import certificate, rsa_pair

HTTP = HttpSettings(timeout=timedelta(seconds=0.5))
ASKED = b"GET / HTTP/1.1\r\nHost: x\r\n\r\n"


@asynccontextmanager
async def door(http: HttpSettings, answer: bytes = b"here", tls: ssl.SSLContext | None = None) -> AsyncIterator[int]:
    async def answered(_: web.Request) -> web.Response:
        return web.Response(body=answer)

    app = web.Application()
    app.router.add_get("/", answered)
    listening = listening_at(("127.0.0.1", 0), "http.listen")
    async with serving_strangers(app, listening, visitors_of(http), tls):
        yield listening.getsockname()[1]


async def asked(port: int, tls: ssl.SSLContext | None = None) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=tls)
    writer.write(ASKED)
    answer = await asyncio.wait_for(reader.read(4096), 5)
    writer.close()
    return answer


async def raw(port: int, sent: bytes) -> bytes:
    """All that is answered."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(sent)
    answer = b""
    with suppress(ConnectionError):
        while came := await asyncio.wait_for(reader.read(4096), 5):
            answer += came
    writer.close()
    return answer


def write(folder: Path, serial: int) -> HttpSettings:
    (folder / "api.crt").write_bytes(certificate(rsa_pair(), serial))
    (folder / "api.key").write_bytes(rsa_pair().private)
    return replace(HTTP, tls_cert=folder / "api.crt", tls_key_file=folder / "api.key")


async def serial_at(port: int) -> str:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("127.0.0.1", port, ssl=trusting)
    shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    from cryptography.x509 import load_der_x509_certificate

    return str(load_der_x509_certificate(shown).serial_number)


async def test_tls_is_spoken_and_its_certificate_renewed_without_a_restart(tmp_path: Path) -> None:
    http = write(tmp_path, 1)
    shown = Certificate(http)
    trusting = ssl.create_default_context(cadata=certificate(rsa_pair(), 1).decode())
    async with door(http, tls=shown.context) as port:
        assert (await asked(port, trusting)).endswith(b"here")
        assert await serial_at(port) == "1"
        write(tmp_path, 2)
        shown.renew()
        assert await serial_at(port) == "2"


async def test_whoever_does_not_get_through_the_handshake_is_let_go(tmp_path: Path) -> None:
    async with door(HTTP, tls=Certificate(write(tmp_path, 1)).context) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"\x16\x03\x01")
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_certificate_that_is_broken_by_now_is_not_put_in_force(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    http = write(tmp_path, 1)
    shown = Certificate(http)
    async with door(http, tls=shown.context) as port:
        (tmp_path / "api.crt").write_text("half a certif")
        shown.renew()
        assert await serial_at(port) == "1"
    assert "The certificate cannot be renewed" in caplog.text


async def test_whoever_says_nothing_is_let_go() -> None:
    async with door(HTTP) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        assert await asyncio.wait_for(reader.read(), 5) == b""
        writer.close()


async def test_a_head_that_drips_is_cut_off_however_long_it_goes_on() -> None:
    async with door(HTTP) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(b"GET / HTTP/1.1\r\nX-Slow: ")
        ended = asyncio.ensure_future(reader.read())
        for _ in range(100):
            writer.write(b"x")
            if (await asyncio.wait({ended}, timeout=0.1))[0]:
                break
        assert ended.done()
        with suppress(ConnectionError):
            assert await ended == b""
        writer.close()


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00 this is a secret\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nthis is a secret\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX-Long: this is a secret" + b"y" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"X-Many: this is a secret\r\n" * 1_000 + b"\r\n",
        b"GET /" + b"this-is-a-secret" * 1_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
    ],
)
async def test_what_is_no_http_is_refused_without_repeating_it_or_saying_what_runs_here(sent: bytes) -> None:
    async with door(HTTP) as port:
        answer = await raw(port, sent)
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.split()[1] == b"400"
    assert b"\r\nServer: healthcheckd\r\n" in head
    assert b"Python" not in head and b"aiohttp" not in head
    assert msgspec.json.decode(body)["error"] == {"code": "malformed", "message": "this is no HTTP request", "hint": ""}


async def test_a_reader_that_takes_nothing_is_let_go() -> None:
    async with door(HTTP, b"x" * 50_000_000) as port:
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1024)
        writer.write(ASKED)
        await asyncio.sleep(1.5)
        with pytest.raises(asyncio.IncompleteReadError):
            await asyncio.wait_for(reader.readexactly(50_000_000), 5)
        writer.close()


async def test_one_too_many_is_turned_away_and_the_next_let_in_again() -> None:
    async with door(replace(HTTP, connections=2, timeout=timedelta(seconds=30))) as port:
        kept = [await asyncio.open_connection("127.0.0.1", port) for _ in range(2)]
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await asyncio.wait_for(reader.readexactly(1), 5)
        writer.close()
        for _, one in kept:
            one.close()
            await one.wait_closed()
        assert (await asked(port)).endswith(b"here")


def test_one_address_has_a_quarter_unless_it_speaks_for_others() -> None:
    visitors = Visitors(8, 1, {"10.0.0.1"}.__contains__)
    assert [visitors.enter("203.0.113.7") for _ in range(3)] == [True, True, False]
    assert [visitors.enter("10.0.0.1") for _ in range(7)] == [True] * 6 + [False]
    visitors.leave("10.0.0.1")
    assert visitors.enter("203.0.113.8")
    assert len(visitors) == 8
