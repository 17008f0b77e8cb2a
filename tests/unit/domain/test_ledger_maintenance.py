"""Maintenance cut out of honest time, however the readings fall."""

from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.ledger import Exclusion, Interval, Mark, Stretch, record, summarise, without_maintenance
from healthcheckd.domain.observations import Cause
from tests.unit.domain.story import HOUR, NOON, assert_gapless

UP, DOWN, UNKNOWN, EXCLUDED = LedgerKind.UP, LedgerKind.DOWN, LedgerKind.UNKNOWN, LedgerKind.EXCLUDED
OUT = "out"


def at(hours: float, kind: LedgerKind) -> Mark:
    return Mark(kind, None, NOON + hours * HOUR)


def out(begins: float, ends: float | None = None) -> Stretch:
    return Stretch(NOON + begins * HOUR, None if ends is None else NOON + ends * HOUR)


def kept(*marks: Mark) -> list[Interval]:
    intervals: list[Interval] = []
    for mark in marks:
        intervals = record(intervals, mark)
    return intervals


def told(intervals: list[Interval]) -> list[tuple[str, float, float | None]]:
    return [
        (
            OUT if one.cause is Exclusion.MAINTENANCE else one.kind.value,
            (one.from_at - NOON) / HOUR,
            None if one.until_at is None else (one.until_at - NOON) / HOUR,
        )
        for one in intervals
    ]


def test_a_window_that_begins_closes_the_interval_before_it() -> None:
    intervals = without_maintenance(kept(at(0, UP)), [out(2)], at(0, UP))
    assert told(intervals) == [("up", 0, 2), (OUT, 2, None)]


def test_a_window_that_ends_gives_back_what_the_account_is() -> None:
    begun = without_maintenance(kept(at(0, UP)), [out(2)], at(0, UP))
    assert told(without_maintenance(begun, [out(2, 4)], at(3, DOWN))) == [("up", 0, 2), (OUT, 2, 4), ("down", 4, None)]


def test_a_fall_found_within_that_began_before_is_split_at_the_edge() -> None:
    begun = without_maintenance(kept(at(0, UP)), [out(2)], at(0, UP))
    fallen = record(begun, at(1, DOWN))
    assert told(without_maintenance(fallen, [out(2)], at(1, DOWN))) == [("up", 0, 1), ("down", 1, 2), (OUT, 2, None)]


def test_a_mark_that_reaches_back_over_a_whole_window_leaves_it_out() -> None:
    away = record(record(kept(at(0, UP)), at(1, UNKNOWN)), at(6, UP))
    cut = without_maintenance(away, [out(2, 4)], at(6, UP))
    assert told(cut) == [("up", 0, 1), ("unknown", 1, 2), (OUT, 2, 4), ("unknown", 4, 6), ("up", 6, None)]


def test_windows_that_touch_are_one_interval() -> None:
    cut = without_maintenance(kept(at(0, UP)), [out(2, 3), out(3, 4), out(3.5, 5)], at(0, UP))
    assert told(cut) == [("up", 0, 2), (OUT, 2, 5), ("up", 5, None)]


def test_time_left_out_for_its_own_reason_stays_as_it_is() -> None:
    cut = without_maintenance(kept(at(0, UP), at(1, EXCLUDED), at(3, UP)), [out(0.5, 4)], at(3, UP))
    assert told(cut) == [("up", 0, 0.5), (OUT, 0.5, 1), ("excluded", 1, 3), (OUT, 3, 4), ("up", 4, None)]


def test_disabled_within_a_window_ends_the_maintenance_and_stays_so_after_it() -> None:
    begun = without_maintenance(kept(at(0, UP)), [out(2)], at(0, UP))
    disabled = without_maintenance(record(begun, at(3, EXCLUDED)), [out(2)], at(3, EXCLUDED))
    after = without_maintenance(disabled, [out(2, 4)], at(3, EXCLUDED))
    assert told(after) == [("up", 0, 2), (OUT, 2, 3), ("excluded", 3, None)]


def test_uptime_does_not_count_it() -> None:
    cut = without_maintenance(kept(at(0, UP), at(1, DOWN), at(5, UP)), [out(2, 5)], at(5, UP))
    uptime = summarise(cut, NOON, NOON + 6 * HOUR)
    assert (uptime.up, uptime.down, uptime.excluded) == (2 * HOUR, 1 * HOUR, 3 * HOUR)


hours = st.integers(0, 48).map(lambda quarter: quarter / 4)
marks = st.lists(st.tuples(hours, st.sampled_from([UP, DOWN, UNKNOWN])), min_size=1, max_size=8)
spans = st.lists(st.tuples(hours, st.integers(1, 12)), max_size=4)


@given(marks, spans)
def test_every_instant_within_is_out_and_every_other_as_it_was(
    said: list[tuple[float, LedgerKind]], windows: list[tuple[float, int]]
) -> None:
    before = kept(*(at(hour, kind) for hour, kind in said))
    stretches = [out(begins, begins + quarters / 4) for begins, quarters in windows]
    after = without_maintenance(before, stretches, at(0, before[-1].kind))
    assert_gapless(after)
    for minute in range(0, 16 * 60, 15):
        instant = before[0].from_at + minute * HOUR / 60
        within = any(one.from_at <= instant and one.until_at and instant < one.until_at for one in stretches)
        expected = EXCLUDED if within else _kind(before, instant)
        assert _kind(after, instant) is expected


@given(marks, spans)
def test_doing_it_twice_changes_nothing(said: list[tuple[float, LedgerKind]], windows: list[tuple[float, int]]) -> None:
    stretches = [out(begins, begins + quarters / 4) for begins, quarters in windows]
    once = without_maintenance(kept(*(at(hour, kind) for hour, kind in said)), stretches, at(0, UP))
    assert without_maintenance(once, stretches, at(0, UP)) == once


def _kind(intervals: list[Interval], instant: object) -> LedgerKind:
    [kind] = [
        one.kind
        for one in intervals
        if one.from_at <= instant and (one.until_at is None or instant < one.until_at)  # type: ignore[operator]
    ]
    return kind


def test_a_cause_of_its_own_is_kept_around_it() -> None:
    down = record([], Mark(DOWN, Cause.BANNED, NOON))
    cut = without_maintenance(down, [out(1, 2)], Mark(DOWN, Cause.BANNED, NOON))
    assert [one.cause for one in cut] == [Cause.BANNED, Exclusion.MAINTENANCE, Cause.BANNED]
