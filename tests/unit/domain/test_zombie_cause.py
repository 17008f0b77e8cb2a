"""A session proved dead may say why, and then the reason decides."""

from datetime import UTC, datetime, timedelta

import pytest

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.assessment import assess
from healthcheckd.domain.observations import Cause, Connection, Observation, Proof
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.reconnection import calls_for_attempt

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("said", "cause", "restarted"), [(None, Cause.ZOMBIE, True), (Cause.REPLACED, Cause.REPLACED, False)]
)
def test_what_another_client_took_over_is_replaced_and_left_alone(
    said: Cause | None, cause: Cause, restarted: bool
) -> None:
    vitals = Vitals()
    for number, proof in enumerate((Proof.PROVED, Proof.REFUTED, Proof.REFUTED)):
        at = NOON + number * timedelta(minutes=15)
        blamed = said if proof is Proof.REFUTED else None
        seen = Observation("shop", at, Connection.CONNECTED, "WORKING", blamed, proof=proof)
        vitals = assess(vitals, seen, HealthPolicy()).vitals
    assert (vitals.connection, vitals.cause) == (Connection.DISCONNECTED, cause)
    assert calls_for_attempt(vitals) is restarted
