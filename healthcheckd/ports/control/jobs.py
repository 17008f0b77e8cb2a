"""For `trigger`, `start`, `stop`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from healthcheckd.domain.reports.operation import JobStatus
from healthcheckd.ports.control.calling import Caller


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; `total` is 0 while it is not known."""

    phase: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True, slots=True)
class Triggered:
    """A run that was asked for. `joined` means that it was under way already; `finished` is False for one that
    nobody waits for, which has no counts yet. `would` names the accounts that a rehearsal would have touched."""

    job: str
    counts: Mapping[str, int] = field(default_factory=dict)
    joined: bool = False
    finished: bool = True
    seconds: float | None = None
    would: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Order:
    """How a job is to be run: `dry_run` says what would be done, and does nothing."""

    wait: bool = True
    dry_run: bool = False


class JobControl(Protocol):
    """For `trigger`, `start`, `stop`. A stopped job may be triggered by hand."""

    async def statuses(self) -> Sequence[JobStatus]: ...

    async def trigger(
        self, job: str, order: Order, caller: Caller, progress: Callable[[Progress], None] | None = None
    ) -> Triggered:
        """Run it now, or join the run in progress. A failed run raises. Cancelling the awaiter stops no run."""

    async def switch(self, job: str, on: bool, caller: Caller) -> bool:
        """False when it already was so."""
