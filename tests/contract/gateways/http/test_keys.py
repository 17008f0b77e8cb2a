"""A key that is refused, renewed or missing."""

from pathlib import Path

import pytest

from healthcheckd.errors import GatewayFault
from healthcheckd.settings import Secret
from tests.contract.gateways.conftest import failing
from tests.contract.gateways.http.conftest import FINE, Connect
from tests.contract.gateways.wire import Reply, Wire


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
