"""Asking WhatsApp itself: slowly, oldest proof first, and nothing but evidence counts."""

import asyncio
from datetime import timedelta

import pytest

from healthcheckd.domain.observations import Proof
from healthcheckd.engine.proofs import Prover
from healthcheckd.errors import GatewayError, GatewayFault
from tests.fakes.clock import until
from tests.fakes.gateway import DOWN, UP
from tests.unit.engine.bench import Bench, bench


def proving(per_minute: int = 10, **states: object) -> tuple[Bench, Prover]:
    a = bench()
    a.main.states = states or {"a": UP, "b": UP}
    a.sweeps.unproven["main"] = list(a.main.states)
    return a, Prover(a.gateways, a.rounds, a.sweeps, a.clock, per_minute)


def proofs(a: Bench) -> dict[str, Proof | None]:
    return {one.session: one.proof for _, one in a.sweeps.applied}


async def test_what_was_proved_is_applied_with_its_reading() -> None:
    a, prover = proving()
    await prover.turn()
    assert proofs(a) == {"a": Proof.PROVED, "b": Proof.PROVED}


async def test_only_so_many_a_minute() -> None:
    a, prover = proving(per_minute=1)
    for seconds in (0, 59, 1):
        a.clock.advance(seconds)
        await prover.turn()
    assert len(a.sweeps.applied) == 2


async def test_a_gateway_whose_list_is_whatsapps_own_word_is_asked_nothing_more() -> None:
    a, _ = proving()
    a.main.kind = "meta"
    await Prover(a.gateways, a.rounds, a.sweeps, a.clock, per_minute=10).turn()
    assert (a.main.asked, a.sweeps.applied) == ([], [])


async def test_setting_the_clock_back_stops_no_proof() -> None:
    a, prover = proving()
    await prover.turn()
    a.clock.step(-timedelta(days=1))
    await prover.turn()
    assert len(a.sweeps.applied) == 4


async def test_what_is_not_connected_is_not_asked() -> None:
    a, prover = proving(a=DOWN)
    a.main.proofs["a"] = AssertionError("asked")
    await prover.turn()
    assert proofs(a) == {"a": None}


async def test_what_local_evidence_refutes_is_not_asked() -> None:
    a, prover = proving(a=UP)
    a.main.singly["a"], a.main.proofs["a"] = {"proof": Proof.REFUTED}, AssertionError("asked")
    await prover.turn()
    assert proofs(a) == {"a": Proof.REFUTED}


async def test_a_failure_to_ask_proves_nothing() -> None:
    a, prover = proving()
    a.main.proofs["a"] = GatewayError(GatewayFault.TIMEOUT, "late")
    await prover.turn()
    assert proofs(a) == {"a": Proof.INCONCLUSIVE, "b": Proof.PROVED}


async def test_refutations_all_over_a_round_are_not_believed() -> None:
    a, prover = proving(**{f"s{number}": UP for number in range(10)})
    a.main.proofs = dict.fromkeys(a.main.states, Proof.REFUTED)
    await prover.turn()
    assert set(proofs(a).values()) == {Proof.INCONCLUSIVE}


@pytest.mark.parametrize("turns", [1, 3])
async def test_the_loop_ends_when_told(turns: int) -> None:
    a, prover = proving()
    stop = asyncio.Event()
    running = asyncio.create_task(prover.run(stop))
    await until(lambda: len(a.sweeps.applied) >= 2 * turns)
    stop.set()
    await running
