"""A sign of life goes out while all works, and stays away when something does not."""

import asyncio
import logging
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pytest

from healthcheckd.domain.vitality import VitalSigns
from healthcheckd.engine.heartbeat import Heartbeat
from healthcheckd.errors import DeliveryError, DeliveryScope
from tests.fakes.clock import NOON, ManualClock, until

QUARTER = timedelta(minutes=15)


@dataclass
class Signs:
    """A store that says what a test wants it to."""

    good_sweep_at: datetime | None = NOON

    async def vital_signs(self, now: datetime) -> VitalSigns:
        return VitalSigns(self.good_sweep_at)


@dataclass
class Watcher:
    """Counts the signs of life, or cannot be reached."""

    away: bool = False
    heard: list[datetime] = field(default_factory=list)

    async def ping(self) -> None:
        if self.away:
            raise DeliveryError("answered 500", scope=DeliveryScope.CHANNEL, permanent=False)
        self.heard.append(NOON)


def beating(watcher: Watcher, signs: Signs | None = None, besides: str = "") -> Heartbeat:
    return Heartbeat(signs or Signs(), watcher, ManualClock(), QUARTER, timedelta(minutes=5), lambda: besides)


async def test_it_arrives_while_all_works() -> None:
    watcher = Watcher()
    assert await beating(watcher).turn() is True
    assert len(watcher.heard) == 1


async def test_it_is_withheld_without_a_sweep_and_that_is_said_once(caplog: pytest.LogCaptureFixture) -> None:
    watcher, signs = Watcher(), Signs(good_sweep_at=None)
    heartbeat = beating(watcher, signs)
    assert [await heartbeat.turn(), await heartbeat.turn()] == [False, False]
    assert watcher.heard == []
    assert [record.__dict__["action"] for record in caplog.records] == ["heartbeat_withheld"]


async def test_that_it_is_sent_again_is_said_too(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    watcher, signs = Watcher(), Signs(good_sweep_at=None)
    heartbeat = beating(watcher, signs)
    await heartbeat.turn()
    signs.good_sweep_at = NOON
    assert await heartbeat.turn() is True
    assert [record.__dict__["action"] for record in caplog.records] == ["heartbeat_withheld", "heartbeat_resumed"]


async def test_another_fault_withholds_it_too() -> None:
    watcher = Watcher()
    assert await beating(watcher, besides="the self-test did not arrive").turn() is False
    assert watcher.heard == []


async def test_a_watcher_that_is_away_ends_nothing(caplog: pytest.LogCaptureFixture) -> None:
    watcher = Watcher(away=True)
    assert await beating(watcher).turn() is False
    watcher.away = False
    assert await beating(watcher).turn() is True
    assert "heartbeat_lost" in {record.__dict__["action"] for record in caplog.records}


async def test_nothing_is_withheld_before_the_first_sweep_can_be_over(caplog: pytest.LogCaptureFixture) -> None:
    watcher, stop, clock = Watcher(), asyncio.Event(), ManualClock()
    heartbeat = Heartbeat(Signs(), watcher, clock, QUARTER, timedelta(minutes=5))
    running = asyncio.create_task(heartbeat.run(stop))
    await until(lambda: watcher.heard)
    stop.set()
    await running
    assert clock.slept[0] == 60.0
    assert caplog.records == []
