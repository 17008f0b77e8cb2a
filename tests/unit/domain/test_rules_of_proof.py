"""Proof: evidence that WhatsApp really answers through a session that claims to be connected."""

from dataclasses import replace

import pytest

from healthcheckd.domain.incidents import Step
from healthcheckd.domain.observations import Cause, Connection, Health, Proof
from healthcheckd.domain.reconnection import attempted, calls_for_attempt
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    CONNECTING,
    MINUTE,
    NOON,
    PROVED,
    REFUTED,
    SECOND,
    Story,
    connected,
    grade,
    healthy,
)


def test_one_refutation_is_healthy_and_unproven() -> None:
    story = healthy()
    assert story.see(REFUTED, 5 * MINUTE).reason is Reason.UNPROVEN
    assert (grade(story), story.vitals.proof_failures) == ((Connection.CONNECTED, Health.HEALTHY, None), 1)


def test_two_refutations_in_a_row_are_a_zombie() -> None:
    story = zombie()
    assert grade(story) == (Connection.DISCONNECTED, Health.WARNING, Cause.ZOMBIE)
    assert story.steps[-1].step is Step.OPEN


@pytest.mark.parametrize("proof", [Proof.UNSUPPORTED, Proof.INCONCLUSIVE, None])
def test_only_a_refutation_counts(proof: Proof | None) -> None:
    story = healthy()
    for minute in range(1, 10):
        story.see(connected(proof), minute * MINUTE)
    assert grade(story) == (Connection.CONNECTED, Health.HEALTHY, None)
    assert (story.vitals.proof_failures, story.vitals.proof_at) == (0, None)


@pytest.mark.parametrize("between", [None, Proof.INCONCLUSIVE, Proof.UNSUPPORTED])
def test_a_reading_without_evidence_does_not_break_the_row(between: Proof | None) -> None:
    story = healthy()
    for proof in (Proof.REFUTED, between, Proof.REFUTED):
        story.later(connected(proof), MINUTE)
    assert story.vitals.cause is Cause.ZOMBIE


def test_a_proof_between_breaks_the_row_and_is_dated() -> None:
    story = healthy()
    for seen in (REFUTED, PROVED, REFUTED):
        story.later(seen, MINUTE)
    assert (story.vitals.health, story.vitals.proof_at) == (Health.HEALTHY, NOON + 2 * MINUTE)


def test_a_restart_between_breaks_the_row() -> None:
    story = healthy()
    for seen in (REFUTED, CONNECTING, REFUTED):
        story.later(seen, 30 * SECOND)
    assert story.vitals.health is Health.HEALTHY


def test_a_quiet_session_is_not_a_dead_one() -> None:
    story = healthy()
    for hour in range(1, 200):
        story.see(CONNECTED, hour * 15 * MINUTE)
    assert grade(story) == (Connection.CONNECTED, Health.HEALTHY, None)


def test_a_zombie_stays_one_until_proved_or_restarted() -> None:
    story = zombie()
    story.later(CONNECTED, MINUTE)
    assert story.vitals.cause is Cause.ZOMBIE
    story.later(PROVED, MINUTE)
    story.later(CONNECTED, MINUTE)
    assert grade(story) == (Connection.CONNECTED, Health.HEALTHY, None)


def test_a_zombie_that_was_restarted_and_claims_to_be_connected_is_believed() -> None:
    story = zombie()
    story.vitals = attempted(story.vitals)
    assert story.later(CONNECTED, 30 * SECOND).reason is Reason.RECOVERING
    assert story.later(CONNECTED, MINUTE).reason is Reason.RECOVERED


def test_a_zombie_that_is_refuted_twice_again_after_its_restart_is_the_same_outage() -> None:
    story = zombie()
    story.vitals = attempted(story.vitals)
    story.later(REFUTED, 30 * SECOND)
    story.later(REFUTED, 30 * SECOND)
    assert (story.vitals.cause, story.incidents, story.vitals.attempt_streak) == (Cause.ZOMBIE, 1, 1)


def zombie() -> Story:
    story = healthy()
    story.later(REFUTED, 5 * MINUTE)
    story.later(REFUTED, 5 * MINUTE)
    return story


def test_evidence_that_names_the_cause_is_believed_and_holds() -> None:
    story = healthy()
    for _ in range(2):
        story.later(lambda at: replace(REFUTED(at), cause=Cause.REPLACED), MINUTE)
    assert grade(story) == (Connection.DISCONNECTED, Health.WARNING, Cause.REPLACED)
    story.later(CONNECTED, MINUTE)
    assert (story.vitals.cause, calls_for_attempt(story.vitals)) == (Cause.REPLACED, False)


def test_what_was_refuted_once_is_looked_at_again_soon() -> None:
    story = healthy()
    doubted = story.later(REFUTED, 15 * MINUTE)
    assert doubted.vitals.recheck_at == story.now + MINUTE
    dead = story.later(REFUTED, MINUTE)
    assert dead.vitals.cause is Cause.ZOMBIE
