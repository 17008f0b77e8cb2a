"""Silence is not death: what an unanswered question means for an account, and what it does to its honest time."""

import pytest

from healthcheckd.domain.accounts import LedgerKind
from healthcheckd.domain.incidents import Ending, Step
from healthcheckd.domain.observations import Cause, Connection, Health, silent
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DISCONNECTED,
    FAILED,
    HOUR,
    LOGGED_OUT,
    MINUTE,
    NOON,
    OTHER_NUMBER,
    RESTRICTED,
    RETRYING,
    SCAN_QR,
    SECOND,
    Reading,
    Story,
    absent,
    down_for,
    gateway_silent,
    gateway_silent_alone,
    grade,
    healthy,
    lived,
    no_answer,
    unknown_state,
)

SILENCES = [no_answer, unknown_state, gateway_silent, gateway_silent_alone]


def unreachable(seen: Reading = gateway_silent) -> Story:
    """Connected at noon, silent from 12:15, Unreachable at 12:45."""
    story = healthy()
    for minute in (15, 30, 45):
        story.see(seen, minute * MINUTE)
    return story


@pytest.mark.parametrize("silence", SILENCES)
def test_silence_keeps_the_state_and_makes_it_stale(silence: Reading) -> None:
    story = healthy()
    before = grade(story)
    story.see(silence, 5 * MINUTE)
    assert grade(story) == before
    assert story.vitals.stale_since == NOON + 5 * MINUTE
    assert story.steps == []


@pytest.mark.parametrize("silence", SILENCES)
def test_silence_is_unknown_in_the_ledger(silence: Reading) -> None:
    story = down_for(HOUR)
    story.later(silence, 5 * MINUTE)
    assert story.kinds()[-2:] == ["down 0s", "unknown 1h5m"]


def test_a_session_that_does_not_answer_is_asked_again_after_a_minute_once() -> None:
    story = healthy()
    story.see(no_answer, 5 * MINUTE)
    assert story.vitals.recheck_at == NOON + 6 * MINUTE
    story.see(no_answer, 6 * MINUTE)
    assert story.vitals.recheck_at is None


def test_accounts_behind_a_silent_gateway_are_not_asked_one_by_one() -> None:
    story = healthy()
    story.see(gateway_silent, 5 * MINUTE)
    assert story.vitals.recheck_at is None


@pytest.mark.parametrize("silence", SILENCES)
def test_after_half_an_hour_of_silence_it_is_unreachable_and_a_warning(silence: Reading) -> None:
    story = healthy()
    story.see(silence, 15 * MINUTE)
    story.see(silence, 45 * MINUTE - SECOND)
    assert story.vitals.connection is Connection.CONNECTED
    story.see(silence, 45 * MINUTE)
    assert grade(story)[:2] == (Connection.UNREACHABLE, Health.WARNING)
    assert story.vitals.offline_since == NOON + 15 * MINUTE


def test_unreachable_turns_critical_by_the_same_six_hours() -> None:
    story = unreachable()
    story.see(gateway_silent, 6 * HOUR + 14 * MINUTE)
    assert story.vitals.health is Health.WARNING
    story.see(gateway_silent, 6 * HOUR + 15 * MINUTE)
    assert story.vitals.health is Health.CRITICAL


def test_the_silence_of_a_whole_gateway_is_the_gateways() -> None:
    assert unreachable(gateway_silent).vitals.cause is Cause.GATEWAY_DOWN


def test_the_silence_of_one_session_is_its_own() -> None:
    assert unreachable(no_answer).vitals.cause is Cause.UNKNOWN


def test_an_outage_that_goes_out_of_sight_keeps_its_cause() -> None:
    story = down_for(HOUR, LOGGED_OUT)
    for minute in (10, 25, 40):
        story.see(gateway_silent, HOUR + minute * MINUTE)
    assert grade(story) == (Connection.UNREACHABLE, Health.WARNING, Cause.LOGGED_OUT)
    assert (story.vitals.offline_since, story.incidents) == (NOON, 1)


def test_if_others_answer_the_silence_is_rewritten_as_down_from_its_first_reading() -> None:
    story = unreachable(gateway_silent_alone)
    assert story.kinds()[-1] == "down 15m"
    assert story.ledger[-1].cause is Cause.GATEWAY_DOWN


def test_if_nothing_answers_it_is_our_network_and_stays_unknown() -> None:
    story = unreachable(gateway_silent)
    for hour in range(1, 12):
        story.see(gateway_silent, hour * HOUR)
    assert story.kinds()[-1] == "unknown 15m"


def test_another_gateway_that_answers_proves_nothing_of_a_single_silent_session() -> None:
    story = unreachable(lambda at: silent("shop", at, "time-out", elsewhere=True))
    assert story.vitals.ledger is LedgerKind.UNKNOWN


def test_a_short_silence_is_not_rewritten_though_others_answer() -> None:
    story = healthy()
    story.see(gateway_silent_alone, 15 * MINUTE)
    story.see(gateway_silent_alone, 44 * MINUTE)
    story.see(CONNECTED, 45 * MINUTE)
    assert story.kinds()[-3:] == ["up -15m", "unknown 15m", "up 45m"]


def test_silence_about_what_was_never_seen_says_nothing() -> None:
    story = lived((no_answer, 0 * MINUTE), (no_answer, HOUR))
    assert grade(story) == (Connection.UNKNOWN, Health.UNKNOWN, None)
    assert (story.ledger, story.steps) == ([], [])


# Visible again.


@pytest.mark.parametrize("seen", [CONNECTED, DISCONNECTED, LOGGED_OUT, RESTRICTED, OTHER_NUMBER])
def test_any_usable_answer_ends_the_staleness(seen: Reading) -> None:
    story = unreachable()
    story.later(seen, MINUTE)
    assert (story.vitals.stale_since, story.vitals.last_checked_at) == (None, story.now)


def test_one_answer_ends_an_outage_that_was_only_silence() -> None:
    story = unreachable()
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERED
    assert (story.steps[-1].step, story.steps[-1].ending) == (Step.END, Ending.RECOVERED)
    assert story.steps[-1].at == story.now


def test_down_after_being_unreachable_is_the_same_outage() -> None:
    story = unreachable()
    story.later(DISCONNECTED, MINUTE)
    assert grade(story) == (Connection.DISCONNECTED, Health.WARNING, Cause.NETWORK)
    assert (story.vitals.offline_since, story.incidents) == (NOON + 15 * MINUTE, 1)
    assert story.kinds()[-2:] == ["unknown 15m", "down 46m"]


@pytest.mark.parametrize("seen", [CONNECTING, FAILED])
def test_passing_news_after_being_unreachable_settles_first(seen: Reading) -> None:
    story = unreachable()
    assert story.later(seen, MINUTE).reason is Reason.SETTLING
    assert story.vitals.connection is Connection.UNREACHABLE
    assert story.later(CONNECTED, 5 * SECOND).reason is Reason.RECOVERED


def test_starting_for_long_after_being_unreachable_is_down() -> None:
    story = unreachable()
    story.later(CONNECTING, MINUTE)
    story.later(CONNECTING, MINUTE)
    assert grade(story)[:2] == (Connection.CONNECTING, Health.WARNING)
    assert story.kinds()[-1] == "down 46m"


@pytest.mark.parametrize(
    ("seen", "reason"),
    [(SCAN_QR, Reason.FELL), (OTHER_NUMBER, Reason.NUMBER_CHANGED), (RESTRICTED, Reason.RECOVERED)],
)
def test_whatever_is_seen_after_being_unreachable_counts(seen: Reading, reason: Reason) -> None:
    assert unreachable().later(seen, MINUTE).reason is reason


def test_down_then_unreachable_then_connected_is_recovered_by_two_readings() -> None:
    story = down_for(HOUR)
    for minute in (10, 25, 40):
        story.see(gateway_silent, HOUR + minute * MINUTE)
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERING
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERED


def test_passing_news_between_silences_hides_nothing_for_ever() -> None:
    story = healthy()
    for minute in range(1, 33):
        story.see(CONNECTING if minute % 2 else no_answer, minute * MINUTE)
    assert grade(story)[:2] == (Connection.UNREACHABLE, Health.WARNING)


def test_silence_between_two_bad_readings_is_neither_up_nor_down() -> None:
    story = healthy()
    story.see(CONNECTING, 5 * MINUTE)
    story.see(no_answer, 6 * MINUTE)
    story.see(DISCONNECTED, 7 * MINUTE)
    assert story.kinds()[-3:] == ["up -15m", "unknown 6m", "down 7m"]


def test_silence_between_two_good_readings_is_neither_up_nor_down() -> None:
    story = down_for(HOUR)
    story.see(CONNECTED, HOUR + 5 * MINUTE)
    story.see(no_answer, HOUR + 6 * MINUTE)
    story.see(CONNECTED, HOUR + 7 * MINUTE)
    story.see(CONNECTED, HOUR + 8 * MINUTE)
    assert story.kinds()[-3:] == ["down 0s", "unknown 1h6m", "up 1h7m"]


def test_unreachable_for_ten_hours_while_we_were_away_is_still_the_same_outage() -> None:
    story = unreachable()
    story.later(gateway_silent, 10 * HOUR)
    assert grade(story)[:2] == (Connection.UNREACHABLE, Health.CRITICAL)
    assert story.incidents == 1


# Missing.


def test_missing_once_is_silence() -> None:
    story = healthy()
    assert story.see(absent, 15 * MINUTE).reason is Reason.MISSED
    assert grade(story)[:2] == (Connection.CONNECTED, Health.HEALTHY)
    assert story.kinds()[-1] == "unknown 15m"


def test_missing_twice_is_gone_and_excluded() -> None:
    story = healthy()
    story.see(absent, 15 * MINUTE)
    story.see(absent, 30 * MINUTE)
    assert grade(story) == (Connection.UNKNOWN, Health.UNKNOWN, Cause.GONE)
    assert (story.kinds()[-1], story.steps) == ("excluded 30m", [])


def test_missing_again_within_seconds_is_still_once() -> None:
    story = healthy()
    for second in (0, 2, 10, 59):
        assert story.see(absent, 15 * MINUTE + second * SECOND).reason is Reason.MISSED


def test_missing_and_back_begins_anew() -> None:
    story = healthy()
    story.see(absent, 15 * MINUTE)
    assert story.see(CONNECTED, 30 * MINUTE).reason is Reason.RETURNED
    assert (story.vitals.missing, story.vitals.stale_since) == (0, None)
    assert story.see(absent, 45 * MINUTE).reason is Reason.MISSED


def test_an_outage_of_a_session_that_is_gone_ends_as_withdrawn() -> None:
    story = down_for(HOUR, RETRYING)
    story.later(absent, 15 * MINUTE)
    assert story.vitals.in_incident
    story.later(absent, 15 * MINUTE)
    assert story.steps[-1].ending is Ending.WITHDRAWN
    assert (story.vitals.incident, story.vitals.offline_since, story.vitals.stale_since) == (None, None, None)
    assert (story.vitals.last_checked_at, story.vitals.self_healing) == (story.now, False)


def test_gone_and_back_is_visible_again() -> None:
    story = healthy()
    story.see(absent, 15 * MINUTE)
    story.see(absent, 30 * MINUTE)
    assert story.see(CONNECTED, 45 * MINUTE).reason is Reason.RETURNED
    assert grade(story) == (Connection.CONNECTED, Health.HEALTHY, None)


def test_gone_and_back_down_is_a_new_outage() -> None:
    story = down_for(HOUR)
    story.later(absent, 15 * MINUTE)
    story.later(absent, 15 * MINUTE)
    story.later(DISCONNECTED, 5 * MINUTE)
    assert (story.steps[-1].step, story.vitals.offline_since) == (Step.OPEN, story.now)
