"""The jobs: how they stand, and running, starting and stopping them."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import aclosing
from dataclasses import dataclass
from typing import Any

from healthcheckd.api.calls import Body, Call, Route
from healthcheckd.api.envelope import Reply, told_reply
from healthcheckd.api.streams import NDJSON, PULSE_SECONDS, send_lines, with_pulse
from healthcheckd.domain.reports.operation import JobStatus
from healthcheckd.domain.reports.status import StatsRow
from healthcheckd.ports.control import Order, Progress, Triggered

_STEPS_KEPT = 64


class _Order(Body, frozen=True):
    wait: bool = True
    dry_run: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    """What stands beside the counts; `would` names the accounts that a rehearsal would have touched."""

    joined: bool
    finished: bool
    seconds: float | None
    would: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Switched:
    job: str
    running: bool
    changed: bool


async def statuses(call: Call) -> object:
    return {job.name: job for job in await call.control.jobs.statuses()}


async def stats(call: Call) -> object:
    return await call.control.views.stats()


async def trigger(call: Call) -> object:
    body = await call.body(_Order)
    order = Order(body.wait, body.dry_run)
    if NDJSON in call.request.headers.get("Accept", ""):
        return await send_lines(call.request, _kept_alive(call, order))
    return _triggered(await call.control.jobs.trigger(call.name("job"), order, call.caller))


async def start(call: Call) -> object:
    return await _switch(call, on=True)


async def stop(call: Call) -> object:
    return await _switch(call, on=False)


async def _switch(call: Call, *, on: bool) -> Reply:
    job = call.name("job")
    changed = await call.control.jobs.switch(job, on, call.caller)
    done = "started" if on else "stopped"
    message = f"Job {job} {done} successfully" if changed else f"Job {job} was {done} already"
    return Reply(_Switched(job, on, changed), message)


async def _kept_alive(call: Call, order: Order) -> AsyncGenerator[object, None]:
    """A run may wait a minute and more for sessions on their way up: longer than callers wait for a word."""
    async with aclosing(_told_as_it_runs(call, order)) as told, aclosing(with_pulse(told, PULSE_SECONDS)) as lines:
        async for item in lines:
            yield item


async def _told_as_it_runs(call: Call, order: Order) -> AsyncGenerator[object, None]:
    """Lines of progress, then the envelope that a plain call is answered with. A reader too slow misses steps."""
    steps: asyncio.Queue[Progress] = asyncio.Queue(_STEPS_KEPT)

    def tell(step: Progress) -> None:
        if not steps.full():
            steps.put_nowait(step)

    run = asyncio.ensure_future(call.control.jobs.trigger(call.name("job"), order, call.caller, tell))
    try:
        async for step in _until_done(run, steps):
            yield {"progress": step}
        yield told_reply(_triggered(run.result()))
    finally:
        run.cancel()


async def _until_done(run: "asyncio.Future[Triggered]", steps: "asyncio.Queue[Progress]") -> AsyncIterator[Progress]:
    while not run.done() or not steps.empty():
        step = asyncio.ensure_future(steps.get())
        await asyncio.wait(_either(step, run), return_when=asyncio.FIRST_COMPLETED)
        if step.done():
            yield step.result()
        else:
            step.cancel()


def _either(*futures: "asyncio.Future[Any]") -> "set[asyncio.Future[Any]]":
    return set(futures)


def _triggered(done: Triggered) -> Reply:
    run = _Run(done.joined, done.finished, done.seconds, done.would)
    message = f"Job {done.job} triggered successfully"
    return Reply(done.counts, message, {"run": run}, status=200 if done.finished else 202)


ROUTES = (
    Route("GET", "/cron/status", statuses, summary="How the jobs stand", query=(), answers=dict[str, JobStatus]),
    Route(
        "GET",
        "/cron/health-check/stats",
        stats,
        summary="Accounts by health and connection",
        query=(),
        answers=list[StatsRow],
    ),
    Route(
        "POST",
        "/cron/trigger/{job}",
        trigger,
        changes=True,
        summary="Run a job now, or join the run in progress",
        query=(),
        body=_Order,
        answers=dict[str, int],
        beside={"run": _Run},
        may=(202,),
        also=(NDJSON,),
    ),
    Route("POST", "/cron/start/{job}", start, changes=True, summary="Switch a job on", query=(), answers=_Switched),
    Route("POST", "/cron/stop/{job}", stop, changes=True, summary="Switch a job off", query=(), answers=_Switched),
)
