"""Encrypted connections: whom they trust, and what is said when they fail."""

import ssl
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from healthcheckd.errors import GatewayFault
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.http.conftest import FINE, Connect
from tests.contract.gateways.wire import Wire

TLS = Path(__file__).parent / "tls"


@pytest.fixture(params=[ssl.CERT_NONE])
async def secure(request: pytest.FixtureRequest) -> AsyncIterator[Wire]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / "server.pem", TLS / "server.key")
    context.load_verify_locations(TLS / "client.pem")
    context.verify_mode = request.param
    server = Wire(context)
    await server.start()
    server.on("GET", "/a", FINE)
    yield server
    await server.stop()


async def test_an_unknown_authority_is_not_believed(secure: Wire, client: Connect) -> None:
    error = await failing(client(url=secure.url).read("a"))
    assert error.fault is GatewayFault.TLS
    assert "not trusted" in error.what
    assert "ca_file" in error.hint
    assert secure.asked == []


async def test_a_named_authority_is_believed(secure: Wire, client: Connect) -> None:
    assert (await client(url=secure.url, ca_file=TLS / "server.pem").read("a")).ok


async def test_verification_can_be_switched_off(secure: Wire, client: Connect) -> None:
    assert (await client(url=secure.url, tls_verify=False).read("a")).ok


@pytest.mark.parametrize("secure", [ssl.CERT_REQUIRED], indirect=True)
async def test_a_certificate_of_ours_is_shown_where_one_is_wanted(secure: Wire, client: Connect) -> None:
    files = {"client_cert": TLS / "client.pem", "client_key_file": TLS / "client.key"}
    assert (await client(url=secure.url, ca_file=TLS / "server.pem", **files).read("a")).ok
    await failing(client(url=secure.url, ca_file=TLS / "server.pem").read("a"))
    assert len(secure.asked) == 1


async def test_https_to_a_plain_port_says_so(wire: Wire, client: Connect) -> None:
    error = await failing(client(url=wire.url.replace("http:", "https:")).read("a"))
    assert error.fault is GatewayFault.TLS
    assert "https" in error.hint


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"ca_file": Path("/nowhere/ca.pem")}, "ca_file"),
        ({"ca_file": TLS / "server.key"}, "ca_file"),
        ({"client_cert": Path("/nowhere/client.pem")}, "client_cert"),
    ],
)
async def test_a_tls_file_that_cannot_be_used_is_named(client: Connect, changes: dict[str, Path], key: str) -> None:
    error = await failing(client(url="https://127.0.0.1:1", **changes).read("a"))
    assert error.fault is GatewayFault.TLS
    assert key in error.hint
    assert str(next(iter(changes.values()))) in error.what
