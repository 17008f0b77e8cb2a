"""The rules of health, sentence by sentence: two clocks, grades, what settles before it counts."""

from datetime import timedelta

import pytest

from healthcheckd.domain.incidents import Step
from healthcheckd.domain.ledger import Interval, summarise
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DAY,
    DISCONNECTED,
    FAILED,
    FAILED_FOR_GOOD,
    HOUR,
    LOGGED_OUT,
    MINUTE,
    NOON,
    SCAN_QR,
    SECOND,
    STOPPED,
    Reading,
    down_for,
    failed,
    grade,
    healthy,
    no_answer,
)

AT_NOON = 0 * MINUTE


# Two clocks.


def test_the_grading_clock_starts_at_the_first_bad_reading() -> None:
    story = healthy()
    story.see(CONNECTING, 5 * MINUTE)
    story.see(CONNECTING, 6 * MINUTE)
    assert story.vitals.offline_since == NOON + 5 * MINUTE


def test_the_grading_clock_is_cleared_by_a_confirmed_recovery_only() -> None:
    story = down_for(HOUR)
    story.later(CONNECTED, MINUTE)
    assert story.vitals.offline_since == NOON
    story.later(CONNECTED, MINUTE)
    assert story.vitals.offline_since is None


def test_the_grading_clock_runs_on_through_silence() -> None:
    story = down_for(HOUR)
    for hour in range(2, 6):
        story.see(no_answer, hour * HOUR)
    assert story.vitals.health is Health.WARNING
    story.see(no_answer, 6 * HOUR)
    assert (story.vitals.health, story.vitals.offline_since) == (Health.CRITICAL, NOON)


def test_the_grading_clock_runs_on_while_we_are_away() -> None:
    story = down_for(HOUR)
    story.later(DISCONNECTED, 10 * HOUR)
    assert grade(story) == (Connection.DISCONNECTED, Health.CRITICAL, Cause.NETWORK)
    assert story.vitals.offline_since == NOON


def test_uptime_uses_the_ledger_only() -> None:
    story = down_for(HOUR)
    story.later(DISCONNECTED, 10 * HOUR)
    spent = summarise(story.ledger, NOON, story.now + HOUR)
    assert (spent.down, spent.unknown) == (2 * HOUR, 10 * HOUR)


def test_a_gap_of_more_than_twice_the_cadence_is_unknown() -> None:
    story = healthy()
    story.see(CONNECTED, 30 * MINUTE + SECOND)
    assert story.kinds()[-2:] == ["unknown 0s", "up 30m1s"]


def test_a_shorter_gap_belongs_to_the_state_before() -> None:
    story = healthy()
    story.see(DISCONNECTED, 30 * MINUTE)
    assert story.kinds()[-1] == "down 30m"
    assert "unknown 0s" not in story.kinds()


def test_back_after_ten_hours_away_and_found_down_it_is_down_from_now() -> None:
    story = healthy()
    story.see(DISCONNECTED, 10 * HOUR)
    assert (story.vitals.health, story.vitals.offline_since) == (Health.WARNING, NOON + 10 * HOUR)


@pytest.mark.parametrize("seen", [CONNECTING, STOPPED, FAILED])
def test_news_that_was_settling_when_we_went_away_settles_anew(seen: Reading) -> None:
    story = healthy()
    story.see(seen, 5 * MINUTE)
    verdict = story.later(seen, 10 * HOUR)
    assert (verdict.reason, story.incidents) == (Reason.SETTLING, 0)


def test_a_recovery_that_waited_when_we_went_away_waits_anew() -> None:
    story = down_for(HOUR)
    story.later(CONNECTED, MINUTE)
    assert story.later(CONNECTED, 10 * HOUR).reason is Reason.RECOVERING
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERED
    assert story.vitals.connected_since == story.now - MINUTE


def test_the_clock_stepping_back_brings_nothing_back() -> None:
    story = down_for(HOUR)
    before = story.vitals
    assert story.see(CONNECTED, 59 * MINUTE).reason is Reason.OUT_OF_DATE
    assert story.vitals == before


def test_the_clock_stepping_forward_is_a_gap() -> None:
    story = healthy()
    story.see(CONNECTED, 400 * DAY)
    assert story.ledger[-2:] == [
        Interval(story.ledger[-2].kind, None, NOON, NOON + 400 * DAY),
        Interval(story.ledger[-1].kind, None, NOON + 400 * DAY),
    ]
    assert story.kinds()[-2:] == ["unknown 0s", "up 9600h"]


def test_the_moment_of_a_reading_is_all_that_a_steady_one_changes() -> None:
    story = healthy()
    verdict = story.later(CONNECTED, 15 * MINUTE)
    assert (verdict.quiet, verdict.marks, verdict.transition, verdict.incident) == (True, (), None, None)
    assert timedelta(0) == story.now - (story.vitals.last_checked_at or NOON)


# Grades.


def test_connected_with_no_proof_refuted_is_healthy() -> None:
    assert grade(healthy()) == (Connection.CONNECTED, Health.HEALTHY, None)


@pytest.mark.parametrize(
    ("seen", "connection"),
    [
        (DISCONNECTED, Connection.DISCONNECTED),
        (FAILED_FOR_GOOD, Connection.FAILED),
        (LOGGED_OUT, Connection.LOGGED_OUT),
        (SCAN_QR, Connection.LOGGED_OUT),
    ],
)
def test_a_definite_bad_reading_is_a_warning_at_once(seen: Reading, connection: Connection) -> None:
    story = healthy()
    story.see(seen, 5 * MINUTE)
    assert grade(story)[:2] == (connection, Health.WARNING)


def test_needing_a_scan_after_having_been_linked_is_logged_out() -> None:
    story = healthy()
    story.see(SCAN_QR, 5 * MINUTE)
    assert grade(story) == (Connection.LOGGED_OUT, Health.WARNING, Cause.LOGGED_OUT)


def test_offline_for_six_hours_is_critical() -> None:
    story = down_for(5 * HOUR + 59 * MINUTE)
    assert story.vitals.health is Health.WARNING
    verdict = story.see(DISCONNECTED, 6 * HOUR)
    assert (story.vitals.health, verdict.reason) == (Health.CRITICAL, Reason.TURNED_CRITICAL)


def test_a_warning_is_read_again_the_moment_it_turns_critical() -> None:
    story = down_for(5 * HOUR, LOGGED_OUT)
    assert story.vitals.recheck_at == NOON + 6 * HOUR


def test_connecting_for_ten_minutes_is_stuck() -> None:
    story = healthy()
    story.see(CONNECTING, 5 * MINUTE)
    story.see(CONNECTING, 14 * MINUTE)
    assert story.vitals.cause is Cause.UNKNOWN
    story.see(CONNECTING, 15 * MINUTE)
    assert grade(story) == (Connection.CONNECTING, Health.WARNING, Cause.STUCK)


def test_two_restarts_hours_apart_are_not_stuck() -> None:
    story = healthy()
    story.see(CONNECTING, 5 * MINUTE)
    story.later(no_answer, MINUTE)
    story.later(CONNECTING, 9 * HOUR)
    story.later(CONNECTING, MINUTE)
    assert story.vitals.cause is Cause.UNKNOWN


@pytest.mark.parametrize("later", [FAILED, FAILED_FOR_GOOD, CONNECTING, STOPPED, DISCONNECTED])
@pytest.mark.parametrize("cause", [Cause.LOGGED_OUT, Cause.BANNED, Cause.REPLACED, Cause.TEMPORARY_BAN])
def test_a_failure_after_a_lasting_cause_keeps_it(later: Reading, cause: Cause) -> None:
    story = down_for(HOUR, failed(cause))
    story.later(later, 15 * MINUTE)
    assert story.vitals.cause is cause
    assert [step.step for step in story.steps] == [Step.OPEN]


def test_failed_after_logged_out_is_shown_as_logged_out() -> None:
    story = down_for(HOUR, SCAN_QR)
    story.later(FAILED, 15 * MINUTE)
    assert grade(story) == (Connection.LOGGED_OUT, Health.WARNING, Cause.LOGGED_OUT)


@pytest.mark.parametrize("cause", [Cause.LOGGED_OUT, Cause.BANNED, Cause.REPLACED, Cause.TEMPORARY_BAN])
def test_a_lasting_cause_holds_only_until_it_is_connected_again(cause: Cause) -> None:
    story = down_for(HOUR, failed(cause))
    story.later(CONNECTED, 15 * MINUTE)
    story.later(DISCONNECTED, 30 * SECOND)
    assert grade(story) == (Connection.DISCONNECTED, Health.WARNING, Cause.NETWORK)


def test_a_reading_that_names_no_cause_takes_none_back() -> None:
    story = down_for(HOUR)
    story.later(FAILED_FOR_GOOD, MINUTE)
    assert grade(story) == (Connection.FAILED, Health.WARNING, Cause.NETWORK)


# Transitional news.


@pytest.mark.parametrize("seen", [CONNECTING, STOPPED])
def test_transitional_news_is_read_again_after_settle_before_it_counts(seen: Reading) -> None:
    story = healthy()
    story.see(seen, 5 * MINUTE)
    assert story.vitals.recheck_at == NOON + 6 * MINUTE
    assert (grade(story)[:2], story.incidents) == ((Connection.CONNECTED, Health.HEALTHY), 0)
    story.see(seen, 6 * MINUTE)
    assert (story.vitals.health, story.incidents) == (Health.WARNING, 1)


def test_a_blip_leaves_no_trace() -> None:
    story = healthy()
    kinds = story.kinds()
    story.see(CONNECTING, 5 * MINUTE)
    assert story.see(CONNECTED, 5 * MINUTE + 59 * SECOND).reason is Reason.BLIP_OVER
    assert (story.kinds(), story.steps, story.vitals.falls) == (kinds, [], ())


def test_an_outage_that_settled_began_with_its_first_bad_reading() -> None:
    story = healthy()
    story.see(STOPPED, 5 * MINUTE)
    verdict = story.see(STOPPED, 6 * MINUTE)
    assert verdict.incident is not None
    assert verdict.incident.at == NOON + 5 * MINUTE
    assert story.kinds()[-1] == "down 5m"
    assert story.vitals.last_disconnected_at == NOON + 5 * MINUTE


@pytest.mark.parametrize("seen", [CONNECTING, STOPPED, FAILED])
def test_what_is_down_already_has_nothing_to_settle(seen: Reading) -> None:
    story = healthy()
    story.see(DISCONNECTED, AT_NOON)
    story.see(seen, 5 * SECOND)
    assert story.vitals.connection is seen(NOON).connection
    assert story.vitals.first_bad_at == story.vitals.offline_since == NOON


def test_a_failure_that_may_mend_itself_counts_when_it_is_read_twice_ten_seconds_apart() -> None:
    story = healthy()
    story.see(FAILED, AT_NOON)
    assert story.see(FAILED, 9 * SECOND).reason is Reason.SETTLING
    assert story.see(FAILED, 10 * SECOND).reason is Reason.FELL


def test_a_failure_read_once_among_starts_waits_for_its_own_second_reading() -> None:
    story = healthy()
    story.see(CONNECTING, AT_NOON)
    assert story.see(FAILED, 30 * SECOND).reason is Reason.SETTLING
    assert story.vitals.recheck_at == NOON + 40 * SECOND


def test_failing_and_starting_every_two_seconds_is_one_outage_after_settle() -> None:
    story = healthy()
    for second in range(0, 3600, 2):
        story.see(FAILED if second % 4 else CONNECTING, second * SECOND)
        assert story.incidents == (second >= 60)
    assert [step.step for step in story.steps] == [Step.OPEN]
    assert story.steps[0].at == NOON
    assert story.vitals.cause is Cause.UNKNOWN
