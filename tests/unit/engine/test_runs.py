"""Runs of jobs: one at a time, joined, recorded, and none stopped by another's failure."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from healthcheckd.engine.runs import Runs
from healthcheckd.engine.sweep import Progress
from healthcheckd.errors import Refused, StoreError, UnknownName
from healthcheckd.ports.store import Event
from tests.fakes.clock import ManualClock, until
from tests.fakes.stores import MemoryRuns


@dataclass
class Chore:
    """Ends when its gate opens, with what it is told to."""

    name: str = "chore"
    outcome: Mapping[str, int] | Exception = field(default_factory=lambda: {"done": 1})
    gate: asyncio.Event | None = None
    begun: int = 0

    async def run(self, progress: Progress) -> Mapping[str, int]:
        self.begun += 1
        progress("working", 1, 2)
        if self.gate is not None:
            await self.gate.wait()
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return self.outcome


@dataclass
class Desk:
    store: MemoryRuns
    runs: Runs
    events: list[Event]


def desk(*chores: Chore) -> Desk:
    store, events = MemoryRuns(), list[Event]()
    return Desk(store, Runs({one.name: one for one in chores}, store, ManualClock(), events.extend), events)


async def begun(chore: Chore) -> None:
    await until(lambda: chore.begun > 0)


async def test_a_run_is_recorded_with_who_started_it_and_what_it_did() -> None:
    a = desk(Chore())
    record = await a.runs.run("chore", "ana")
    assert (record.started_by, record.result, record.error) == ("ana", {"done": 1}, "")
    assert a.store.records == [record]
    assert [event.kind for event in a.events] == ["job"]


async def test_a_run_in_progress_is_joined() -> None:
    chore = Chore(gate=asyncio.Event())
    a = desk(chore)
    first = asyncio.create_task(a.runs.run("chore", "timetable"))
    await begun(chore)
    second = asyncio.create_task(a.runs.run("chore", "ana"))
    await asyncio.sleep(0)
    chore.gate.set()
    assert await first is await second
    assert (chore.begun, len(a.store.records)) == (1, 1)


async def test_after_its_end_it_runs_anew() -> None:
    chore = Chore()
    a = desk(chore)
    await a.runs.run("chore", "ana")
    await a.runs.run("chore", "ana")
    assert chore.begun == 2


async def test_a_failing_job_is_recorded_and_runs_again(caplog: pytest.LogCaptureFixture) -> None:
    chore = Chore(outcome=Refused("not today"))
    a = desk(chore)
    assert (await a.runs.run("chore", "ana")).error == "not today"
    chore.outcome = {}
    assert (await a.runs.run("chore", "ana")).error == ""
    assert "Job chore failed: not today" in caplog.text


async def test_a_bug_in_a_job_stops_no_other(caplog: pytest.LogCaptureFixture) -> None:
    a = desk(Chore("broken", KeyError("x")), Chore("well"))
    broken, well = await asyncio.gather(a.runs.run("broken", "ana"), a.runs.run("well", "ana"))
    assert (broken.error, well.error) == ("KeyError: 'x'", "")
    assert "Traceback" in caplog.text


async def test_who_leaves_does_not_end_the_run() -> None:
    chore = Chore(gate=asyncio.Event())
    a = desk(chore)
    waiting = asyncio.create_task(a.runs.run("chore", "ana"))
    await begun(chore)
    waiting.cancel()
    await asyncio.wait([waiting])
    assert a.runs.executing("chore")
    chore.gate.set()
    await a.runs.finish()
    assert a.store.records[0].result == {"done": 1}


async def test_each_listener_hears_the_progress_until_it_leaves() -> None:
    chore, heard = Chore(), list[tuple[str, int, int]]()
    a = desk(chore)
    await a.runs.run("chore", "ana", lambda *progress: heard.append(progress))
    await a.runs.run("chore", "ana")
    assert heard == [("working", 1, 2)]


async def test_an_unknown_job_is_refused_with_the_known_ones() -> None:
    a = desk(Chore())
    with pytest.raises(UnknownName) as refused:
        await a.runs.run("chores", "ana")
    assert refused.value.candidates == ("chore",)
    assert a.store.records == []


async def test_finishing_waits_for_what_is_under_way() -> None:
    chore = Chore(gate=asyncio.Event())
    a = desk(chore)
    run = asyncio.create_task(a.runs.run("chore", "ana"))
    await begun(chore)
    finishing = asyncio.create_task(a.runs.finish())
    await asyncio.sleep(0)
    assert not finishing.done()
    chore.gate.set()
    await finishing
    assert (await run).error == ""


async def test_what_is_cut_off_is_neither_success_nor_failure() -> None:
    chore = Chore(gate=asyncio.Event())
    a = desk(chore)
    run = asyncio.create_task(a.runs.run("chore", "ana"))
    await begun(chore)
    await a.runs.cut_off()
    assert (await asyncio.wait([run]))[0].pop().cancelled()
    assert (a.store.interrupted, a.store.records[0].ended_at) == (["chore"], None)


async def test_a_run_that_cannot_be_recorded_fails_whoever_asked() -> None:
    a = desk(Chore())
    a.store.broken = StoreError("the disk is full")
    with pytest.raises(StoreError):
        await a.runs.run("chore", "timetable")


async def test_after_a_reload_a_run_of_the_old_engine_is_joined() -> None:
    old, new = Chore(gate=asyncio.Event()), Chore()
    a, heard = desk(old), list[tuple[str, int, int]]()
    first = asyncio.create_task(a.runs.run("chore", "timetable"))
    await begun(old)
    after = Runs({"chore": new}, a.store, ManualClock(), a.events.extend, a.runs.under_way)
    second = asyncio.create_task(after.run("chore", "ana", lambda *progress: heard.append(progress)))
    await asyncio.sleep(0)
    after.under_way.tell("chore", "working", 2, 2)
    assert after.executing("chore")
    old.gate.set()
    assert await first is await second
    assert (new.begun, heard) == (0, [("working", 2, 2)])
