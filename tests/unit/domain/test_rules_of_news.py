"""Which readings are no news, so that nearly all of them can be passed over at a glance."""

from dataclasses import replace
from datetime import timedelta

import pytest

from healthcheckd.domain.accounts import LedgerKind, StoppedBy
from healthcheckd.domain.assessment import assess
from healthcheckd.domain.observations import Connection, Health, Proof
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason
from tests.unit.domain.story import (
    CONNECTED,
    HOUR,
    MINUTE,
    NOON,
    OTHER_NUMBER,
    PROVED,
    SECOND,
    Reading,
    Story,
    connected,
    healthy,
)

POLICY = HealthPolicy()
NEXT = CONNECTED(NOON + 15 * MINUTE)


@pytest.mark.parametrize("seen", [CONNECTED, PROVED, connected(Proof.INCONCLUSIVE), connected(phone=None)])
def test_connected_as_before_is_no_news(seen: Reading) -> None:
    assert healthy().later(seen, 15 * MINUTE).quiet


@pytest.mark.parametrize(
    "known",
    [
        {"health": Health.WARNING},
        {"ledger": LedgerKind.UNKNOWN},
        {"first_bad_at": NOON},
        {"stale_since": NOON},
        {"offline_since": NOON},
        {"recheck_at": NOON},
        {"stopped_by": StoppedBy.OPERATOR},
        {"missing": 1},
        {"proof_failures": 1},
        {"native": "OPEN"},
        {"phone": None},
        {"last_checked_at": None},
        {"last_checked_at": NOON - HOUR},
    ],
    ids=" ".join,
)
def test_it_is_news_to_an_account_of_which_anything_else_was_known(known: dict[str, object]) -> None:
    before = replace(healthy().vitals, **known)  # type: ignore[arg-type]
    assert not assess(before, NEXT, POLICY).quiet


@pytest.mark.parametrize(
    "said",
    [
        {"connection": Connection.DISCONNECTED},
        {"proof": Proof.REFUTED},
        {"restricted_why": "time lock"},
        {"native": "OPEN"},
        {"phone": "4915112345678"},
        {"silence": "time-out"},
        {"found": False},
        {"at": NOON + 31 * MINUTE},
    ],
    ids=" ".join,
)
def test_a_reading_that_says_anything_else_is_news(said: dict[str, object]) -> None:
    assert not assess(healthy().vitals, replace(NEXT, **said), POLICY).quiet  # type: ignore[arg-type]


def test_silence_counts_whatever_is_said_beside_it() -> None:
    verdict = assess(healthy().vitals, replace(NEXT, silence="time-out"), POLICY)
    assert verdict.reason is Reason.WENT_SILENT


def test_not_found_counts_whatever_is_said_beside_it() -> None:
    assert assess(healthy().vitals, replace(NEXT, found=False), POLICY).reason is Reason.MISSED


@pytest.mark.parametrize("late", [SECOND, HOUR])
def test_a_reading_older_than_the_last_is_out_of_date(late: timedelta) -> None:
    story = healthy()
    verdict = story.take(OTHER_NUMBER(NOON - late))
    assert (verdict.reason, verdict.quiet, verdict.vitals) == (Reason.OUT_OF_DATE, True, story.vitals)


def test_a_reading_of_the_same_instant_is_not_out_of_date() -> None:
    assert healthy().take(OTHER_NUMBER(NOON)).reason is Reason.NUMBER_CHANGED


def test_a_steady_reading_says_no_less_than_a_judged_one() -> None:
    judged = Story(vitals=replace(healthy().vitals, recheck_at=NOON))
    judged.take(PROVED(NEXT.at))
    passed_over = Story(vitals=healthy().vitals)
    passed_over.take(PROVED(NEXT.at))
    assert judged.vitals == passed_over.vitals
