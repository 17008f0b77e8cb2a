"""The routes of webhooks: what they ask of the daemon, and what they refuse."""

from datetime import UTC, datetime

import pytest

from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.ports.control import Again
from tests.contract.api.conftest import ANA, Ask
from tests.contract.api.fakes import SHOP, FakeDaemon


async def test_they_are_listed_without_their_secrets(ask: Ask) -> None:
    (row,) = (await ask("GET", "/webhooks")).data
    assert (row["name"], row["place"], row["owed"]) == ("crm", "https://crm.example.com", 3)
    assert "secret" not in row
    assert "url" not in row


async def test_one_is_tried(ask: Ask, daemon: FakeDaemon) -> None:
    assert (await ask("POST", "/webhooks/crm/test")).data == {"answer": "204 No Content"}
    assert daemon.asked == [("test webhook", "crm", ANA)]


async def test_one_that_does_not_exist_is_not(ask: Ask) -> None:
    with pytest.raises(UnknownName, match="crn"):
        await ask("POST", "/webhooks/crn/test")


async def test_what_is_to_be_replayed_is_passed_on(ask: Ask, daemon: FakeDaemon) -> None:
    body = {"since": "2026-05-01T10:00:00+02:00", "account": "shop", "dead": True}
    assert (await ask("POST", "/webhooks/crm/replay", body=body)).data == {"replayed": 4}
    since = datetime(2026, 5, 1, 8, tzinfo=UTC)
    assert daemon.asked[-1] == ("replay", "crm", Again(since, SHOP, True), ANA)


async def test_everything_is_never_replayed_by_oversight(ask: Ask, daemon: FakeDaemon) -> None:
    with pytest.raises(UsageError, match="say which events"):
        await ask("POST", "/webhooks/crm/replay", body={})
    assert daemon.asked == []


async def test_a_since_without_a_zone_is_refused(ask: Ask) -> None:
    with pytest.raises(UsageError, match="timezone"):
        await ask("POST", "/webhooks/crm/replay", body={"since": "2026-05-01T10:00:00"})


@pytest.mark.parametrize("since", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00"])
async def test_a_since_beyond_the_calendar_is_refused(ask: Ask, daemon: FakeDaemon, since: str) -> None:
    with pytest.raises(UsageError, match="beyond the end of time"):
        await ask("POST", "/webhooks/crm/replay", body={"since": since})
    assert daemon.asked == []
