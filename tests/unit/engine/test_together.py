"""Whose silence it is, and who is asked."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta

import pytest

from healthcheckd.engine.network import Network
from tests.fakes.clock import NOON
from tests.unit.engine.bench import PATIENCE, bench


@dataclass
class FakeProbe:
    answer: bool
    asked: int = 0

    async def answers(self) -> bool:
        self.asked += 1
        return self.answer


class HangingProbe:
    """Never decides; notes that it was let go."""

    let_go = False

    async def answers(self) -> bool:
        try:
            await asyncio.Event().wait()
        finally:
            self.let_go = True
        return True


@pytest.mark.parametrize(("answers", "works"), [([False, True], True), ([False, False], False), ([], False)])
async def test_any_answer_says_that_our_network_works(answers: list[bool], works: bool) -> None:
    assert await Network([FakeProbe(answer) for answer in answers]).works() is works


async def test_after_the_first_answer_the_others_are_let_go() -> None:
    slow = HangingProbe()
    assert await Network([slow, FakeProbe(True)]).works()
    assert slow.let_go


async def test_a_probe_is_asked_only_once_it_makes_a_difference() -> None:
    probe = FakeProbe(True)
    a = bench("main", probes=[probe])
    a.clock.advance((PATIENCE - timedelta(seconds=1)).total_seconds())
    assert (await a.together.elsewhere("main", NOON), probe.asked) == (False, 0)
    a.clock.advance(1)
    assert (await a.together.elsewhere("main", NOON), probe.asked) == (True, 1)


async def test_where_another_gateway_answered_no_probe_is_asked() -> None:
    probe = FakeProbe(False)
    a = bench("main", "eu", probes=[probe])
    a.clock.advance(PATIENCE.total_seconds())
    a.together.answered("eu")
    assert (await a.together.elsewhere("main", NOON), probe.asked) == (True, 0)


@pytest.mark.parametrize("answer", [True, False])
async def test_what_the_probes_say_of_everything_at_once_is_noted_once(answer: bool) -> None:
    probe = FakeProbe(answer)
    a = bench("main", probes=[probe])
    a.sweeps.doubtful = {7}
    await a.aftercare.turn()
    await a.aftercare.turn()
    assert (a.sweeps.networks, probe.asked) == ({7: answer}, 1)


async def test_without_a_probe_nothing_is_claimed() -> None:
    a = bench("main")
    a.sweeps.doubtful = {7}
    await a.aftercare.turn()
    assert (a.sweeps.tended, a.sweeps.networks) == (1, {})


async def test_who_comes_back_first_is_decided_before_attempts_are_made() -> None:
    a = bench("main")
    order: list[str] = []
    tend, due = a.sweeps.tend_blasts, a.attempts.due_attempts

    async def tended(now: object) -> object:
        order.append("tended")
        return await tend(NOON)

    async def asked(now: object, limit: int) -> object:
        order.append("due")
        return await due(NOON, limit)

    a.sweeps.tend_blasts = tended  # type: ignore[method-assign, assignment]
    a.attempts.due_attempts = asked  # type: ignore[method-assign, assignment]
    await a.aftercare.turn()
    assert order == ["tended", "due"]
