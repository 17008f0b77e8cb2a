"""One goes first, then a few, then the rest: the stages as tables, and what always holds."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from healthcheckd.domain.canary import Fate, Stage, Trial, Turn, Why, fate, pause_of, turn
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.policy import BlastPolicy

POLICY = BlastPolicy()
NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
LATER = NOON + timedelta(minutes=2)
BACK, FAILED, PENDING = Fate.BACK, Fate.FAILED, Fate.PENDING

Row = tuple[Stage, Fate | None, tuple[Fate, ...], Stage, Why, int]

TABLE: list[Row] = [
    (Stage.CANARY, None, (), Stage.CANARY, Why.CHOOSING, 1),
    (Stage.CANARY, PENDING, (), Stage.CANARY, Why.WAITING, 0),
    (Stage.CANARY, BACK, (), Stage.FEW, Why.CANARY_HOLDS, 3),
    (Stage.CANARY, FAILED, (), Stage.PAUSED, Why.CANARY_FELL, 0),
    (Stage.FEW, BACK, (), Stage.FEW, Why.WAITING, 3),
    (Stage.FEW, BACK, (PENDING,), Stage.FEW, Why.WAITING, 2),
    (Stage.FEW, BACK, (PENDING, PENDING, PENDING), Stage.FEW, Why.WAITING, 0),
    (Stage.FEW, BACK, (BACK, BACK, PENDING), Stage.FEW, Why.WAITING, 0),
    (Stage.FEW, BACK, (BACK, BACK, BACK), Stage.REST, Why.FEW_HOLD, 0),
    (Stage.FEW, BACK, (BACK, BACK, FAILED), Stage.REST, Why.FEW_HOLD, 0),
    (Stage.FEW, BACK, (FAILED, PENDING, PENDING), Stage.FEW, Why.WAITING, 0),
    (Stage.FEW, BACK, (FAILED, FAILED, PENDING), Stage.PAUSED, Why.FEW_FELL, 0),
    (Stage.FEW, BACK, (BACK, FAILED), Stage.PAUSED, Why.FEW_FELL, 0),
    (Stage.FEW, PENDING, (BACK, BACK, BACK), Stage.PAUSED, Why.CANARY_FELL, 0),
    (Stage.FEW, None, (BACK, BACK, BACK), Stage.PAUSED, Why.CANARY_FELL, 0),
    (Stage.REST, BACK, (BACK, BACK, BACK), Stage.REST, Why.GOING_ON, 0),
    (Stage.REST, BACK, (BACK, BACK, PENDING), Stage.REST, Why.GOING_ON, 0),
    (Stage.REST, BACK, (BACK, PENDING, PENDING), Stage.PAUSED, Why.FEW_FELL, 0),
    (Stage.REST, FAILED, (BACK, BACK, BACK), Stage.PAUSED, Why.CANARY_FELL, 0),
    (Stage.OVER, FAILED, (FAILED,), Stage.OVER, Why.OVER, 0),
]


@pytest.mark.parametrize(("stage", "canary", "few", "then", "why", "choose"), TABLE)
def test_stages(stage: Stage, canary: Fate | None, few: tuple[Fate, ...], then: Stage, why: Why, choose: int) -> None:
    found = turn(Trial(stage, NOON), canary, few, POLICY, LATER)
    assert (found.trial.stage, found.why, found.choose) == (then, why, choose)
    assert found.trial.since == (NOON if then is stage else LATER)


def test_a_stop_lets_go_of_all_that_were_chosen() -> None:
    found = turn(Trial(Stage.CANARY, NOON, 1), FAILED, (), POLICY, LATER)
    assert found == Turn(Trial(Stage.PAUSED, LATER, 2), Why.CANARY_FELL, afresh=True)


@pytest.mark.parametrize(("stops", "minutes"), [(1, 5), (2, 10), (3, 20), (4, 40), (5, 60), (40, 60)])
def test_each_pause_is_twice_as_long_up_to_an_hour(stops: int, minutes: int) -> None:
    assert pause_of(stops, POLICY) == timedelta(minutes=minutes)


def test_after_the_pause_another_canary() -> None:
    paused = Trial(Stage.PAUSED, NOON, 1)
    before, after = NOON + timedelta(minutes=5, seconds=-1), NOON + timedelta(minutes=5)
    assert turn(paused, None, (), POLICY, before) == Turn(paused, Why.PAUSING)
    assert turn(paused, None, (), POLICY, after) == Turn(Trial(Stage.CANARY, after, 1), Why.PAUSE_OVER, 1, afresh=True)


@pytest.mark.parametrize(
    ("connection", "result", "down", "owed", "expected"),
    [
        (Connection.CONNECTED, "connected", False, False, Fate.BACK),
        (Connection.CONNECTED, "connected", True, False, Fate.PENDING),
        (Connection.FAILED, "connected", True, True, Fate.FAILED),
        (Connection.FAILED, "still_down", True, True, Fate.FAILED),
        (Connection.FAILED, "refused", True, False, Fate.FAILED),
        (Connection.FAILED, "", True, True, Fate.PENDING),
        (Connection.FAILED, "", True, False, Fate.IDLE),
        (Connection.CONNECTED, "", True, False, Fate.PENDING),
        (Connection.FAILED, "dropped", True, False, Fate.IDLE),
        (Connection.FAILED, "interrupted", True, True, Fate.PENDING),
        (Connection.FAILED, "interrupted", True, False, Fate.IDLE),
        (Connection.CONNECTED, "", False, False, Fate.BACK),
    ],
)
def test_fates(connection: Connection, result: str, down: bool, owed: bool, expected: Fate) -> None:
    assert fate(connection, result, down=down, owed=owed) is expected


FATES = st.sampled_from([BACK, FAILED, PENDING])


@given(st.sampled_from(list(Stage)), st.one_of(st.none(), FATES), st.lists(FATES, max_size=3), st.integers(0, 9))
def test_it_stops_exactly_when_it_says_so(stage: Stage, canary: Fate | None, few: list[Fate], stops: int) -> None:
    found = turn(Trial(stage, NOON, stops), canary, few, POLICY, LATER)
    stopped = found.trial.stage is Stage.PAUSED and stage is not Stage.PAUSED
    assert stopped == (found.why in {Why.CANARY_FELL, Why.FEW_FELL})
    assert found.trial.stops == stops + stopped


@given(st.lists(FATES, max_size=3))
def test_the_rest_never_comes_before_canary_and_few(few: list[Fate]) -> None:
    for stage in (Stage.CANARY, Stage.FEW):
        found = turn(Trial(stage, NOON), BACK, few, POLICY, LATER)
        if found.trial.stage is Stage.REST:
            assert stage is Stage.FEW
            assert 2 * few.count(BACK) > len(few) > 0
