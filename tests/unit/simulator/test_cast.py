"""The demonstration's cast."""

from healthcheckd.simulator.cast import demo_cast
from healthcheckd.simulator.scripts import Live, State
from healthcheckd.simulator.session import Player

SPEED = 240
FIRST_MINUTE = 60 * SPEED


def players() -> dict[str, Player]:
    return {session.name: Player(session, seed=0, now=0.0) for session in demo_cast()}


def test_a_dozen_accounts_with_names_and_numbers_of_their_own() -> None:
    cast = demo_cast()
    assert len({session.name for session in cast}) == 12
    assert len({session.phone for session in cast}) == 12
    assert all(session.phone.isdigit() and session.push_name for session in cast)


def test_everybody_is_connected_at_the_first_look() -> None:
    for played in players().values():
        claim = played.claim(2 * SPEED)
        assert (claim.state, claim.step.live) == (State.WORKING, Live.AS_CLAIMED)


def test_within_the_first_minute_each_trouble_has_shown() -> None:
    seen = {name: [played.claim(at) for at in range(0, FIRST_MINUTE, 2)] for name, played in players().items()}
    states = {name: {claim.state for claim in claims} for name, claims in seen.items()}
    assert State.FAILED in states["bakery"]
    assert State.FAILED in states["shop-centro"]
    assert State.PAIRING in states["clinic"]
    assert {claim.step.live for claim in seen["bookings"]} == {Live.AS_CLAIMED, Live.SILENT}
    assert states["courier"] == {State.WORKING, State.STARTING, State.STOPPED}
    assert states["repairs"] == {State.WORKING, State.FAILED, State.STARTING}
    assert sum(found == {State.WORKING} for found in states.values()) == 7  # six steady ones and the zombie


def test_the_long_outage_passes_six_hours_and_ends() -> None:
    bakery = players()["bakery"]
    assert bakery.claim(12 * 60 + 6 * 3600).state is State.FAILED
    assert bakery.claim(8 * 3600).state is State.WORKING
