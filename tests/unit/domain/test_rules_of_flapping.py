"""Four falls in six hours are flapping: one incident, told once, Critical only after being down for long."""

import pytest

from healthcheckd.domain.contacts import Audience, Contact
from healthcheckd.domain.incidents import Step
from healthcheckd.domain.notices import plan_notices
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.policy import NoticePolicy
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DAY,
    DISCONNECTED,
    HOUR,
    MINUTE,
    NOON,
    SECOND,
    Story,
    connected,
    grade,
    healthy,
    no_answer,
)

OPERATED = Audience(operators=(Contact("ops@example.org"),))


def falling(times: int, every: int, up_for: int) -> Story:
    """Down every so many minutes, Connected again for the last of them: both read each minute."""
    story = healthy()
    for minute in range(times * every):
        story.see(CONNECTED if minute % every >= every - up_for else DISCONNECTED, minute * MINUTE)
    return story


def flapping() -> Story:
    """Connected for the last half hour; fell each hour, at noon the first of four times."""
    return falling(4, every=60, up_for=30)


def times_told(story: Story) -> int:
    """How often the operator hears at once of flapping: again only after a recovery of which they heard too."""
    told = 0
    heard = False
    for step in story.steps:
        if step.step is Step.END:
            heard = False
        elif step.cause is Cause.FLAPPING and not heard:
            plans = plan_notices(step, story.vitals, OPERATED, NoticePolicy(), step.at)
            told += sum(plan.variant == "flapping" and plan.due_at == step.at for plan in plans)
            heard = True
    return told


def test_three_falls_in_six_hours_are_not_flapping() -> None:
    assert falling(3, every=60, up_for=50).vitals.cause is None


def test_four_falls_in_six_hours_are_flapping() -> None:
    story = falling(4, every=90, up_for=60)
    assert grade(story) == (Connection.CONNECTED, Health.WARNING, Cause.FLAPPING)


def test_four_falls_in_more_than_six_hours_are_not_flapping() -> None:
    assert falling(4, every=121, up_for=60).vitals.cause is None


@pytest.mark.parametrize(("every", "up_for"), [(2, 1), (6, 3), (20, 15), (45, 40), (80, 75)])
def test_a_flapping_account_is_told_of_once(every: int, up_for: int) -> None:
    story = falling(12, every, up_for)
    assert times_told(story) == 1
    assert story.vitals.cause is Cause.FLAPPING


def test_connected_and_disconnected_every_two_seconds_is_one_incident() -> None:
    story = healthy()
    for second in range(0, 1800, 2):
        story.see(DISCONNECTED if second % 4 else CONNECTED, second * SECOND)
    assert story.incidents == 1
    assert story.vitals.cause is Cause.FLAPPING
    assert len(story.vitals.falls) == 4


def test_an_account_that_is_mostly_connected_never_becomes_critical() -> None:
    story = falling(40, every=15, up_for=13)
    assert (story.vitals.cause, story.vitals.health) == (Cause.FLAPPING, Health.WARNING)
    up = [
        one for one in story.ledger if one.kind == "up" and one.until_at and one.until_at - one.from_at >= 13 * MINUTE
    ]
    assert len(up) >= 38


def test_a_flapping_account_that_stays_down_becomes_critical() -> None:
    story = flapping()
    story.later(DISCONNECTED, 10 * MINUTE)
    fell_at = story.now
    assert story.vitals.health is Health.WARNING
    story.see(DISCONNECTED, fell_at - NOON + 6 * HOUR)
    assert story.vitals.health is Health.CRITICAL


def test_a_fall_of_a_flapping_account_reopens_its_incident_from_that_fall_on() -> None:
    story = flapping()
    verdict = story.later(DISCONNECTED, MINUTE)
    assert verdict.incident is not None
    assert (verdict.incident.step, verdict.incident.at) == (Step.REOPEN, story.now)
    assert (story.vitals.offline_since, story.incidents) == (story.now, story.vitals.incident)


def test_a_flapping_account_is_well_once_its_falls_are_old() -> None:
    story = flapping()
    assert story.vitals.recheck_at == NOON + 6 * HOUR
    assert story.see(CONNECTED, 6 * HOUR - SECOND).reason is Reason.UNSTABLE
    assert story.see(CONNECTED, 6 * HOUR).reason is Reason.RECOVERED
    assert grade(story) == (Connection.CONNECTED, Health.HEALTHY, None)
    assert story.steps[-1].at == story.vitals.connected_since == NOON + 3 * HOUR + 30 * MINUTE


def test_a_blip_of_a_flapping_account_is_no_fall() -> None:
    story = flapping()
    falls = story.vitals.falls
    story.later(CONNECTING, MINUTE)
    story.later(CONNECTED, 30 * SECOND)
    assert (story.vitals.falls, story.vitals.cause) == (falls, Cause.FLAPPING)


def test_a_flapping_account_that_sticks_is_stuck() -> None:
    story = flapping()
    story.later(CONNECTING, MINUTE)
    story.later(CONNECTING, 10 * MINUTE)
    assert story.vitals.cause is Cause.STUCK


def test_a_flapping_account_that_stays_down_keeps_its_cause() -> None:
    story = flapping()
    for hour in range(4, 20):
        story.see(DISCONNECTED, hour * HOUR)
    assert story.vitals.cause is Cause.FLAPPING


def test_silence_between_does_not_end_flapping() -> None:
    story = flapping()
    story.later(no_answer, MINUTE)
    assert story.later(CONNECTED, MINUTE).reason is Reason.UNSTABLE


def test_falls_of_last_week_do_not_count() -> None:
    story = falling(3, every=60, up_for=50)
    story.later(connected(), 7 * DAY)
    story.later(DISCONNECTED, MINUTE)
    assert (story.vitals.cause, len(story.vitals.falls)) == (Cause.NETWORK, 1)
