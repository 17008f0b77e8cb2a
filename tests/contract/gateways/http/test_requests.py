"""What a request carries, and the way it goes."""

import traceback

from healthcheckd.errors import GatewayFault
from healthcheckd.settings import Secret
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.http.conftest import FINE, Connect
from tests.contract.gateways.wire import Reply, Wire
from tests.contract.gateways.worlds import KEY


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
