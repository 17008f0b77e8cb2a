"""What is measured, and how it is read off the system."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

KIB = 1024
MIB = 1024 * KIB


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table; `target` is empty where there is none."""

    what: str
    measured: str
    target: str = ""


@dataclass(frozen=True, slots=True)
class Cost:
    """In seconds: on the wall, and of the processor."""

    wall: float
    cpu: float

    def __str__(self) -> str:
        return f"{self.wall:.2f} s ({self.cpu:.2f} s CPU)"


async def cost_of(work: Callable[[], Awaitable[None]]) -> Cost:
    wall, cpu = time.perf_counter(), time.process_time()
    await work()
    return Cost(time.perf_counter() - wall, time.process_time() - cpu)


def least(costs: list[Cost]) -> Cost:
    """Each for itself."""
    return Cost(min(one.wall for one in costs), min(one.cpu for one in costs))


def resident(pid: int | str = "self", *, peak: bool = False) -> int:
    """Bytes of memory a process holds, or held at most."""
    key = "VmHWM:" if peak else "VmRSS:"
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(key)) * KIB


def processor_seconds(pid: int) -> float:
    """Of all its threads so far; the kernel counts nanoseconds there (schedstats)."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    return sum(int(thread.read_text().split()[0]) for thread in threads) / 1e9
