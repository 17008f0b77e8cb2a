"""Evolution's own webhook of an instance, in the forms that its builds have for it."""

from typing import Any

import msgspec
import pytest

from healthcheckd.gateways.evolution_install import OF_OLD, EvolutionInstaller
from healthcheckd.ports.hooks import Installed
from healthcheckd.settings import Secret
from tests.contract.gateways.conftest import QuickClock
from tests.contract.gateways.evolution.conftest import failed
from tests.contract.gateways.wire import Reply, Wire, shown
from tests.contract.gateways.worlds import reached_at

FIND, SET = "/webhook/find/shop", "/webhook/set/shop"
SECRET = "a-secret-of-thirty-two-characters-and-more"
URL = f"https://hooks.acme.org/hooks/main/{SECRET}"
NONE = Reply(200, b"null")


def row(**changes: Any) -> Reply:
    kept = {"id": "cm1", "enabled": True, "url": URL, "events": list(OF_OLD), "webhookByEvents": False}
    return shown({**kept, "headers": {"jwt_key": "their-key"}, "instanceId": "215a", **changes})


async def install(wire: Wire) -> Installed:
    installer = EvolutionInstaller(reached_at(wire.url, "evolution", hook_secret=Secret(SECRET)), QuickClock())
    try:
        return await installer.install(URL, ["shop"])
    finally:
        await installer.close()


def sent(wire: Wire) -> list[dict[str, Any]]:
    return [msgspec.json.decode(one.body) for one in wire.asked if one.target == SET]


async def test_it_is_told_in_the_forms_of_old_and_of_now(wire: Wire) -> None:
    wire.on("GET", FIND, NONE, row())
    wire.on("POST", SET, shown({}, 201))
    assert await install(wire) == Installed(set=("shop",))
    (body,) = sent(wire)
    assert (body["enabled"], body["url"], body["webhookByEvents"]) == (True, URL, False)
    assert (body["webhook"]["enabled"], body["webhook"]["url"], body["webhook"]["byEvents"]) == (True, URL, False)
    assert set(OF_OLD) < set(body["webhook"]["events"]) == set(body["events"])


async def test_a_build_that_does_not_know_all_events_gets_those_that_all_know(wire: Wire) -> None:
    wire.on("GET", FIND, NONE, row())
    wire.on("POST", SET, failed(400, [["STATUS_INSTANCE is not one of enum values"]], "Bad Request"), shown({}, 201))
    assert (await install(wire)).set == ("shop",)
    assert [len(body["events"]) for body in sent(wire)] == [5, 3]


async def test_a_success_that_is_none_is_told(wire: Wire) -> None:
    wire.on("GET", FIND, NONE)
    wire.on("POST", SET, shown({}, 201))
    assert (await install(wire)).failed == {"shop": "it was told the address, and does not show it afterwards"}


@pytest.mark.parametrize("found", [{"enabled": False}, {"events": ["CALL"]}, {"events": None}])
async def test_ours_that_is_off_or_deaf_is_set_again(wire: Wire, found: dict[str, Any]) -> None:
    wire.on("GET", FIND, row(**found), row())
    wire.on("POST", SET, shown({}, 201))
    assert (await install(wire)).set == ("shop",)


async def test_theirs_that_is_off_is_left_as_it_is(wire: Wire) -> None:
    wire.on("GET", FIND, row(enabled=False, url="https://app.acme.org/hooks/main"))
    assert "another address" in (await install(wire)).failed["shop"]
    assert sent(wire) == []


async def test_an_instance_that_is_not_loaded_is_told(wire: Wire) -> None:
    wire.on("GET", FIND, NONE)
    wire.on("POST", SET, failed(500, "Internal server error", "Internal Server Error"))
    assert (await install(wire)).failed == {"shop": "the server failed (500)"}


async def test_its_own_words_are_not_repeated(wire: Wire) -> None:
    wire.on("GET", FIND, NONE)
    wire.on("POST", SET, failed(400, [[f'Invalid "url" property {URL}']], "Bad Request"))
    (why,) = (await install(wire)).failed.values()
    assert SECRET not in why
    assert "400" in why


async def test_what_cannot_be_read_is_not_overwritten(wire: Wire) -> None:
    wire.on("GET", FIND, Reply(200, b"<html>"))
    assert "not the JSON expected" in (await install(wire)).failed["shop"]
    assert sent(wire) == []
