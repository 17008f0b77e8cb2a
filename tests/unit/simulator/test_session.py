"""What verbs and a scanning phone do to a scripted account."""

import pytest

from healthcheckd.errors import Refused
from healthcheckd.simulator.catalogue import script
from healthcheckd.simulator.scripts import State
from healthcheckd.simulator.session import Player, ScriptedSession, Verb

OWN, OTHER = "5511988887777", "442079460101"


def player(name: str) -> Player:
    return Player(ScriptedSession(name, script(name), OWN, "Ana"), seed=7, now=0.0)


def test_stop_lasts_until_start() -> None:
    played = player("steady")
    played.hear(Verb.STOP, 10)
    assert [played.claim(at).state for at in (10, 86_400)] == [State.STOPPED, State.STOPPED]
    played.hear(Verb.START, 86_400)
    assert [played.claim(86_400 + s).state for s in (0, 4)] == [State.STARTING, State.WORKING]


def test_starting_what_runs_changes_nothing() -> None:
    played = player("steady")
    played.hear(Verb.START, 10)
    assert played.claim(10).state is State.WORKING


def test_a_stop_does_not_hold_up_the_script() -> None:
    played = player("needs-restart")
    played.hear(Verb.STOP, 500)
    played.hear(Verb.START, 700)
    assert played.claim(704).state is State.FAILED


def test_a_restart_of_a_stopped_session_starts_it() -> None:
    played = player("steady")
    played.hear(Verb.STOP, 10)
    played.hear(Verb.RESTART, 20)
    assert played.claim(24).state is State.WORKING


def test_logout_wipes_the_identity_and_shows_a_code() -> None:
    played = player("steady")
    played.hear(Verb.LOGOUT, 10)
    assert (played.claim(10).state, played.claim(10).phone) == (State.STARTING, None)
    assert (played.claim(14).state, played.claim(14).phone) == (State.PAIRING, None)


def test_logout_of_a_stopped_session_leaves_it_stopped() -> None:
    played = player("steady")
    played.hear(Verb.STOP, 10)
    played.hear(Verb.LOGOUT, 20)
    assert played.claim(1000).state is State.STOPPED
    played.hear(Verb.START, 1000)
    assert played.claim(1004).state is State.PAIRING


def test_a_scan_links_that_number() -> None:
    played = player("pairing")
    played.scan(OTHER, 30)
    assert played.claim(30).state is State.STARTING
    assert (played.claim(40).state, played.claim(86_400).phone) == (State.WORKING, OTHER)


def test_a_number_that_was_linked_stays_through_a_restart() -> None:
    played = player("logged-out")
    played.scan(OTHER, 700)
    played.hear(Verb.RESTART, 800)
    assert (played.claim(900).state, played.claim(900).phone) == (State.WORKING, OTHER)


def test_there_is_nothing_to_scan_on_a_working_session() -> None:
    with pytest.raises(Refused, match="no QR code"):
        player("steady").scan(OTHER, 30)


def test_an_unscanned_session_shows_codes_again_after_a_restart() -> None:
    played = player("pairing")
    assert played.claim(1000).state is State.FAILED
    played.hear(Verb.RESTART, 1000)
    assert played.claim(1004).state is State.PAIRING


def test_a_restart_during_a_restart_begins_starting_anew() -> None:
    played = player("needs-restart")
    played.hear(Verb.RESTART, 700)
    played.hear(Verb.RESTART, 703)
    assert [played.claim(at).state for at in (706, 707)] == [State.STARTING, State.WORKING]
