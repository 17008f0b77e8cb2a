"""Messages counted by their readers, weighed against what a reader lives with. Pure."""

import math
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from healthcheckd.domain.durations import format_duration
from healthcheckd.domain.notices import GOOD_NEWS, NoticeKind
from healthcheckd.domain.reports.forecast import ForecastRow, KindCount

A_WEEK = 10
"""Messages that an operator reads in a week before the eleventh is no longer read."""

PAGES_A_DAY = 3
"""Times that a pager may go off in a day."""

_WEEK = timedelta(days=7)
_SINGLE = frozenset({NoticeKind.ESCALATION, NoticeKind.RECOVERED, NoticeKind.OFFLINE})
_OURS = frozenset(
    {NoticeKind.JOB_FAILED, NoticeKind.JOB_RECOVERED, NoticeKind.CHANNEL_FAILED, NoticeKind.CHANNEL_RECOVERED}
)


class Sent(NamedTuple):
    """One message: to whom, by which way, as whom, and of what kind."""

    recipient: str
    channel: str
    role: str
    kind: str


@dataclass(frozen=True, slots=True)
class Count:
    """Messages of a period, foretold and really sent; `pagers` are channels whose messages wake people."""

    foretold: Counter[Sent]
    sent: Counter[Sent]
    span: timedelta
    pagers: Collection[str] = ()

    def rows(self) -> tuple[ForecastRow, ...]:
        """Who gets most comes first."""
        kinds: dict[tuple[str, str, str], set[str]] = {}
        for one in (*self.foretold, *self.sent):
            kinds.setdefault(one[:3], set()).add(one.kind)
        rows = (self._row(*one) for one in kinds.items())
        return tuple(sorted(rows, key=lambda row: (-row.forecast, -row.sent, row.recipient)))

    def _row(self, reader: tuple[str, str, str], named: Collection[str]) -> ForecastRow:
        recipient, channel, role = reader
        keys = [Sent(*reader, kind) for kind in named]
        counted = (KindCount(one.kind, self.foretold[one], self.sent[one]) for one in keys)
        kinds = tuple(sorted(counted, key=lambda one: (-one.forecast, -one.sent, one.kind)))
        pages = channel in self.pagers
        free = {NoticeKind.DIGEST, *(GOOD_NEWS if pages else ())}
        return ForecastRow(
            recipient=recipient,
            channel=channel,
            role=role,
            forecast=sum(one.forecast for one in kinds),
            sent=sum(one.sent for one in kinds),
            kinds=kinds,
            counted=sum(one.forecast for one in kinds if one.kind not in free),
            budget=_budget(self.span, pages=pages) if role == "operator" else None,
        )


def loud(rows: Iterable[ForecastRow]) -> list[ForecastRow]:
    """Those who get more than they live with."""
    return [row for row in rows if row.budget is not None and row.counted > row.budget]


def advise(row: ForecastRow, pages: bool, patience: timedelta, calmer: Mapping[timedelta, int]) -> str:
    """What would lower it; `calmer` is how many it would be with another `notify.operator_after`."""
    most = f"{PAGES_A_DAY} a day" if pages else f"{A_WEEK} a week"
    said = f"{row.counted} messages to {row.recipient} are more than {most}."
    return f"{said} {_remedy(row, patience, calmer)}"


def _remedy(row: ForecastRow, patience: timedelta, calmer: Mapping[timedelta, int]) -> str:
    better = {after: number for after, number in calmer.items() if number < row.counted}
    if better:
        after = min(better, key=lambda one: (better[one] > (row.budget or 0), one))
        now = format_duration(patience)
        return f'notify.operator_after = "{format_duration(after)}" (now {now}) would make it {better[after]}.'
    counts = {one.kind: one.forecast for one in row.kinds}
    single, ours = (sum(counts.get(kind, 0) for kind in kinds) for kinds in (_SINGLE, _OURS))
    if single >= row.counted / 2:
        return (
            "Most are about single accounts: let them come once a day, with [operator] digest and a [[contacts]] entry"
            " whose kinds name only what cannot wait."
        )
    if ours >= row.counted / 2:
        return "Most are about healthcheckd's own jobs and channels: healthcheck status"
    return "Most are about whole gateways: plan their restarts as [[maintenance]], and see healthcheck incidents list."


def _budget(span: timedelta, *, pages: bool) -> int:
    return math.ceil(PAGES_A_DAY * span / timedelta(days=1)) if pages else math.ceil(A_WEEK * span / _WEEK)


def period(since: datetime, until: datetime) -> timedelta:
    """Never nothing."""
    return max(until - since, timedelta(minutes=1))
