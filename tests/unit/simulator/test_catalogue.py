"""The life that every named script tells, step by step."""

import itertools

import pytest

from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.simulator.catalogue import CATALOGUE, STRANGER, script
from healthcheckd.simulator.scripts import Answer, Live, Script, State, Step
from healthcheckd.simulator.session import Claim, Player, ScriptedSession, Verb

OWN = "5511988887777"
DAY = 86_400.0
WORKING, STARTING, PAIRING, FAILED, STOPPED = State
QR_LIFE = [(0, PAIRING), (59, PAIRING), (60, PAIRING), (159, PAIRING), (160, FAILED), (DAY, FAILED)]

TIMELINES: dict[str, list[tuple[float, State]]] = {
    "steady": [(0, WORKING), (365 * DAY, WORKING)],
    "heals-itself": [(599, WORKING), (600, STARTING), (689, STARTING), (690, WORKING), (DAY, WORKING)],
    "needs-restart": [(599, WORKING), (600, FAILED), (DAY, FAILED)],
    "restart-fails": [(599, WORKING), (600, FAILED), (DAY, FAILED)],
    "long-outage": [(599, WORKING), (600, FAILED), (25_799, FAILED), (25_800, WORKING)],
    "logged-out": [(599, WORKING), (600, PAIRING), (DAY, PAIRING)],
    "logged-out-failed": [(599, WORKING), (600, FAILED), (DAY, FAILED)],
    "logged-out-unscanned": [(599, WORKING), *[(600 + at, state) for at, state in QR_LIFE]],
    "zombie": [(599, WORKING), (600, WORKING), (DAY, WORKING)],
    "zombie-unpaired": [(DAY, WORKING)],
    "zombie-conflict": [(DAY, WORKING)],
    "zombie-timeout": [(DAY, WORKING)],
    "stuck": [(599, WORKING), (600, STARTING), (DAY, STARTING)],
    "banned": [(599, WORKING), (600, FAILED), (DAY, FAILED)],
    "flapping": [(599, WORKING), (600, FAILED), (602, STARTING), (604, FAILED), (4601, FAILED), (4603, STARTING)],
    "slow": [(0, WORKING), (DAY, WORKING)],
    "errors": [(DAY, WORKING)],
    "garbage": [(DAY, WORKING)],
    "hangs": [(DAY, WORKING)],
    "other-number": [(599, WORKING), (600, STARTING), (620, WORKING)],
    "vanishes": [(599, WORKING)],
    "never-linked": [(0, PAIRING), (DAY, PAIRING)],
    "stopped": [(599, WORKING), (600, STOPPED), (DAY, STOPPED)],
    "pairing": [(0, STARTING), *[(4 + at, state) for at, state in QR_LIFE]],
    "restricted": [(DAY, WORKING)],
    "capped": [(DAY, WORKING)],
}
WITH_JITTER = {"blip"}

AFTER_RESTART = {
    "steady": WORKING,
    "needs-restart": WORKING,
    "restart-fails": FAILED,
    "long-outage": FAILED,
    "logged-out": PAIRING,
    "logged-out-failed": PAIRING,
    "zombie": WORKING,
    "stuck": WORKING,
    "banned": FAILED,
    "stopped": WORKING,
    "never-linked": PAIRING,
}

LIES = {
    "zombie": Live.SILENT,
    "zombie-unpaired": Live.UNPAIRED,
    "zombie-conflict": Live.CONFLICT,
    "zombie-timeout": Live.TIMEOUT,
    "banned": Live.BANNED,
}


def player(name: str, seed: int = 0) -> Player:
    return Player(ScriptedSession(name, script(name), OWN, "Ana"), seed=seed, now=0.0)


def at_noon(name: str) -> Claim:
    return player(name).claim(43_200.0)


def test_every_script_has_a_timeline() -> None:
    assert set(CATALOGUE) == set(TIMELINES) | WITH_JITTER


@pytest.mark.parametrize("name", TIMELINES)
def test_a_script_claims_what_its_timeline_says(name: str) -> None:
    played = player(name)
    assert [(at, played.claim(at).state) for at, _ in TIMELINES[name]] == TIMELINES[name]


@pytest.mark.parametrize("name", TIMELINES)
def test_what_is_claimed_does_not_depend_on_how_often_one_looks(name: str) -> None:
    often = player(name)
    for second in range(0, 1200, 7):
        assert often.claim(second) == player(name).claim(second)


@pytest.mark.parametrize("name", AFTER_RESTART)
def test_a_restart_leads_through_starting_to_what_the_script_says(name: str) -> None:
    played = player(name)
    played.claim(3600)
    played.hear(Verb.RESTART, 3600)
    assert [played.claim(3600).state, played.claim(3603.9).state] == [STARTING, STARTING]
    assert played.claim(3604).state is AFTER_RESTART[name]


@pytest.mark.parametrize("name", LIES)
def test_a_lie_shows_only_in_what_the_client_says(name: str) -> None:
    assert player(name).claim(599).step.live is Live.AS_CLAIMED
    assert player(name).claim(600).step.live is LIES[name]


def test_a_restart_cures_a_zombie_and_not_a_ban() -> None:
    zombie, banned = player("zombie"), player("banned")
    for each in (zombie, banned):
        each.hear(Verb.RESTART, 1000)
    assert (zombie.claim(2000).state, zombie.claim(2000).step.live) == (WORKING, Live.AS_CLAIMED)
    assert (banned.claim(2000).state, banned.claim(2000).step.live) == (FAILED, Live.BANNED)


def test_a_restart_does_not_prolong_an_outage_that_it_does_not_cure() -> None:
    played = player("long-outage")
    for at in range(700, 25_200, 600):
        played.hear(Verb.RESTART, at)
        assert played.claim(at + 10).state is FAILED
    assert played.claim(25_800).state is WORKING


def test_the_network_stays_away_after_a_flapping_client_is_restarted() -> None:
    played = player("flapping")
    played.hear(Verb.RESTART, 1000)
    assert [played.claim(1000 + s).state for s in (1, 5, 7, 9)] == [STARTING, FAILED, STARTING, FAILED]


def test_a_blip_comes_every_28_minutes_and_lasts_seconds() -> None:
    played = player("blip")
    states = [played.claim(second).state for second in range(0, 6 * 3600)]
    changes = [second for second in range(1, len(states)) if states[second] is not states[second - 1]]
    falls, rises = changes[::2], changes[1::2]
    assert len(falls) == 12
    assert all(5 <= rise - fall <= 11 for fall, rise in zip(falls, rises, strict=False))
    assert all(1600 <= later - earlier <= 1760 for earlier, later in itertools.pairwise(falls))
    assert {states[fall] for fall in falls} == {STARTING, STOPPED}


def test_jitter_depends_on_the_seed_and_the_name_alone() -> None:
    def life(seed: int) -> list[State]:
        played = player("blip", seed)
        return [played.claim(second).state for second in range(0, 7200)]

    assert life(1) == life(1)
    assert life(1) != life(2)


@pytest.mark.parametrize("name", ["logged-out", "logged-out-unscanned", "never-linked", "pairing"])
def test_nobody_is_linked_while_a_code_is_on_show(name: str) -> None:
    claim = player(name).claim(640 if name.startswith("logged") else 20)
    assert (claim.state, claim.phone, claim.qr[:2]) == (PAIRING, None, "2@")


def test_a_failed_logged_out_session_is_linked_until_a_restart_reveals_it() -> None:
    played = player("logged-out-failed")
    assert played.claim(700).phone == OWN
    played.hear(Verb.RESTART, 700)
    assert played.claim(710).phone is None


def test_a_code_is_renewed_after_60_seconds_and_then_every_20() -> None:
    played = player("pairing")
    codes = [played.claim(4 + second).qr for second in range(0, 160)]
    renewals = [second for second in range(1, 160) if codes[second] != codes[second - 1]]
    assert renewals == [60, 80, 100, 120, 140]
    assert len(set(codes)) == 6


def test_another_number_comes_back() -> None:
    played = player("other-number")
    assert played.claim(599).phone == OWN
    assert played.claim(700).phone == STRANGER
    played.hear(Verb.RESTART, 800)
    assert (played.claim(801).phone, played.claim(900).phone) == (STRANGER, STRANGER)


@pytest.mark.parametrize(
    ("name", "answer"), [("errors", Answer.ERROR), ("garbage", Answer.GARBAGE), ("hangs", Answer.HANG)]
)
def test_a_reading_is_spoiled_after_ten_good_minutes(name: str, answer: Answer) -> None:
    assert player(name).claim(599).step.answer is Answer.NORMAL
    assert player(name).claim(600).step.answer is answer


def test_a_slow_session_takes_seconds_to_answer() -> None:
    assert at_noon("slow").step.latency == 4.0


def test_a_vanished_session_is_listed_no_more() -> None:
    assert (player("vanishes").claim(599).step.listed, at_noon("vanishes").step.listed) == (True, False)


def test_a_restricted_number_is_connected() -> None:
    locked, capped = at_noon("restricted").step.restriction, at_noon("capped").step.restriction
    assert locked is not None
    assert locked.quota is None
    assert capped is not None
    assert capped.quota == (250, 250)


def test_an_unknown_script_names_those_there_are() -> None:
    with pytest.raises(UnknownName) as error:
        script("heals")
    assert "heals-itself" in error.value.candidates


@pytest.mark.parametrize("step", [Step(WORKING, then="nowhere"), Step(WORKING, restart="nowhere")])
def test_a_script_that_leads_nowhere_is_refused(step: Step) -> None:
    with pytest.raises(UnknownName, match="nowhere"):
        Script("lost", (step,))


@pytest.mark.parametrize("step", [Step(WORKING, 0), Step(WORKING, -1), Step(WORKING, 5, jitter=1.0)])
def test_a_step_without_length_is_refused(step: Step) -> None:
    with pytest.raises(UsageError, match="length"):
        Script("endless loop", (step,))


def test_a_script_can_be_told_to_begin_later() -> None:
    late = script("needs-restart").after(60)
    assert late.steps[0].lasts == 60
    assert late.steps[1:] == script("needs-restart").steps[1:]
