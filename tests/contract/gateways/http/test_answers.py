"""Answers that are none: redirects, and bodies too long, cut short or not what they claim."""

import asyncio
import gzip

from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.http import LIST, MIB
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.http.conftest import Connect
from tests.contract.gateways.wire import Reply, Wire


async def test_a_redirect_is_not_followed_and_shows_only_its_host(wire: Wire, client: Connect) -> None:
    other = "https://elsewhere.example:8443/secret-path?token=abc"
    wire.on("GET", "/a", Reply(302, headers={"Location": other}))
    error = await failing(client().read("a"))
    assert error.fault is GatewayFault.BAD_ANSWER
    assert "https://elsewhere.example:8443" in error.what
    assert "secret-path" not in error.what
    assert "url" in error.hint
    assert len(wire.asked) == 1


async def test_a_redirected_verb_is_not_followed_either(wire: Wire, client: Connect) -> None:
    wire.on("POST", "/a", Reply(307, headers={"Location": "/b"}))
    assert (await failing(client().act("a"))).fault is GatewayFault.BAD_ANSWER
    assert len(wire.asked) == 1


async def test_a_body_over_the_limit_is_a_bad_answer(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(200, b"x" * (MIB + 1)))
    error = await failing(client().read("a"))
    assert (error.fault, error.what) == (GatewayFault.BAD_ANSWER, "the answer is over 1 MiB")
    assert (await client().read("a", limit=LIST)).ok


async def test_a_body_that_unpacks_over_the_limit_is_a_bad_answer(wire: Wire, client: Connect) -> None:
    packed = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    wire.on("GET", "/a", Reply(200, gzip.compress(b"x" * 5 * MIB), packed))
    assert (await failing(client().read("a"))).fault is GatewayFault.BAD_ANSWER


async def test_a_body_cut_short_is_a_bad_answer(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(200, b"[]", cut=True))
    error = await failing(client().read("a"))
    assert (error.fault, error.what) == (GatewayFault.BAD_ANSWER, "the answer broke off")


async def test_a_body_that_is_not_what_it_claims_is_a_bad_answer(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(200, b"no gzip", {"Content-Encoding": "gzip"}))
    assert (await failing(client().read("a"))).fault is GatewayFault.BAD_ANSWER


async def test_cookies_are_not_kept(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(200, headers={"Set-Cookie": "sid=1"}))
    one = client(url=wire.url.replace("127.0.0.1", "localhost"))  # a jar would keep none for a bare address
    await one.read("a")
    await one.read("a")
    assert "Cookie" not in wire.asked[1].headers


async def test_what_does_not_speak_http_is_a_bad_answer(client: Connect) -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        writer.write(b"SSH-2.0-OpenSSH_9.2\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        error = await failing(client(url=f"http://127.0.0.1:{port}").read("a"))
    assert (error.fault, error.what) == (GatewayFault.BAD_ANSWER, "the answer is not HTTP")
