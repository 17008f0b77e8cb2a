"""Failures in a row of a gateway, a job or a channel: two make an incident, one success ends it."""

from healthcheckd.domain.incidents import Step, Streak, after_failure, after_success
from tests.unit.domain.story import MINUTE, NOON


def failed(times: int) -> tuple[Streak, list[Step | None]]:
    streak, steps = Streak(), []
    for minute in range(times):
        streak, step = after_failure(streak, NOON + minute * MINUTE)
        steps.append(step)
    return streak, steps


def test_one_failure_may_be_chance() -> None:
    streak, steps = failed(1)
    assert (streak, steps) == (Streak(1, NOON, in_incident=False), [None])


def test_the_second_failure_in_a_row_opens_an_incident_since_the_first() -> None:
    streak, steps = failed(2)
    assert (streak, steps) == (Streak(2, NOON, in_incident=True), [None, Step.OPEN])


def test_further_failures_open_no_other() -> None:
    streak, steps = failed(5)
    assert (streak.failures, steps) == (5, [None, Step.OPEN, None, None, None])


def test_one_success_ends_the_incident() -> None:
    assert after_success(failed(3)[0]) == (Streak(), Step.END)


def test_a_success_without_an_incident_ends_nothing() -> None:
    assert after_success(failed(1)[0]) == (Streak(), None)
    assert after_success(Streak()) == (Streak(), None)


def test_a_success_between_breaks_the_row() -> None:
    streak, _ = after_success(failed(1)[0])
    assert after_failure(streak, NOON) == (Streak(1, NOON), None)
