"""What Meta refuses to the whole gateway: a key, a permission, an address."""

from pathlib import Path

import pytest

from healthcheckd.domain.observations import Connection
from healthcheckd.errors import GatewayFault
from healthcheckd.gateways.meta import MetaGateway
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.meta.conftest import (
    ACCOUNT,
    NO_SUCH_OBJECT,
    NUMBER,
    Connect,
    list_at,
    listed,
    one_at,
    reached,
    refusal,
    row,
)
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import KEY, reached_at


@pytest.mark.parametrize("status", [400, 401])
@pytest.mark.parametrize("code", [0, 190])
async def test_a_wrong_key_is_one_fault_of_the_gateway(wire: Wire, meta: MetaGateway, status: int, code: int) -> None:
    for target in (list_at(), one_at()):
        wire.on("GET", target, refusal(status, code, f"Malformed access token {KEY}"))
    for call in (listed(meta), meta.observe(NUMBER), meta.prove(NUMBER), meta.check()):
        error = await failing(call)
        assert error.fault is GatewayFault.UNAUTHORIZED
        assert "healthcheckd.toml:7" in error.hint
        assert KEY not in str(error)


@pytest.mark.parametrize("status", [400, 401])
async def test_a_key_that_was_renewed_in_its_file_is_read_again(
    wire: Wire, connect: Connect, tmp_path: Path, status: int
) -> None:
    file = tmp_path / "token"
    file.write_text("stale")
    meta = connect(reached(wire, api_key=None, api_key_file=file))
    wire.on("GET", one_at(), refusal(status, 190), shown(row()))
    file.write_text("fresh\n")
    assert (await meta.observe(NUMBER)).connection is Connection.CONNECTED
    assert [asked.headers["Authorization"] for asked in wire.asked] == ["Bearer stale", "Bearer fresh"]


@pytest.mark.parametrize(("status", "code"), [(500, 3), (403, 10), (403, 200), (400, 299)])
async def test_a_permission_that_is_missing_is_named(wire: Wire, meta: MetaGateway, status: int, code: int) -> None:
    wire.on("GET", list_at(), refusal(status, code))
    error = await failing(listed(meta))
    assert (error.fault, error.what) == (GatewayFault.UNAUTHORIZED, f"the key lacks a permission (code {code})")
    assert "whatsapp_business_management" in error.hint
    assert "healthcheckd.toml:7" in error.hint


@pytest.mark.parametrize("reply", [Reply(401), Reply(403), Reply(401, b"<html>proxy</html>")])
async def test_a_proxy_that_refuses_is_not_the_numbers_fault(wire: Wire, meta: MetaGateway, reply: Reply) -> None:
    wire.on("GET", one_at(), reply)
    assert (await failing(meta.observe(NUMBER))).fault is GatewayFault.UNAUTHORIZED


async def test_a_business_account_that_is_not_there_names_the_url(wire: Wire, meta: MetaGateway) -> None:
    wire.on("GET", list_at(), NO_SUCH_OBJECT)
    error = await failing(listed(meta))
    assert (error.fault, ACCOUNT in error.what, "url" in error.hint) == (GatewayFault.NOT_FOUND, True, True)


@pytest.mark.parametrize("path", ["", "/v25.0", "/v25.0/"])
async def test_a_url_without_a_business_account_is_shown_how_to_end(wire: Wire, connect: Connect, path: str) -> None:
    for call in (MetaGateway.check, listed):
        error = await failing(call(connect(reached_at(wire.url + path, "meta"))))
        assert "https://graph.facebook.com/v25.0/WABA_ID" in error.hint
    assert wire.asked == []
