"""The rules of recovery: what ends an outage, and what brings it back."""

import pytest

from healthcheckd.domain.incidents import Ending, Step
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    DISCONNECTED,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    Reading,
    Story,
    absent,
    down_for,
    no_answer,
)


def test_an_incident_ends_only_after_a_second_connected_reading_at_least_settle_later() -> None:
    story = down_for(HOUR)
    for second in (10, 40, 69):
        assert story.see(CONNECTED, HOUR + second * SECOND).reason is Reason.RECOVERING
    verdict = story.see(CONNECTED, HOUR + 70 * SECOND)
    assert (verdict.reason, story.vitals.in_incident) == (Reason.RECOVERED, False)


def test_an_incident_ended_with_the_first_connected_reading() -> None:
    story = down_for(HOUR)
    story.see(CONNECTED, HOUR + 10 * SECOND)
    story.see(CONNECTED, 2 * HOUR - 35 * MINUTE)
    assert story.steps[-1].step is Step.END
    assert (story.steps[-1].at, story.steps[-1].ending) == (NOON + HOUR + 10 * SECOND, Ending.RECOVERED)
    assert story.kinds()[-1] == "up 1h10s"


def test_a_relapse_before_the_recovery_is_confirmed_is_the_same_outage() -> None:
    story = down_for(HOUR)
    story.later(CONNECTED, MINUTE)
    assert story.later(DISCONNECTED, 30 * SECOND).reason is Reason.RELAPSED
    assert story.vitals.offline_since == NOON
    assert [step.step for step in story.steps] == [Step.OPEN]


@pytest.mark.parametrize("unseen", [no_answer, absent])
def test_what_was_not_seen_confirms_no_recovery(unseen: Reading) -> None:
    story = down_for(HOUR)
    story.later(CONNECTED, MINUTE)
    story.later(unseen, MINUTE)
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERING


def test_a_fall_within_half_an_hour_reopens_the_incident() -> None:
    story = recovered()
    story.later(DISCONNECTED, 28 * MINUTE)
    assert [step.step for step in story.steps] == [Step.OPEN, Step.END, Step.REOPEN]
    assert (story.vitals.incident, story.vitals.offline_since) == (1, story.now)


def test_a_fall_after_half_an_hour_is_a_new_incident() -> None:
    story = recovered()
    story.later(DISCONNECTED, 29 * MINUTE)
    assert [step.step for step in story.steps] == [Step.OPEN, Step.END, Step.OPEN]
    assert story.vitals.incident == 2


def recovered() -> Story:
    """Connected again a minute ago, and confirmed."""
    story = down_for(HOUR)
    story.later(CONNECTED, MINUTE)
    story.later(CONNECTED, MINUTE)
    return story
