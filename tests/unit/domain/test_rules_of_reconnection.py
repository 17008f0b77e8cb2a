"""The rules of reconnection, sentence by sentence: first, do no harm."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.policy import ReconnectPolicy
from healthcheckd.domain.reconnection import (
    FORCE_ONLY,
    NEEDS_PERSON,
    Why,
    attempted,
    backoff,
    calls_for_attempt,
    exhausted,
    free_at,
    plan,
)
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
    REFUTED,
    RETRYING,
    SCAN_QR,
    SECOND,
    STOPPED,
    Reading,
    Story,
    down_for,
    failed,
    gateway_silent,
    healthy,
    no_answer,
    reading,
)

POLICY = ReconnectPolicy()
KEY = 7
DOWN = Vitals(
    connection=Connection.DISCONNECTED,
    health=Health.WARNING,
    cause=Cause.NETWORK,
    linked=True,
    offline_since=NOON,
    first_bad_at=NOON,
)


def due(vitals: Vitals, now: datetime, *started: datetime) -> tuple[timedelta | None, Why]:
    """How long after noon the next attempt is due, and why then."""
    planned = plan(KEY, vitals, started, POLICY, now)
    return (None if planned.due_at is None else planned.due_at - NOON), planned.why


# Cause decides.


@pytest.mark.parametrize("cause", [Cause.NETWORK, Cause.RESTART_REQUIRED, Cause.ZOMBIE, Cause.UNKNOWN, Cause.FLAPPING])
@pytest.mark.parametrize("connection", [Connection.DISCONNECTED, Connection.FAILED])
def test_what_a_restart_may_mend_is_restarted_at_once(cause: Cause, connection: Connection) -> None:
    assert due(replace(DOWN, cause=cause, connection=connection), NOON) == (timedelta(0), Why.DUE)


def test_stuck_is_restarted_though_it_still_says_connecting() -> None:
    stuck = replace(DOWN, connection=Connection.CONNECTING, cause=Cause.STUCK, self_healing=True)
    assert due(stuck, NOON) == (timedelta(0), Why.DUE)


@pytest.mark.parametrize("cause", sorted(NEEDS_PERSON))
def test_what_only_a_person_mends_is_never_restarted(cause: Cause) -> None:
    assert due(replace(DOWN, cause=cause), NOON + 30 * DAY) == (None, Why.NEEDS_PERSON)


def test_what_only_a_person_mends_is_named() -> None:
    named = "logged_out needs_pairing banned replaced outdated_client stopped gone number_changed"
    assert set(named.split()) == {cause.value for cause in NEEDS_PERSON}


@pytest.mark.parametrize("cause", [Cause.TEMPORARY_BAN, Cause.RATE_LIMITED])
def test_a_ban_waits_for_its_stated_expiry(cause: Cause) -> None:
    banned = replace(DOWN, cause=cause, restricted_until=NOON + 5 * HOUR)
    assert due(banned, NOON + HOUR) == (5 * HOUR, Why.BAN_RUNNING)
    assert due(banned, NOON + 6 * HOUR) == (6 * HOUR, Why.DUE)


@pytest.mark.parametrize("cause", [Cause.TEMPORARY_BAN, Cause.RATE_LIMITED])
def test_a_ban_without_a_stated_expiry_waits_for_long(cause: Cause) -> None:
    assert due(replace(DOWN, cause=cause), NOON + HOUR) == (24 * HOUR, Why.BAN_RUNNING)


@pytest.mark.parametrize(
    "connection",
    [Connection.UNKNOWN, Connection.UNREACHABLE, Connection.STOPPED, Connection.NEEDS_PAIRING, Connection.LOGGED_OUT],
)
def test_a_state_that_is_not_definitely_down_is_watched(connection: Connection) -> None:
    vitals = replace(DOWN, connection=connection, cause=Cause.UNKNOWN)
    assert due(vitals, NOON) == (None, Why.NOT_YET_CERTAIN)


def test_connecting_that_is_not_stuck_is_watched() -> None:
    assert due(replace(DOWN, connection=Connection.CONNECTING), NOON) == (None, Why.NOT_YET_CERTAIN)


def test_nothing_is_restarted_while_it_is_not_seen() -> None:
    assert due(replace(DOWN, stale_since=NOON + MINUTE), NOON + HOUR) == (None, Why.NOT_YET_CERTAIN)


def test_nothing_is_restarted_that_is_not_down() -> None:
    assert due(healthy().vitals, NOON) == (None, Why.NOT_DOWN)


def test_nothing_is_restarted_that_was_found_down_at_the_first_look() -> None:
    assert due(replace(DOWN, adopted=False), NOON) == (None, Why.NOT_ADOPTED)


@pytest.mark.parametrize("seen", [SCAN_QR, LOGGED_OUT, STOPPED, failed(Cause.BANNED), failed(Cause.REPLACED)])
def test_what_is_read_decides_and_no_attempt_is_called_for(seen: Reading) -> None:
    assert not calls_for_attempt(down_for(HOUR, seen).vitals)


@pytest.mark.parametrize("after", [CONNECTED, CONNECTING, SCAN_QR, LOGGED_OUT, STOPPED, no_answer, gateway_silent])
def test_an_attempt_is_dropped_unless_the_reading_before_it_still_calls_for_it(after: Reading) -> None:
    story = down_for(HOUR)
    assert calls_for_attempt(story.vitals)
    story.later(after, MINUTE)
    assert not calls_for_attempt(story.vitals)


def test_a_zombie_is_restarted() -> None:
    story = healthy()
    story.later(REFUTED, MINUTE)
    assert not calls_for_attempt(story.vitals)
    story.later(REFUTED, MINUTE)
    assert calls_for_attempt(story.vitals)


# When.


def test_where_the_gateway_has_given_up_the_first_attempt_is_due_at_once() -> None:
    story = healthy()
    story.see(FAILED, 0 * SECOND)
    story.see(FAILED, 10 * SECOND)
    assert due(story.vitals, story.now) == (10 * SECOND, Why.DUE)


@pytest.mark.parametrize("seen", [DISCONNECTED, FAILED_FOR_GOOD])
def test_a_definite_end_is_attempted_by_the_sweep_that_sees_it(seen: Reading) -> None:
    story = healthy()
    story.see(seen, 0 * SECOND)
    assert due(story.vitals, story.now) == (timedelta(0), Why.DUE)


def test_where_the_gateway_still_retries_not_before_three_minutes() -> None:
    story = healthy()
    for second in (0, 10, 60):
        story.see(RETRYING, second * SECOND)
        assert due(story.vitals, story.now) == (3 * MINUTE, Why.GATEWAY_RETRIES)


def test_failing_and_starting_in_turn_is_still_retrying() -> None:
    story = healthy()
    for second in range(0, 64, 2):
        story.see(FAILED if second % 4 else CONNECTING, second * SECOND)
    assert due(story.vitals, story.now) == (3 * MINUTE, Why.GATEWAY_RETRIES)


@pytest.mark.parametrize(
    ("streak", "minutes"), [(1, 1), (2, 2), (3, 4), (4, 8), (5, 16), (6, 32), (7, 60), (8, 60), (50, 60)]
)
def test_backing_off_doubles_from_one_minute_to_sixty(streak: int, minutes: int) -> None:
    spread = [backoff(key, streak, POLICY) / MINUTE for key in range(200)]
    assert 0.8 * minutes <= min(spread) < 0.85 * minutes
    assert 1.15 * minutes < max(spread) <= 1.2 * minutes


def test_the_same_account_and_streak_always_back_off_as_long() -> None:
    assert backoff(KEY, 3, POLICY) == backoff(KEY, 3, POLICY)
    assert backoff(KEY, 3, POLICY) != backoff(KEY + 1, 3, POLICY)


def test_after_an_attempt_the_next_one_backs_off() -> None:
    after_two = attempted(attempted(DOWN))
    started = (NOON, NOON + MINUTE)
    assert due(after_two, NOON + 2 * MINUTE, *started) == (MINUTE + backoff(KEY, 2, POLICY), Why.BACKING_OFF)


def test_at_most_six_an_hour() -> None:
    started = [NOON + minute * MINUTE for minute in (0, 5, 10, 15, 20, 25)]
    assert due(DOWN, NOON + 30 * MINUTE, *started) == (HOUR, Why.HOURLY_CAP)
    assert due(DOWN, NOON + HOUR, *started) == (HOUR, Why.DUE)


def test_at_most_twenty_a_day() -> None:
    started = [NOON + hour * HOUR for hour in range(20)]
    assert due(DOWN, NOON + 20 * HOUR, *started) == (24 * HOUR, Why.DAILY_CAP)


def test_after_eight_in_a_row_one_every_six_hours() -> None:
    tired = replace(DOWN, attempt_streak=8)
    assert exhausted(tired, POLICY)
    assert not exhausted(replace(DOWN, attempt_streak=7), POLICY)
    assert due(tired, NOON + HOUR, NOON) == (6 * HOUR, Why.EXHAUSTED)
    assert due(tired, NOON + 6 * HOUR, NOON) == (6 * HOUR, Why.DUE)


def test_the_caps_hold_for_people_too() -> None:
    started = tuple(NOON + minute * MINUTE for minute in range(6))
    assert free_at(started, POLICY, NOON + 10 * MINUTE) == NOON + HOUR
    assert free_at(started[:5], POLICY, NOON + 10 * MINUTE) == NOON + 10 * MINUTE


def test_people_have_to_insist_on_banned_replaced_and_logged_out() -> None:
    assert {Cause.BANNED, Cause.REPLACED, Cause.LOGGED_OUT} == FORCE_ONLY


# Attempts belong to the account.


def test_an_attempt_counts_and_voids_the_evidence_before_it() -> None:
    begun = attempted(replace(DOWN, proof_failures=2, attempt_streak=3))
    assert (begun.attempt_streak, begun.proof_failures) == (4, 0)


@pytest.mark.parametrize(("up_for", "streak"), [(59, 5), (60, 0)])
def test_attempts_in_a_row_are_forgotten_after_an_hour_of_unbroken_connected(up_for: int, streak: int) -> None:
    assert fallen_again_after(up_for, CONNECTED).vitals.attempt_streak == streak


def test_silence_after_an_hour_of_connected_brings_no_attempts_back() -> None:
    story = fallen_again_after(60, no_answer)
    assert story.vitals.attempt_streak == 0


def fallen_again_after(minutes: int, then: Reading) -> Story:
    """Five attempts, then Connected for so many minutes, then `then` for an hour, then down."""
    story = down_for(HOUR)
    story.vitals = replace(story.vitals, attempt_streak=5)
    up_at = HOUR + MINUTE
    for minute in range(minutes):
        story.see(CONNECTED, up_at + minute * MINUTE)
    if then is not CONNECTED:
        for quarter in range(5):
            story.see(then, up_at + (minutes + 15 * quarter) * MINUTE)
        minutes += 61
    story.see(DISCONNECTED, up_at + minutes * MINUTE)
    return story


# A gateway that has given up in one word for everything.


GIVEN_UP = reading(Connection.DISCONNECTED, "CLOSED")


def test_a_start_that_ends_in_a_code_is_never_made_again() -> None:
    story = healthy()
    story.see(GIVEN_UP, MINUTE)
    assert calls_for_attempt(story.vitals)
    story.see(SCAN_QR, 2 * MINUTE)
    story.see(GIVEN_UP, 5 * MINUTE)
    assert (story.vitals.connection, story.vitals.cause) == (Connection.LOGGED_OUT, Cause.LOGGED_OUT)
    assert not calls_for_attempt(story.vitals)


def test_a_session_that_nobody_linked_is_started_once_and_then_waits_for_a_person() -> None:
    story = Story()
    story.see(GIVEN_UP, MINUTE)
    assert calls_for_attempt(story.vitals)
    story.see(SCAN_QR, 2 * MINUTE)
    story.see(GIVEN_UP, 5 * MINUTE)
    assert (story.vitals.health, story.vitals.cause) == (Health.UNKNOWN, Cause.NEEDS_PAIRING)
    assert not calls_for_attempt(story.vitals)
