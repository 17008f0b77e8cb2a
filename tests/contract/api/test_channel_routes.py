"""The routes of channels: what they ask of the daemon, and what they refuse."""

import pytest

from healthcheckd.errors import DeliveryError, DeliveryScope, UnknownName
from tests.contract.api.conftest import ANA, Ask
from tests.contract.api.fakes import FakeDaemon


async def test_they_are_listed_without_their_urls(ask: Ask) -> None:
    (row,) = (await ask("GET", "/channels")).data
    assert (row["name"], row["kind"], row["owed"]) == ("team", "apprise", 2)
    assert row["used_by"] == ["ana"]
    assert "url" not in row


async def test_one_is_tried_at_an_address(ask: Ask, daemon: FakeDaemon) -> None:
    answer = await ask("POST", "/channels/team/test", body={"address": "+4915"})
    assert answer.data == {"answer": "accepted"}
    assert daemon.asked == [("test channel", "team", "+4915", ANA)]


async def test_one_that_does_not_exist_is_not(ask: Ask) -> None:
    with pytest.raises(UnknownName, match="taem"):
        await ask("POST", "/channels/taem/test", body={})


async def test_what_the_service_said_comes_back(ask: Ask, daemon: FakeDaemon) -> None:
    daemon.fails = DeliveryError("error=404", scope=DeliveryScope.CHANNEL, permanent=False, where="channel team")
    with pytest.raises(DeliveryError, match="channel team: error=404"):
        await ask("POST", "/channels/team/test", body={})
