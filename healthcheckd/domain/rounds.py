"""Rules over one whole round of a gateway: what no single reading can tell."""

from collections.abc import Sequence
from dataclasses import replace

from healthcheckd.domain.observations import Observation, Proof

FEW = 5
"""So many may be down at a first look of a small gateway before it is held back."""

REFUTED_AT_LEAST = 3
"""Fewer refutations say nothing about the way of asking: of a handful of accounts one dead one is a fifth."""


def holds_back(down: int, total: int) -> bool:
    """Whether so many are down at the first look that they are watched, but nobody is told and nothing restarted."""
    return down > max(FEW, total * 5 // 100)


def lost_too_many(present: int, missing: int) -> bool:
    """Whether a list is rather broken than true: empty, or more than half of what we know gone at once.

    `present` counts known sessions that are in the list, `missing` those that were there before and are not now.
    """
    if not missing:
        return False
    return present == 0 or missing > present


def without_doubtful_proof(seen: Sequence[Observation]) -> Sequence[Observation]:
    """If over a fifth of the evidence of one round refutes, the way of asking is broken, and none of it counts."""
    weighed = [one for one in seen if one.proof in {Proof.PROVED, Proof.REFUTED}]
    refuted = sum(one.proof is Proof.REFUTED for one in weighed)
    if refuted < REFUTED_AT_LEAST or refuted * 5 <= len(weighed):
        return seen
    return [replace(one, proof=Proof.INCONCLUSIVE) if one.proof is Proof.REFUTED else one for one in seen]
