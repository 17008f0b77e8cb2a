"""Times that a test moves."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


async def until(condition: Callable[[], object]) -> None:
    """Let the others run until it holds."""
    for _ in range(100_000):
        if condition():
            return
        await asyncio.sleep(0)
    raise AssertionError("it never came about")


@dataclass
class ManualClock:
    """Sleeping moves the time on; nothing waits."""

    at: datetime = NOON
    slept: list[float] = field(default_factory=list)
    elapsed: float = 0.0

    def now(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return self.elapsed

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.advance(seconds)
        await asyncio.sleep(0)

    def advance(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)
        self.elapsed += seconds

    def step(self, by: timedelta) -> None:
        """Somebody sets the wall clock; monotonic time does not notice."""
        self.at += by
