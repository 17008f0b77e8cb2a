"""Honest time: what each stretch of an account's life counts as, and the uptime that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.observations import Cause


@dataclass(frozen=True, slots=True)
class Mark:
    """From `from_at` on, the account's time is of this kind; it may reach back into what was thought before."""

    kind: LedgerKind
    cause: Cause | None
    from_at: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """Half open: `from_at` belongs to it, `until_at` does not; None is still running."""

    kind: LedgerKind
    cause: Cause | None
    from_at: datetime
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Uptime:
    """Time of each kind within a period. What was not known, or was excluded, is never counted as up."""

    up: timedelta = timedelta(0)
    down: timedelta = timedelta(0)
    unknown: timedelta = timedelta(0)
    excluded: timedelta = timedelta(0)

    @property
    def percentage(self) -> float | None:
        """Up as a share of up and down; None when neither was seen."""
        seen = self.up + self.down
        return 100 * (self.up / seen) if seen else None


def record(intervals: Sequence[Interval], mark: Mark) -> list[Interval]:
    """The intervals (oldest first, the last one open) with `mark` written over everything from its instant on."""
    kept = [interval for interval in intervals if interval.from_at < mark.from_at]
    if kept and (kept[-1].kind, kept[-1].cause) == (mark.kind, mark.cause) and _reaches(kept[-1], mark.from_at):
        return [*kept[:-1], _until(kept[-1], None)]
    if kept and _reaches(kept[-1], mark.from_at):
        kept[-1] = _until(kept[-1], mark.from_at)
    return [*kept, Interval(mark.kind, mark.cause, mark.from_at)]


def summarise(intervals: Iterable[Interval], since: datetime, until: datetime) -> Uptime:
    """Time of each kind between two instants; time in no interval (before the account was known) is excluded."""
    spent = dict.fromkeys(LedgerKind, timedelta(0))
    for interval in intervals:
        start = max(interval.from_at, since)
        end = min(interval.until_at or until, until)
        if start < end:
            spent[interval.kind] += end - start
    covered = sum(spent.values(), timedelta(0))
    spent[LedgerKind.EXCLUDED] += max(until - since - covered, timedelta(0))
    return Uptime(
        up=spent[LedgerKind.UP],
        down=spent[LedgerKind.DOWN],
        unknown=spent[LedgerKind.UNKNOWN],
        excluded=spent[LedgerKind.EXCLUDED],
    )


def _reaches(interval: Interval, instant: datetime) -> bool:
    return interval.until_at is None or interval.until_at >= instant


def _until(interval: Interval, until: datetime | None) -> Interval:
    return Interval(interval.kind, interval.cause, interval.from_at, until)
