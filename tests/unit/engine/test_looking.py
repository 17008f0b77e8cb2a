"""What one look at a gateway brings: the list, the close looks, and what a list is not believed to say."""

import asyncio

import pytest

from healthcheckd.domain.observations import Cause, Observation, Proof
from healthcheckd.engine.looking import QUARTERS, Look, Looker, was_there
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.store import Known
from tests.fakes.clock import ManualClock
from tests.fakes.gateway import DOWN, GOING_UP, UP, FakeGateway, unreachable

NAMES = [f"shop-{number}" for number in range(40)]


class Crowded(FakeGateway):
    """Takes its time for each reading, and counts how many go on."""

    async def observe(self, session: str) -> Observation:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        return await super().observe(session)


def fleet(*names: str) -> FakeGateway:
    return FakeGateway(ManualClock(), states=dict.fromkeys(names or NAMES, UP))


def known(*names: str, active: bool = True) -> list[Known]:
    return [Known(name, active, seen=True, cause=None) for name in names]


async def look(gateway: FakeGateway, before: list[Known] | None = None, turn: int = 0) -> Look:
    gateway.asked.clear()
    return await Looker(gateway, gateway.clock, "local").all(before or [], turn)


async def test_four_turns_look_closely_at_every_connected_session_once() -> None:
    gateway = fleet()
    asked = []
    for turn in range(QUARTERS):
        await look(gateway, turn=turn)
        assert 0 < len(gateway.asked) < len(NAMES) / 2
        asked += gateway.asked
    assert sorted(asked) == sorted(NAMES)


async def test_no_more_is_asked_at_once_than_was_agreed() -> None:
    gateway = Crowded(ManualClock(), states=dict.fromkeys(NAMES, UP))
    seen = await Looker(gateway, gateway.clock, "local", at_once=3).some(NAMES)
    assert sorted(one.session for one in seen) == sorted(NAMES)
    assert gateway.most_at_once == 3


async def test_what_is_not_connected_is_read_singly_every_time() -> None:
    gateway = fleet()
    gateway.states |= {"shop-1": DOWN, "shop-2": GOING_UP}
    for turn in range(QUARTERS):
        await look(gateway, turn=turn)
        assert {"shop-1", "shop-2"} <= set(gateway.asked)


async def test_a_thorough_list_needs_no_second_reading() -> None:
    gateway = fleet()
    gateway.thorough, gateway.states["shop-1"] = True, DOWN
    assert len((await look(gateway)).seen) == len(NAMES)
    assert gateway.asked == []


@pytest.mark.parametrize(("refuted", "counts"), [(8, True), (9, False)])
async def test_doubtful_evidence_of_a_thorough_list_does_not_count_either(refuted: int, counts: bool) -> None:
    gateway = fleet()
    gateway.thorough = True
    gateway.told = {name: {"proof": Proof.PROVED} for name in NAMES}
    gateway.told |= {name: {"proof": Proof.REFUTED} for name in NAMES[:refuted]}
    seen = (await look(gateway)).seen
    assert any(one.proof is Proof.REFUTED for one in seen) is counts


async def test_where_only_running_sessions_are_listed_the_absent_are_read_singly() -> None:
    gateway = fleet("ill", "other")
    gateway.complete, gateway.unlisted, gateway.states["ill"] = False, {"ill", "other"}, DOWN
    found = await look(gateway, known("ill", "other"))
    assert found.error is None
    assert sorted(gateway.asked) == ["ill", "other"]
    assert {one.session: one.connection for one in found.seen} == {"ill": DOWN, "other": UP}


@pytest.mark.parametrize("thorough", [True, False])
@pytest.mark.parametrize("proof", [Proof.PROVED, Proof.REFUTED])
async def test_without_proof_no_evidence_counts_wherever_it_comes_from(thorough: bool, proof: Proof) -> None:
    gateway = fleet("shop", "down")
    gateway.thorough, gateway.states["down"] = thorough, DOWN
    gateway.told = {"shop": {"proof": proof}}
    gateway.singly = {"down": {"proof": proof}, "shop": {"proof": proof}}
    looker = Looker(gateway, gateway.clock, "off")
    seen = [*(await looker.all([], 0)).seen, *await looker.some(["shop"]), await looker.one("shop")]
    assert len(seen) == 4
    assert {one.proof for one in seen} == {None}
    with_proof = [*(await look(gateway)).seen, await Looker(gateway, gateway.clock, "local").one("shop")]
    assert proof in {one.proof for one in with_proof}


async def test_without_proof_only_what_is_down_is_read_singly() -> None:
    gateway = fleet("well", "ill")
    gateway.states["ill"] = DOWN
    await Looker(gateway, gateway.clock, "off").all([], 0)
    assert gateway.asked == ["ill"]


async def test_the_single_reading_counts_where_there_is_one() -> None:
    gateway = fleet("ill")
    gateway.states["ill"], gateway.singly["ill"] = DOWN, {"cause": Cause.BANNED}
    [seen] = (await look(gateway)).seen
    assert seen.cause is Cause.BANNED


async def test_every_session_is_seen_once_however_it_was_read() -> None:
    gateway = fleet()
    gateway.states["shop-7"] = DOWN
    assert sorted(one.session for one in (await look(gateway)).seen) == sorted(NAMES)


async def test_a_gateway_that_does_not_answer_leaves_its_accounts_untouched() -> None:
    gateway = fleet()
    gateway.list_error = unreachable()
    seen = await look(gateway, known(*NAMES))
    assert (seen.error, seen.seen, gateway.asked) == (gateway.list_error, [], [])


async def test_an_empty_list_is_the_gateways_fault() -> None:
    gateway = fleet()
    gateway.unlisted = set(NAMES)
    seen = await look(gateway, known(*NAMES))
    assert seen.error is not None
    assert (seen.error.fault, seen.seen) == (GatewayFault.BAD_ANSWER, [])
    assert "the list is empty" in str(seen.error)


@pytest.mark.parametrize(("gone", "broken"), [(20, False), (21, True)])
async def test_more_than_half_gone_at_once_is_the_gateways_fault(gone: int, broken: bool) -> None:
    gateway = fleet()
    gateway.unlisted = set(NAMES[:gone])
    assert ((await look(gateway, known(*NAMES))).error is not None) is broken


async def test_an_empty_list_of_a_new_gateway_is_merely_empty() -> None:
    gateway = fleet()
    gateway.unlisted = set(NAMES)
    assert (await look(gateway)).error is None


async def test_a_session_missing_from_the_list_is_looked_for_singly() -> None:
    gateway = fleet("a", "b", "c")
    del gateway.states["c"]
    seen = await look(gateway, known("a", "b", "c"))
    assert "c" in gateway.asked
    assert {one.session: one.found for one in seen.seen}["c"] is False


async def test_a_session_found_singly_is_not_missing() -> None:
    gateway = fleet("a", "b", "c")
    gateway.unlisted = {"c"}
    seen = await look(gateway, known("a", "b", "c"))
    assert {one.session: one.connection for one in seen.seen}["c"] is UP


@pytest.mark.parametrize(
    ("seen", "cause", "missed"), [(False, None, False), (True, None, True), (True, Cause.GONE, False)]
)
def test_only_what_was_there_can_be_missed(seen: bool, cause: Cause | None, missed: bool) -> None:
    assert was_there(Known("a", True, seen, cause)) is missed


async def test_disabled_accounts_are_neither_read_nor_missed() -> None:
    gateway = fleet("a", "b")
    gateway.states["b"] = DOWN
    seen = await look(gateway, [*known("a"), *known("b", "c", active=False)])
    assert ([one.session for one in seen.seen], seen.error) == (["a"], None)
    assert "b" not in gateway.asked


async def test_one_session_that_fails_is_that_sessions_silence() -> None:
    gateway = fleet("a", "b")
    gateway.states |= {"a": DOWN, "b": DOWN}
    gateway.singly["a"] = GatewayError(GatewayFault.TIMEOUT, "no answer within 10 s")
    seen = {one.session: one for one in (await look(gateway)).seen}
    assert (seen["a"].silence, seen["b"].silence) == ("no answer within 10 s", "")
    assert not seen["a"].whole_gateway


async def test_a_session_that_is_not_found_is_missing_not_silent() -> None:
    gateway = fleet("a")
    gateway.states["a"] = DOWN
    gateway.singly["a"] = GatewayError(GatewayFault.NOT_FOUND, "no such session")
    [seen] = (await look(gateway)).seen
    assert (seen.found, seen.silence) == (False, "")


async def test_an_adapters_own_fault_on_one_session_hurts_only_that_session(caplog: pytest.LogCaptureFixture) -> None:
    gateway = fleet("a", "b")
    gateway.states |= {"a": DOWN, "b": DOWN}
    gateway.singly["a"] = KeyError("key-of-a-body")
    seen = {one.session: one for one in (await look(gateway)).seen}
    assert (seen["a"].silence, seen["b"].silence) == ("reading it failed unexpectedly (KeyError)", "")
    assert [record.action for record in caplog.records] == ["reading_broken"]  # type: ignore[attr-defined]


async def test_an_adapters_own_fault_on_the_list_is_the_gateways_fault(caplog: pytest.LogCaptureFixture) -> None:
    gateway = fleet("a")
    gateway.list_error = ValueError("secret")
    seen = await look(gateway)
    assert seen.error is not None
    assert seen.error.what == "reading it failed unexpectedly (ValueError)"
    assert "Reading main failed" in caplog.text


async def test_refutations_all_over_a_round_are_not_believed() -> None:
    gateway = fleet(*(f"s{number}" for number in range(12)))
    gateway.states = dict.fromkeys(gateway.states, DOWN)
    gateway.singly = {name: {"proof": Proof.REFUTED} for name in gateway.states}
    assert {one.proof for one in (await look(gateway)).seen} == {Proof.INCONCLUSIVE}


async def test_one_refutation_in_a_round_stands() -> None:
    gateway = fleet(*(f"s{number}" for number in range(12)))
    gateway.states = dict.fromkeys(gateway.states, DOWN)
    gateway.singly = {name: {"proof": Proof.PROVED} for name in gateway.states} | {"s3": {"proof": Proof.REFUTED}}
    seen = {one.session: one.proof for one in (await look(gateway)).seen}
    assert seen["s3"] is Proof.REFUTED


async def test_latencies_are_of_the_list_and_of_each_close_look() -> None:
    gateway = fleet("a", "b")
    gateway.states["a"] = gateway.states["b"] = DOWN
    assert (await look(gateway)).latencies == [0.0, 0.02, 0.02]
