"""What only a whole round of a gateway can tell."""

import pytest

from healthcheckd.domain.observations import Observation, Proof
from healthcheckd.domain.rounds import holds_back, lost_too_many, without_doubtful_proof
from tests.unit.domain.story import NOON, connected


@pytest.mark.parametrize(
    ("down", "total", "held"),
    [
        (0, 0, False),
        (5, 5, False),
        (6, 6, True),
        (5, 100, False),
        (6, 100, True),
        (6, 119, True),
        (6, 120, False),
        (7, 120, True),
        (50, 1000, False),
        (51, 1000, True),
    ],
)
def test_more_than_five_and_more_than_five_percent_down_at_the_first_look_are_held_back(
    down: int, total: int, held: bool
) -> None:
    assert holds_back(down, total) is held


@pytest.mark.parametrize(
    ("present", "missing", "broken"),
    [
        (0, 0, False),
        (10, 0, False),
        (0, 1, True),
        (0, 300, True),
        (1, 1, False),
        (1, 2, True),
        (50, 50, False),
        (49, 51, True),
        (299, 1, False),
    ],
)
def test_an_empty_list_or_more_than_half_gone_at_once_is_the_gateways_fault(
    present: int, missing: int, broken: bool
) -> None:
    assert lost_too_many(present, missing) is broken


def seen(refuted: int, proved: int, other: int = 0) -> list[Observation]:
    kinds = [Proof.REFUTED] * refuted + [Proof.PROVED] * proved + [None] * other
    return [connected(kind)(NOON) for kind in kinds]


@pytest.mark.parametrize(
    ("refuted", "proved", "other", "believed"),
    [
        (20, 80, 0, True),
        (21, 79, 0, False),
        (3, 12, 0, True),
        (3, 11, 0, False),
        (3, 0, 0, False),
        (3, 11, 1000, False),
        (2, 0, 0, True),
        (1, 1, 0, True),
        (0, 9, 0, True),
    ],
)
def test_if_over_a_fifth_of_a_round_is_refuted_none_of_it_counts(
    refuted: int, proved: int, other: int, believed: bool
) -> None:
    kept = [one.proof for one in without_doubtful_proof(seen(refuted, proved, other))]
    assert kept.count(Proof.REFUTED) == (refuted if believed else 0)
    assert kept.count(Proof.INCONCLUSIVE) == (0 if believed else refuted)
    assert kept.count(Proof.PROVED) == proved


def test_a_doubtful_round_changes_nothing_but_the_refutations() -> None:
    before = seen(5, 5)
    after = without_doubtful_proof(before)
    assert [(one.session, one.at, one.connection) for one in after] == [
        (one.session, one.at, one.connection) for one in before
    ]
