"""Honest time: how marks become intervals, and intervals a share of up."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.ledger import Interval, Mark, Uptime, record, summarise
from healthcheckd.domain.observations import Cause
from tests.unit.domain.story import DAY, HOUR, NOON, assert_gapless

UP, DOWN, UNKNOWN, EXCLUDED = LedgerKind.UP, LedgerKind.DOWN, LedgerKind.UNKNOWN, LedgerKind.EXCLUDED


def at(hours: float, kind: LedgerKind, cause: Cause | None = None) -> Mark:
    return Mark(kind, cause, NOON + hours * HOUR)


def kept(*marks: Mark) -> list[Interval]:
    intervals: list[Interval] = []
    for mark in marks:
        intervals = record(intervals, mark)
    return intervals


def told(intervals: list[Interval]) -> list[tuple[LedgerKind, float, float | None]]:
    return [
        (one.kind, (one.from_at - NOON) / HOUR, None if one.until_at is None else (one.until_at - NOON) / HOUR)
        for one in intervals
    ]


def test_a_mark_closes_the_interval_before_it() -> None:
    assert told(kept(at(0, UP), at(1, DOWN))) == [(UP, 0, 1), (DOWN, 1, None)]


def test_a_mark_of_the_same_kind_and_cause_changes_nothing() -> None:
    assert told(kept(at(0, UP), at(1, UP))) == [(UP, 0, None)]


def test_another_cause_is_another_interval() -> None:
    assert len(kept(at(0, DOWN, Cause.NETWORK), at(1, DOWN, Cause.BANNED))) == 2


def test_a_mark_reaches_back_over_what_was_thought_before() -> None:
    assert told(kept(at(0, UP), at(2, UNKNOWN), at(3, UP), at(1, DOWN))) == [(UP, 0, 1), (DOWN, 1, None)]


def test_a_mark_at_the_same_instant_takes_its_place() -> None:
    assert told(kept(at(0, UP), at(1, UNKNOWN), at(1, DOWN))) == [(UP, 0, 1), (DOWN, 1, None)]


def test_a_mark_reaching_back_into_its_own_kind_joins_it() -> None:
    assert told(kept(at(0, UP), at(2, UNKNOWN), at(3, DOWN), at(1, UP))) == [(UP, 0, None)]


def test_a_mark_before_everything_is_all_there_is() -> None:
    assert told(kept(at(1, UP), at(2, DOWN), at(0, UNKNOWN))) == [(UNKNOWN, 0, None)]


def test_time_that_was_cut_away_stays_away() -> None:
    closed = [Interval(UP, None, NOON, NOON + HOUR)]
    assert told(record(closed, at(5, UP))) == [(UP, 0, 1), (UP, 5, None)]


marks = st.lists(
    st.builds(
        at,
        st.floats(0, 1000, allow_nan=False).map(lambda hours: round(hours, 2)),
        st.sampled_from(LedgerKind),
        st.sampled_from([None, Cause.NETWORK]),
    ),
    min_size=1,
    max_size=30,
)


@given(marks)
def test_any_marks_in_any_order_leave_no_hole_and_no_overlap(some: list[Mark]) -> None:
    intervals = kept(*some)
    assert_gapless(intervals)
    assert (intervals[-1].kind, intervals[-1].cause) == (some[-1].kind, some[-1].cause)


@given(marks, st.integers(0, 1000), st.integers(0, 1000))
def test_every_moment_of_a_period_is_counted_once(some: list[Mark], since: int, span: int) -> None:
    start, end = NOON + since * HOUR, NOON + (since + span) * HOUR
    spent = summarise(kept(*some), start, end)
    assert spent.up + spent.down + spent.unknown + spent.excluded == end - start


def test_a_period_counts_what_lies_within_it() -> None:
    ledger = kept(at(0, UP), at(10, DOWN), at(12, UNKNOWN), at(15, UP))
    spent = summarise(ledger, NOON + 8 * HOUR, NOON + 20 * HOUR)
    assert spent == Uptime(up=7 * HOUR, down=2 * HOUR, unknown=3 * HOUR)


def test_time_before_the_account_was_known_is_excluded() -> None:
    assert summarise(kept(at(0, UP)), NOON - DAY, NOON + DAY) == Uptime(up=DAY, excluded=DAY)


def test_a_period_without_length_is_nothing() -> None:
    assert summarise(kept(at(0, UP)), NOON, NOON) == Uptime()


@pytest.mark.parametrize(
    ("uptime", "percentage"),
    [
        (Uptime(up=9 * HOUR, down=HOUR), 90.0),
        (Uptime(up=HOUR), 100.0),
        (Uptime(down=HOUR), 0.0),
        (Uptime(up=9 * HOUR, down=HOUR, unknown=90 * HOUR, excluded=DAY), 90.0),
        (Uptime(unknown=DAY, excluded=DAY), None),
        (Uptime(), None),
    ],
)
def test_uptime_is_the_share_of_up_in_what_was_seen(uptime: Uptime, percentage: float | None) -> None:
    assert uptime.percentage == percentage


def test_what_was_not_known_is_never_counted_as_up() -> None:
    spent = summarise(kept(at(0, UNKNOWN)), NOON, NOON + timedelta(days=30))
    assert (spent.up, spent.percentage) == (timedelta(0), None)
