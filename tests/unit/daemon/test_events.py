"""Telling events: nobody waits for a reader, and no reader is left in the dark."""

from datetime import UTC, datetime

import pytest

from healthcheckd.daemon.services.events import EventHub
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.ports.control import TooSlow
from healthcheckd.ports.store import Event

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def numbered(*numbers: int) -> list[Event]:
    return [Event("job", NOW, data={"number": number}) for number in numbers]


async def test_every_reader_hears_everything_from_when_it_came() -> None:
    hub = EventHub()
    hub.publish(numbered(0))
    with hub.follow() as first:
        hub.publish(numbered(1))
        with hub.follow() as second:
            hub.publish(numbered(2))
            hub.close()
            assert [row.data["number"] async for row in first] == [1, 2]
            assert [row.data["number"] async for row in second] == [2]


async def test_an_event_names_its_account_by_its_id() -> None:
    hub = EventHub()
    with hub.follow() as reader:
        hub.publish([Event("transition", NOW, AccountId("main", "a/b"), {"to": "Connected"})])
        assert await anext(reader) == EventRow(NOW, "transition", "main/a/b", {"to": "Connected"})


async def test_a_reader_that_falls_behind_gets_what_was_kept_and_is_told() -> None:
    hub = EventHub(kept=3)
    with hub.follow() as slow, hub.follow() as quick:
        heard = []
        for number in range(10):
            hub.publish(numbered(number))
            heard.append((await anext(quick)).data["number"])
        assert [(await anext(slow)).data["number"] for _ in range(3)] == [0, 1, 2]
        with pytest.raises(TooSlow, match="fell 3 events behind"):
            await anext(slow)
        assert heard == list(range(10))


async def test_the_end_of_the_daemon_is_the_end_of_a_reader_that_was_let_go_too() -> None:
    hub = EventHub(kept=1)
    with hub.follow() as slow:
        hub.publish(numbered(1, 2))
        hub.close()
        await anext(slow)
        with pytest.raises(TooSlow):
            await anext(slow)
