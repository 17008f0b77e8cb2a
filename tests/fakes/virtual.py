"""Time that passes only while everybody sleeps: a simulated day takes seconds, with real files and real sockets."""

import asyncio
import heapq
import itertools
import types
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from healthcheckd.gateways.http import Client
from tests.fakes.clock import NOON

CALM = 3
"""Rounds of the loop without anything to run, after which everybody sleeps."""


class VirtualClock:
    """Files and sockets take no time by it: it waits for them."""

    def __init__(self, at: datetime = NOON) -> None:
        self._origin = at
        self._elapsed = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Future[None]]] = []
        self._number = itertools.count()
        self._busy = 0
        self._idle = asyncio.Event()

    def now(self) -> datetime:
        return self._origin + timedelta(seconds=self._elapsed)

    def monotonic(self) -> float:
        return self._elapsed

    async def sleep(self, seconds: float) -> None:
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heapq.heappush(self._sleepers, (self._elapsed + max(seconds, 0), next(self._number), woken))
        await woken

    def step(self, by: timedelta) -> None:
        """Somebody sets the wall clock; monotonic time does not notice."""
        self._origin += by

    async def pass_time(self, **length: float) -> None:
        """Let everybody live for so long."""
        end = self._elapsed + timedelta(**length).total_seconds()
        while await self._wake_next(end):
            pass
        self._elapsed = end

    async def until_done(self, task: "asyncio.Task[Any]") -> None:
        """Let everybody live until a task has ended."""
        await self._calm()
        while not task.done():
            await self._wake_next(self._elapsed + 3600)
        await task

    async def skip(self, **length: float) -> None:
        """Time passes, and nobody is there to notice."""
        await self._calm()
        self._elapsed += timedelta(**length).total_seconds()

    def counted(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        """The same call; no time passes while it is under way."""

        async def under_way(*args: Any, **named: Any) -> Any:
            self._begin()
            try:
                return await call(*args, **named)
            finally:
                self._end()

        return under_way

    def install(self, patch: pytest.MonkeyPatch) -> None:
        """Wait for threads and for HTTP; and let `schedule`, which reads the process's clock, read this one."""
        loop = asyncio.get_running_loop()
        in_executor = loop.run_in_executor

        def run_in_executor(*args: Any) -> Any:
            self._begin()
            future = in_executor(*args)
            future.add_done_callback(lambda _: self._end())
            return future

        patch.setattr(loop, "run_in_executor", run_in_executor)
        patch.setattr(Client, "_exchange", self.counted(Client._exchange))
        patch.setattr("schedule.datetime", types.SimpleNamespace(datetime=self._datetime(), timedelta=timedelta))

    def _begin(self) -> None:
        self._busy += 1
        self._idle.clear()

    def _end(self) -> None:
        self._busy -= 1
        if not self._busy:
            self._idle.set()

    def _datetime(self) -> type[datetime]:
        clock = self

        class Virtual(datetime):
            @classmethod
            def now(cls, tz: Any = None) -> datetime:  # type: ignore[override]
                return clock.now().replace(tzinfo=None) if tz is None else clock.now().astimezone(tz)

        return Virtual

    async def _wake_next(self, end: float) -> bool:
        await self._calm()
        while self._sleepers and self._sleepers[0][2].done():
            heapq.heappop(self._sleepers)
        if not self._sleepers or self._sleepers[0][0] > end:
            return False
        wake, _, woken = heapq.heappop(self._sleepers)
        self._elapsed = max(self._elapsed, wake)
        woken.set_result(None)
        return True

    async def _calm(self) -> None:
        """Until nobody has anything to do: nothing is under way outside, and no callback waits for its turn."""
        ready = asyncio.get_running_loop()._ready  # type: ignore[attr-defined]  # the loop tells nobody officially
        quiet = 0
        while quiet < CALM:
            if self._busy:
                await self._idle.wait()
            await asyncio.sleep(0)
            quiet = 0 if self._busy or ready else quiet + 1
