"""The client that all adapters share, against a server that does odd things."""

import asyncio
import gzip
import ssl
import traceback
from collections.abc import AsyncIterator, Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.http import LIST, MIB, TRIES, Client
from healthcheckd.settings import Secret
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at

TLS = Path(__file__).parent / "tls"
FINE = shown({"ok": True})

Connect = Callable[..., Client]


@pytest.fixture
async def client(wire: Wire, clock: QuickClock) -> AsyncIterator[Connect]:
    opened: list[Client] = []

    def connected(*, url: str = "", concurrency: int = 16, **changes: Any) -> Client:
        settings = reached_at(url or wire.url, "waha", **changes)
        opened.append(Client(settings, clock, key_header="X-Api-Key", concurrency=concurrency))
        return opened[-1]

    yield connected
    for each in opened:
        await each.close()


async def failing(call: Any) -> GatewayError:
    with pytest.raises(GatewayError) as caught:
        await call
    return caught.value


async def test_a_read_carries_the_key_and_no_content_type(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    await client().read("a")
    headers = wire.asked[0].headers
    assert headers["X-Api-Key"] == KEY
    assert "Content-Type" not in headers


async def test_a_verb_without_a_body_has_no_content_type_either(wire: Wire, client: Connect) -> None:
    wire.on("POST", "/a", FINE)
    await client().act("a")
    assert "Content-Type" not in wire.asked[0].headers


async def test_a_body_is_sent_as_json(wire: Wire, client: Connect) -> None:
    wire.on("POST", "/a", FINE)
    await client().act("a", body={"phoneNumber": "1"})
    assert wire.asked[0].headers["Content-Type"] == "application/json"
    assert wire.asked[0].body == b'{"phoneNumber":"1"}'


async def test_basic_password_and_extra_headers_go_along(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    extra = {"X-Tenant": Secret("acme")}
    await client(basic_user="ops", basic_password=Secret("pâss"), headers=extra).read("a")
    headers = wire.asked[0].headers
    assert headers["Authorization"] == "Basic b3BzOnDDonNz"
    assert headers["X-Tenant"] == "acme"


async def test_the_path_of_the_url_is_kept_and_segments_are_encoded_once(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/behind/proxy/s/a%2Fb%23%3F%2525?all=true", FINE)
    answer = await client(url=wire.url + "/behind/proxy/").read("s", "a/b#?%25", query={"all": "true"})
    assert answer.ok


async def test_an_error_says_where_without_the_query(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/s?format=raw", Reply(503))
    error = await failing(client().read("s", query={"format": "raw"}))
    assert error.where == "main /s"
    assert str(error).startswith("main /s: ")


async def test_latency_is_measured_without_the_wait_for_a_turn(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    wire.delay = 0.05
    one = client(concurrency=1)
    answers = await asyncio.gather(*(one.read("a") for _ in range(3)))
    assert all(0.04 < answer.latency < 0.14 for answer in answers)


async def test_the_deadline_starts_when_the_turn_comes(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    wire.delay = 0.08
    one = client(concurrency=1, timeout=timedelta(seconds=0.3))
    answers = await asyncio.gather(*(one.read("a") for _ in range(6)))
    assert [answer.status for answer in answers] == [200] * 6


async def test_no_more_are_under_way_than_allowed(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    wire.delay = 0.01
    three = client(concurrency=3)
    await asyncio.gather(*(three.read("a") for _ in range(20)))
    assert wire.busiest == 3


async def test_a_late_answer_is_a_timeout_and_not_tried_again(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(hangs=True))
    error = await failing(client(timeout=timedelta(seconds=0.2)).read("a"))
    assert error.fault is GatewayFault.TIMEOUT
    assert len(wire.asked) == 1


@pytest.mark.parametrize("status", [502, 503, 504])
async def test_a_read_is_tried_again_while_the_door_is_shut(
    wire: Wire, client: Connect, clock: QuickClock, status: int
) -> None:
    wire.on("GET", "/a", Reply(status), Reply(status), FINE)
    assert (await client().read("a")).ok
    assert len(clock.slept) == 2
    assert all(seconds <= 1 for seconds in clock.slept)


async def test_a_dropped_connection_is_tried_again(wire: Wire, client: Connect, clock: QuickClock) -> None:
    dropped = Reply(aborts=True)
    wire.on("GET", "/a", dropped, dropped, FINE)
    assert (await client().read("a")).ok
    assert len(clock.slept) == 2


async def test_a_verb_that_is_a_get_is_made_once(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a?number=1", Reply(aborts=True))
    await failing(client().act("a", method="GET", query={"number": "1"}))
    assert wire.targets("GET") == ["/a?number=1"]


async def test_headers_of_one_request_stand_beside_the_key(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", FINE)
    one = client()
    await one.read("a", headers={"Authorization": "Bearer t-1"})
    await one.read("a")
    first, second = (asked.headers for asked in wire.asked)
    assert (first["Authorization"], first["X-Api-Key"]) == ("Bearer t-1", KEY)
    assert "Authorization" not in second


async def test_a_secret_in_the_path_is_sent_and_never_shown(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/s/a%2Fb", Reply(503))
    error = await failing(client().read("s", Secret("a/b")))
    assert (error.where, wire.targets("GET")[0]) == ("main /s/****", "/s/a%2Fb")


async def test_tries_come_to_an_end_with_the_real_error(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(503))
    error = await failing(client().read("a"))
    assert (error.fault, len(wire.asked)) == (GatewayFault.SERVER_ERROR, TRIES)


@pytest.mark.parametrize("status", [400, 404, 422, 500])
async def test_an_answer_of_the_gateway_itself_is_not_tried_again(wire: Wire, client: Connect, status: int) -> None:
    wire.on("GET", "/a", Reply(status))
    assert (await client().read("a")).status == status
    assert len(wire.asked) == 1


@pytest.mark.parametrize("reply", [Reply(503), Reply(aborts=True), Reply(504)])
async def test_a_verb_is_never_repeated(wire: Wire, client: Connect, reply: Reply) -> None:
    wire.on("POST", "/a", reply, FINE)
    await failing(client().act("a"))
    assert len(wire.asked) == 1


async def test_a_verb_on_a_connection_used_before_is_not_repeated_either(wire: Wire, client: Connect) -> None:
    wire.on("POST", "/a", FINE, Reply(aborts=True), FINE)
    one = client()
    await one.act("a")
    assert (await failing(one.act("a"))).fault is GatewayFault.NETWORK
    assert len(wire.asked) == 2


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


async def test_a_refused_key_is_read_again_from_its_file_and_tried_once(
    wire: Wire, client: Connect, tmp_path: Path
) -> None:
    file = tmp_path / "key"
    file.write_text("new-key\n")
    wire.on("POST", "/a", Reply(401), FINE)
    assert (await client(api_key=Secret("old-key"), api_key_file=file).act("a")).ok
    assert [asked.headers["X-Api-Key"] for asked in wire.asked] == ["old-key", "new-key"]


async def test_a_renewed_key_is_kept(wire: Wire, client: Connect, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("new-key")
    wire.on("GET", "/a", Reply(401), FINE)
    one = client(api_key=Secret("old-key"), api_key_file=file)
    await one.read("a")
    await one.read("a")
    assert [asked.headers["X-Api-Key"] for asked in wire.asked] == ["old-key", "new-key", "new-key"]


async def test_the_same_key_is_not_tried_twice(wire: Wire, client: Connect, tmp_path: Path) -> None:
    file = tmp_path / "key"
    file.write_text("old-key\n")
    wire.on("GET", "/a", Reply(401))
    error = await failing(client(api_key=Secret("old-key"), api_key_file=file).read("a"))
    assert error.fault is GatewayFault.UNAUTHORIZED
    assert "api_key_file of gateway main" in error.hint
    assert len(wire.asked) == 1


async def test_a_key_file_that_vanished_leaves_the_old_key_and_says_so(
    wire: Wire, client: Connect, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    wire.on("GET", "/a", Reply(401))
    error = await failing(client(api_key_file=tmp_path / "gone").read("a"))
    assert error.fault is GatewayFault.UNAUTHORIZED
    assert [record.action for record in caplog.records if hasattr(record, "action")] == ["secret_file_unreadable"]


async def test_a_password_wanted_by_a_proxy_in_front_is_told_apart_from_the_key(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}))
    error = await failing(client().read("a"))
    assert "basic_user and basic_password" in error.hint


async def test_without_any_key_the_error_asks_to_set_one(wire: Wire, client: Connect) -> None:
    wire.on("GET", "/a", Reply(401))
    error = await failing(client(api_key=None).read("a"))
    assert error.hint.startswith("set api_key of gateway main")
    assert "X-Api-Key" not in wire.asked[0].headers


async def test_a_key_that_no_header_can_hold_is_an_error_and_not_a_crash(wire: Wire, client: Connect) -> None:
    error = await failing(client(api_key=Secret("two\nlines")).read("a"))
    assert "api_key" in error.hint
    assert wire.asked == []


async def test_requests_go_through_the_proxy(wire: Wire, client: Connect) -> None:
    wire.on("GET", "http://gateway.invalid/a", FINE)
    proxy = Secret(wire.url.replace("http://", "http://ops:pass@"))
    assert (await client(url="http://gateway.invalid", proxy=proxy).read("a")).ok
    assert wire.asked[0].headers["Proxy-Authorization"].startswith("Basic ")


async def test_a_proxy_that_refuses_is_named_without_its_password(wire: Wire, client: Connect) -> None:
    wire.on("CONNECT", "gateway.invalid:443", Reply(407))
    proxy = Secret(wire.url.replace("http://", "http://ops:proxy-pass-61@"))
    error = await failing(client(url="https://gateway.invalid", proxy=proxy).read("a"))
    assert (error.fault, error.what) == (GatewayFault.NETWORK, "the proxy gives no way through")
    assert "proxy-pass-61" not in "".join(traceback.format_exception(error))


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
