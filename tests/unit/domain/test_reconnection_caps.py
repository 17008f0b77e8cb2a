"""Whatever happens to an account, it is attempted within the caps."""

from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from healthcheckd.domain.policy import ReconnectPolicy
from healthcheckd.domain.reconnection import (
    NEEDS_PERSON,
    Why,
    attempted,
    calls_for_attempt,
    plan,
)
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DAY,
    DISCONNECTED,
    FAILED,
    HOUR,
    MINUTE,
    NOON,
    REFUTED,
    RETRYING,
    SCAN_QR,
    SECOND,
    Reading,
    healthy,
    no_answer,
)

POLICY = ReconnectPolicy()
KEY = 7

lives = st.lists(
    st.tuples(
        st.sampled_from([DISCONNECTED, FAILED, CONNECTED, CONNECTING, REFUTED, RETRYING, SCAN_QR, no_answer]),
        st.one_of(st.sampled_from([SECOND, 10 * SECOND, MINUTE, HOUR]), st.timedeltas(timedelta(0), 8 * HOUR)),
    ),
    min_size=20,
    max_size=120,
)


def attempts_of(life: list[tuple[Reading, timedelta]]) -> list[datetime]:
    """Every attempt that the plan allows, made the moment it is due."""
    story = healthy()
    started: list[datetime] = []
    for seen, after in life:
        end = story.now + after
        while True:
            recent = tuple(instant for instant in started if instant > story.now - DAY)
            planned = plan(KEY, story.vitals, recent, POLICY, story.now)
            if planned.due_at is None or planned.due_at > end:
                break
            assert story.vitals.cause not in NEEDS_PERSON
            assert story.vitals.offline_since is not None
            story.now = planned.due_at
            if calls_for_attempt(story.vitals) and planned.why is Why.DUE:
                started.append(story.now)
                story.vitals = attempted(story.vitals)
        story.see(seen, end - NOON)
    return started


@given(lives)
@settings(max_examples=60, deadline=None)
def test_whatever_happens_the_caps_hold(life: list[tuple[Reading, timedelta]]) -> None:
    assert_capped(attempts_of(life))


def assert_capped(started: list[datetime]) -> None:
    for sixth, seventh in zip(started, started[6:], strict=False):
        assert seventh - sixth >= HOUR
    for twentieth, next_one in zip(started, started[20:], strict=False):
        assert next_one - twentieth >= DAY


@pytest.mark.parametrize("turn", [[FAILED, CONNECTING], [CONNECTED, DISCONNECTED], [DISCONNECTED]])
def test_a_restless_account_is_attempted_within_the_caps(turn: list[Reading]) -> None:
    started = attempts_of([(turn[second % len(turn)], 2 * SECOND) for second in range(4 * 1800)])
    assert_capped(started)
    assert 1 <= len(started) <= 9


def test_an_account_that_stays_down_is_tried_ever_more_rarely() -> None:
    started = attempts_of([(DISCONNECTED, 15 * MINUTE)] * 4 * 24 * 3)
    gaps = [(later - earlier) / HOUR for earlier, later in pairwise(started)]
    assert gaps[:3] == sorted(gaps[:3])
    assert gaps[7:] == [6.0] * len(gaps[7:])
    assert len(started) <= 20
