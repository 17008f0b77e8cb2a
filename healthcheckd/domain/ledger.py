"""Honest time: what each stretch of an account's life counts as, and the uptime that follows."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.observations import Cause


class Exclusion(StrEnum):
    """Why time is left out of account, where that is no matter of the account itself."""

    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True)
class Mark:
    """From `from_at` on, the account's time is of this kind; it may reach back into what was thought before."""

    kind: LedgerKind
    cause: Cause | Exclusion | None
    from_at: datetime


@dataclass(frozen=True, slots=True)
class Interval:
    """Half open: `from_at` belongs to it, `until_at` does not; None is still running."""

    kind: LedgerKind
    cause: Cause | Exclusion | None
    from_at: datetime
    until_at: datetime | None = None

    @property
    def in_maintenance(self) -> bool:
        return self.cause is Exclusion.MAINTENANCE


@dataclass(frozen=True, slots=True)
class Stretch:
    """A time of maintenance; None is still running."""

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


def without_maintenance(intervals: Sequence[Interval], stretches: Iterable[Stretch], present: Mark) -> list[Interval]:
    """The intervals (oldest first, the last one open) with every stretch cut out of them: excluded, whatever was seen
    meanwhile. What was cut out and has ended stays so; what is cut out and has not ended ends with the last stretch,
    and time is of the kind of `present` from there on."""
    cut = _joined([*stretches, *maintained(intervals)])
    running = [_as(one, present) if one.in_maintenance and one.until_at is None else one for one in intervals]
    return _merged(part for one in running for part in _parts(one, cut))


def maintained(intervals: Iterable[Interval]) -> list[Stretch]:
    """What was cut out of them before, and has ended."""
    return [Stretch(one.from_at, one.until_at) for one in intervals if one.in_maintenance and one.until_at is not None]


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


def _as(interval: Interval, mark: Mark) -> Interval:
    return replace(interval, kind=mark.kind, cause=mark.cause)


def _joined(stretches: Iterable[Stretch]) -> list[Stretch]:
    """In order, none touching another."""
    joined: list[Stretch] = []
    for one in sorted(stretches, key=lambda stretch: stretch.from_at):
        last = joined[-1] if joined else None
        if last is None or (last.until_at is not None and last.until_at < one.from_at):
            joined.append(one)
        elif last.until_at is not None:
            until_at = None if one.until_at is None else max(last.until_at, one.until_at)
            joined[-1] = Stretch(last.from_at, until_at)
    return joined


def _parts(interval: Interval, cut: Sequence[Stretch]) -> list[Interval]:
    """One interval, divided where a stretch begins or ends. What is left out for its own reason stays as it is."""
    if interval.kind is LedgerKind.EXCLUDED:
        return [interval]
    edges = (edge for one in cut for edge in (one.from_at, one.until_at) if edge is not None)
    inner = [edge for edge in edges if interval.from_at < edge and _lasts_beyond(interval, edge)]
    ends = [*inner, interval.until_at]
    parts = [replace(interval, from_at=a, until_at=b) for a, b in zip((interval.from_at, *inner), ends, strict=True)]
    maintenance = Mark(LedgerKind.EXCLUDED, Exclusion.MAINTENANCE, interval.from_at)
    return [_as(part, maintenance) if _within(part.from_at, cut) else part for part in parts]


def _within(instant: datetime, cut: Iterable[Stretch]) -> bool:
    return any(one.from_at <= instant and (one.until_at is None or instant < one.until_at) for one in cut)


def _lasts_beyond(interval: Interval, instant: datetime) -> bool:
    return interval.until_at is None or interval.until_at > instant


def _merged(parts: Iterable[Interval]) -> list[Interval]:
    """Neighbours of one kind and cause become one."""
    merged: list[Interval] = []
    for part in parts:
        last = merged[-1] if merged else None
        if last and (last.kind, last.cause, last.until_at) == (part.kind, part.cause, part.from_at):
            merged[-1] = _until(last, part.until_at)
        else:
            merged.append(part)
    return merged


def _reaches(interval: Interval, instant: datetime) -> bool:
    return interval.until_at is None or interval.until_at >= instant


def _until(interval: Interval, until: datetime | None) -> Interval:
    return Interval(interval.kind, interval.cause, interval.from_at, until)
