"""What was never linked, who stopped it, whose number it is, and what restricts it."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from healthcheckd.domain.accounts import LedgerKind, StoppedBy
from healthcheckd.domain.incidents import Ending, Step
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    DAY,
    DISCONNECTED,
    FAILED,
    HOUR,
    MINUTE,
    NOON,
    OTHER_NUMBER,
    OURS,
    RESTRICTED,
    SCAN_QR,
    SECOND,
    STOPPED,
    Reading,
    Story,
    connected,
    down_for,
    failed,
    grade,
    healthy,
    lived,
    no_answer,
    reading,
)

LINKED_STOPPED = reading(Connection.STOPPED, "STOPPED", linked=True)
LINKED_DOWN = reading(Connection.DISCONNECTED, "close", linked=True)


# Never linked; first looks.


@pytest.mark.parametrize("seen", [SCAN_QR, STOPPED])
def test_never_linked_is_unknown_excluded_without_incident(seen: Reading) -> None:
    story = lived((seen, 0 * MINUTE))
    assert (story.vitals.health, story.vitals.ledger, story.steps) == (Health.UNKNOWN, LedgerKind.EXCLUDED, [])


def test_a_qr_that_nobody_scans_is_no_outage_however_it_ends() -> None:
    story = lived((SCAN_QR, 0 * MINUTE))
    for minute, seen in enumerate([SCAN_QR, FAILED, FAILED, CONNECTING, CONNECTING, STOPPED, FAILED, SCAN_QR] * 3):
        story.see(seen, minute * 5 * MINUTE)
    assert (story.vitals.cause, story.vitals.health, story.steps) == (Cause.NEEDS_PAIRING, Health.UNKNOWN, [])


def test_scanned_at_last_it_is_watched() -> None:
    story = lived((SCAN_QR, 0 * MINUTE), (CONNECTED, MINUTE))
    assert grade(story) == (Connection.CONNECTED, Health.HEALTHY, None)
    assert story.kinds() == ["up 1m"]


def test_a_failure_that_turns_out_never_linked_is_withdrawn() -> None:
    story = lived((FAILED, 0 * MINUTE), (FAILED, 10 * SECOND), (SCAN_QR, MINUTE))
    assert [step.step for step in story.steps] == [Step.OPEN, Step.END]
    assert (story.steps[-1].ending, story.vitals.cause) == (Ending.WITHDRAWN, Cause.NEEDS_PAIRING)


@pytest.mark.parametrize("seen", [LINKED_DOWN, DISCONNECTED, failed(Cause.BANNED)])
def test_first_seen_down_is_a_warning_from_now(seen: Reading) -> None:
    story = Story()
    assert story.see(seen, 0 * MINUTE).reason is Reason.FIRST_SEEN_DOWN
    assert (story.vitals.health, story.vitals.offline_since) == (Health.WARNING, NOON)
    assert story.vitals.last_connected_at is None


@pytest.mark.parametrize("seen", [CONNECTING, FAILED, LINKED_STOPPED])
def test_first_seen_in_passing_settles_first(seen: Reading) -> None:
    story = Story()
    assert story.see(seen, 0 * MINUTE).reason is Reason.SETTLING
    assert (story.vitals.health, story.ledger) == (Health.UNKNOWN, [])
    assert story.see(seen, MINUTE).reason is Reason.FIRST_SEEN_DOWN
    assert story.kinds() == ["down 0s"]


def test_first_seen_down_then_stopped_is_still_an_outage() -> None:
    story = lived((DISCONNECTED, 0 * MINUTE), (STOPPED, 5 * MINUTE))
    assert grade(story) == (Connection.STOPPED, Health.WARNING, Cause.STOPPED)


def test_held_back_at_the_first_look_it_is_graded_until_seen_connected() -> None:
    story = lived((DISCONNECTED, 0 * MINUTE))
    story.vitals = replace(story.vitals, adopted=False)
    for quarter in range(1, 26):
        story.see(DISCONNECTED, quarter * 15 * MINUTE)
    assert (story.vitals.health, story.vitals.adopted) == (Health.CRITICAL, False)
    story.later(CONNECTED, MINUTE)
    story.later(CONNECTED, MINUTE)
    assert story.vitals.adopted


# Stopped.


def test_stopped_by_us_on_request_is_excluded_and_withdraws_the_outage() -> None:
    story = down_for(HOUR)
    story.vitals = replace(story.vitals, stopped_by=StoppedBy.OPERATOR)
    story.later(STOPPED, 5 * MINUTE)
    assert grade(story) == (Connection.STOPPED, Health.UNKNOWN, Cause.STOPPED)
    assert (story.kinds()[-1], story.steps[-1].ending) == ("excluded 1h5m", Ending.WITHDRAWN)


def test_stopped_by_someone_else_is_an_outage() -> None:
    story = healthy()
    story.see(STOPPED, 5 * MINUTE)
    story.see(STOPPED, 6 * MINUTE)
    assert grade(story) == (Connection.STOPPED, Health.WARNING, Cause.STOPPED)


def test_stopped_by_our_cleanup_keeps_incident_and_ledger() -> None:
    story = down_for(HOUR, SCAN_QR)
    story.vitals = replace(story.vitals, stopped_by=StoppedBy.CLEANUP)
    kinds = story.kinds()
    for quarter in range(1, 24):
        story.see(STOPPED, HOUR + quarter * 15 * MINUTE)
    assert (story.kinds(), story.incidents, story.vitals.in_incident) == (kinds, 1, True)
    assert (story.vitals.health, story.vitals.cause) == (Health.CRITICAL, Cause.LOGGED_OUT)


def test_cleaned_up_out_of_sight_and_back_it_counts_as_before() -> None:
    story = down_for(HOUR, SCAN_QR)
    story.vitals = replace(story.vitals, stopped_by=StoppedBy.CLEANUP)
    for seen in (STOPPED, no_answer, STOPPED):
        story.later(seen, 5 * MINUTE)
    assert story.kinds()[-3:] == ["down 0s", "unknown 1h10m", "down 1h15m"]


def perhaps_stopped(at: datetime) -> Observation:
    return replace(reading(Connection.DISCONNECTED, "CLOSED")(at), perhaps_stopped=True)


@pytest.mark.parametrize("who", StoppedBy)
def test_a_word_that_a_stop_has_too_is_our_stop_where_we_made_one(who: StoppedBy) -> None:
    story = healthy()
    story.vitals = replace(story.vitals, stopped_by=who)
    story.later(perhaps_stopped, 5 * MINUTE)
    story.later(perhaps_stopped, 5 * MINUTE)
    assert (story.vitals.connection, story.vitals.stopped_by) == (Connection.STOPPED, who)
    assert story.incidents == 0


def test_a_word_that_a_stop_has_too_is_a_fall_where_we_made_none() -> None:
    story = healthy()
    story.later(perhaps_stopped, 5 * MINUTE)
    story.later(perhaps_stopped, MINUTE)
    assert grade(story) == (Connection.DISCONNECTED, Health.WARNING, Cause.UNKNOWN)


def test_a_word_that_a_stop_has_too_is_a_fall_once_it_was_up_again() -> None:
    story = healthy()
    story.vitals = replace(story.vitals, stopped_by=StoppedBy.OPERATOR)
    for seen in (perhaps_stopped, CONNECTED, CONNECTED, perhaps_stopped, perhaps_stopped):
        story.later(seen, 2 * MINUTE)
    assert story.vitals.connection is Connection.DISCONNECTED


@pytest.mark.parametrize("seen", [CONNECTED, CONNECTING])
def test_started_again_we_no_longer_stopped_it(seen: Reading) -> None:
    story = healthy()
    story.vitals = replace(story.vitals, stopped_by=StoppedBy.OPERATOR)
    story.later(STOPPED, MINUTE)
    story.later(seen, MINUTE)
    assert story.vitals.stopped_by is None


# Another number.


def test_another_number_is_a_warning_that_never_ages() -> None:
    story = healthy()
    for quarter in range(1, 40):
        story.see(OTHER_NUMBER, quarter * 15 * MINUTE)
    assert grade(story) == (Connection.CONNECTED, Health.WARNING, Cause.NUMBER_CHANGED)
    assert (story.incidents, story.vitals.phone) == (1, OURS)


def test_the_own_number_back_ends_it() -> None:
    story = healthy()
    story.later(OTHER_NUMBER, MINUTE)
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERED
    assert story.kinds()[-2:] == ["down 1m", "up 2m"]


def test_a_reading_that_names_no_number_changes_neither() -> None:
    story = healthy()
    story.later(connected(phone=None), MINUTE)
    assert story.vitals.health is Health.HEALTHY
    story.later(OTHER_NUMBER, MINUTE)
    story.later(connected(phone=None), MINUTE)
    assert (story.vitals.cause, len(story.steps)) == (Cause.NUMBER_CHANGED, 1)


def test_the_same_number_spelt_otherwise_is_the_same() -> None:
    story = healthy()
    story.later(connected(phone="+55 (11) 98888-7777"), MINUTE)
    assert story.vitals.health is Health.HEALTHY


def test_another_number_that_falls_stays_another_number() -> None:
    story = healthy()
    story.later(OTHER_NUMBER, MINUTE)
    story.later(DISCONNECTED, MINUTE)
    assert grade(story) == (Connection.DISCONNECTED, Health.WARNING, Cause.NUMBER_CHANGED)


def test_another_number_out_of_sight_stays_another_number() -> None:
    story = healthy()
    story.later(OTHER_NUMBER, MINUTE)
    for _ in range(4):
        story.later(no_answer, 15 * MINUTE)
    assert grade(story) == (Connection.UNREACHABLE, Health.WARNING, Cause.NUMBER_CHANGED)


# Restricted.


def test_restricted_is_a_warning_that_never_ages_and_opens_nothing() -> None:
    story = healthy()
    for quarter in range(1, 40):
        story.see(RESTRICTED, quarter * 15 * MINUTE)
    assert grade(story) == (Connection.CONNECTED, Health.WARNING, None)
    assert (story.steps, story.vitals.ledger, story.vitals.offline_since) == ([], LedgerKind.UP, None)


def test_no_longer_restricted_it_is_healthy() -> None:
    story = healthy()
    story.later(RESTRICTED, MINUTE)
    assert story.later(CONNECTED, MINUTE).reason is Reason.UNRESTRICTED
    assert (story.vitals.health, story.vitals.restricted_why) == (Health.HEALTHY, "")


def test_the_stated_end_of_a_ban_is_kept_when_a_later_failure_does_not_state_it() -> None:
    story = healthy()
    until = NOON + 3 * DAY
    story.later(lambda at: replace(failed(Cause.TEMPORARY_BAN)(at), restricted_until=until), MINUTE)
    story.later(FAILED, timedelta(minutes=15))
    assert (story.vitals.cause, story.vitals.restricted_until) == (Cause.TEMPORARY_BAN, until)
    story.later(CONNECTED, MINUTE)
    assert story.vitals.restricted_until is None
