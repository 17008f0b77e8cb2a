"""Failures in words: what they are called, where they are placed, what they advise."""

import errno
from pathlib import Path
from ssl import SSLCertVerificationError, SSLError
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey

from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.faults import Faults
from healthcheckd.settings import GatewaySettings, Origin, Secret

KEY = ConnectionKey("gw.example", 3000, False, True, None, None, None)
SETTINGS = GatewaySettings(
    "main", "waha", "http://127.0.0.1:3000", api_key=Secret("k-55"), origin=Origin("hc.toml", 12)
)


def faults(*marks: Path, **changes: Any) -> Faults:
    settings = GatewaySettings(**{name: getattr(SETTINGS, name) for name in ("name", "kind", "origin")} | changes)
    return Faults(settings, marks)


def on_local(*marks: Path) -> Faults:
    return faults(*marks, url="http://127.0.0.1:3000")


def connector(number: int) -> aiohttp.ClientConnectorError:
    return aiohttp.ClientConnectorError(KEY, OSError(number, "secret-text"))


@pytest.mark.parametrize(
    ("error", "fault", "words"),
    [
        (connector(errno.ECONNREFUSED), GatewayFault.REFUSED, "nothing listens at 127.0.0.1:3000"),
        (connector(errno.EHOSTUNREACH), GatewayFault.NETWORK, "no route to host"),
        (connector(errno.EMFILE), GatewayFault.NETWORK, "too many open files"),
        (aiohttp.ClientOSError(errno.ECONNRESET, "x"), GatewayFault.NETWORK, "the connection broke off"),
        (aiohttp.ServerDisconnectedError(), GatewayFault.NETWORK, "the connection broke off"),
        (aiohttp.ClientConnectorDNSError(KEY, OSError(-2, "x")), GatewayFault.NETWORK, "no address is known"),
        (aiohttp.ClientProxyConnectionError(KEY, OSError(111, "x")), GatewayFault.NETWORK, "the proxy gives no way"),
        (
            aiohttp.ClientConnectorCertificateError(KEY, SSLCertVerificationError()),
            GatewayFault.TLS,
            "certificate not trusted",
        ),
        (aiohttp.ClientConnectorSSLError(KEY, SSLError()), GatewayFault.TLS, "no TLS connection"),
        (aiohttp.ClientPayloadError("body"), GatewayFault.BAD_ANSWER, "the answer broke off"),
        (aiohttp.InvalidURL("http://u:p@x"), GatewayFault.BAD_ANSWER, "cannot be asked"),
        (aiohttp.ClientError(), GatewayFault.BAD_ANSWER, "is not HTTP"),
        (ValueError("header"), GatewayFault.BAD_ANSWER, "cannot be asked"),
    ],
)
def test_each_failure_has_its_name_and_words(error: Any, fault: GatewayFault, words: str) -> None:
    found = on_local().broken(error, "main /api")
    assert (found.fault, found.where) == (fault, "main /api")
    assert words in found.what
    assert "secret-text" not in found.what


@pytest.mark.parametrize(
    ("status", "fault"),
    [
        (401, GatewayFault.UNAUTHORIZED),
        (403, GatewayFault.UNAUTHORIZED),
        (404, GatewayFault.NOT_FOUND),
        (409, GatewayFault.CONFLICT),
        (422, GatewayFault.CONFLICT),
        (429, GatewayFault.RATE_LIMITED),
        (500, GatewayFault.SERVER_ERROR),
        (503, GatewayFault.SERVER_ERROR),
        (599, GatewayFault.SERVER_ERROR),
        (400, GatewayFault.BAD_ANSWER),
        (418, GatewayFault.BAD_ANSWER),
    ],
)
def test_each_status_has_its_name_and_shows_its_number(status: int, fault: GatewayFault) -> None:
    found = on_local().status(status, "main /api")
    assert found.fault is fault
    assert str(status) in found.what


def test_refused_on_this_host_asks_whether_it_runs() -> None:
    found = on_local().broken(connector(errno.ECONNREFUSED), "main /api")
    assert found.hint == "is it running? check url of gateway main (hc.toml:12)"


def test_refused_on_loopback_inside_a_container_says_what_loopback_is(tmp_path: Path) -> None:
    mark = tmp_path / ".dockerenv"
    mark.touch()
    assert "the container itself" in on_local(mark).broken(connector(errno.ECONNREFUSED), "main /api").hint
    remote = faults(mark, url="http://10.0.0.5:3000")
    assert "container" not in remote.broken(connector(errno.ECONNREFUSED), "main /api").hint


@pytest.mark.parametrize(
    ("location", "shown"),
    [
        ("https://a.example/p?token=t", "https://a.example"),
        ("/relative?token=t", "redirected, "),
        ("", "redirected, "),
        ("http://u:secret@b.example:99/x", "http://b.example:99"),
        ("http://[", "redirected, "),
        ("http://" + "a" * 5_000, "redirected, "),
    ],
)
def test_a_redirect_shows_its_host_and_no_more(location: str, shown: str) -> None:
    what = on_local().redirected(location, "main /api").what
    assert shown in what
    assert "token" not in what
    assert "secret" not in what
    assert len(what) < 200


def test_a_key_from_a_file_is_looked_for_in_the_file() -> None:
    found = faults(url="http://x", api_key_file=Path("/run/key")).status(401, "main /api")
    assert found.hint == "check api_key_file of gateway main (hc.toml:12)"
