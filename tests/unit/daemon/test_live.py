"""The door for Socket.IO: how long one may stay, and for how many there is room."""

from datetime import timedelta

import pytest

from healthcheckd.api.doorkeeper import Doorkeeper
from healthcheckd.api.expiring import Expiries
from healthcheckd.api.failures import TooMany
from healthcheckd.api.refusals import Refusals
from healthcheckd.api.tokens import MANAGE, Token, issue
from healthcheckd.daemon.live import LiveDoor, TokenGuest, build_feed
from healthcheckd.settings import HttpSettings, JwtSettings, Secret, Settings
from tests.fakes.clock import NOON, ManualClock

SECRET = "a-secret-of-forty-characters-for-tests-1"
JWT = JwtSettings("HS256", Secret(SECRET))
NEAR, FAR = "198.51.100.7", "203.0.113.9"


class NoBook:
    async def ends(self, *_: object) -> None: ...

    async def renewed(self, _: str) -> None: ...


async def forget(*_: str) -> None: ...


def door(http: HttpSettings) -> LiveDoor:
    clock = ManualClock()
    return LiveDoor(http, Doorkeeper(http, lambda: JWT, clock, Refusals(clock, forget), Expiries(NoBook())))


async def test_a_guest_stays_for_as_long_as_its_token_opens_the_api() -> None:
    ends = NOON + timedelta(hours=1)
    shown = issue(JWT, SECRET, Token("ana", frozenset({MANAGE}), ends, NOON))
    guest = await door(HttpSettings()).let_in(NEAR, (f"Bearer {shown}",))
    assert guest.who == "ana"
    assert guest.over(ends + JWT.leeway - timedelta(seconds=1)) == ""
    assert guest.over(ends + JWT.leeway) == "the token has expired"


def test_a_guest_leaves_when_tokens_are_looked_at_otherwise() -> None:
    now = [JWT]
    guest = TokenGuest("ana", NOON, JWT, lambda: now[0])
    assert guest.over(NOON - timedelta(hours=1)) == ""
    now[0] = JwtSettings("HS256", Secret("another" + SECRET))
    assert guest.over(NOON - timedelta(hours=1)) == "[jwt] has changed"


@pytest.mark.parametrize(
    ("address", "among", "room"),
    [
        (NEAR, [NEAR], True),
        (NEAR, [NEAR, NEAR], False),
        (FAR, [NEAR, NEAR], True),
        ("127.0.0.1", ["127.0.0.1"] * 7, True),
        ("10.0.0.1", ["10.0.0.1"] * 7, True),
        ("127.0.0.1", ["127.0.0.1"] * 8, False),
        (FAR, [NEAR] * 8, False),
    ],
)
def test_one_address_has_a_quarter_of_the_room_unless_it_is_ours(address: str, among: list[str], room: bool) -> None:
    here = door(HttpSettings(connections=8, trusted_proxies=("10.0.0.0/8",)))
    if room:
        here.room(address, among)
    else:
        with pytest.raises(TooMany, match="too many clients listen"):
            here.room(address, among)


def test_without_an_api_on_tcp_there_is_nothing_to_listen_to() -> None:
    assert build_feed(Settings()) is None
    assert build_feed(Settings(http=HttpSettings(("127.0.0.1", 0)))) is not None


def test_without_the_extra_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("healthcheckd.daemon.live.find_spec", lambda _: None)
    assert build_feed(Settings(http=HttpSettings(("127.0.0.1", 0)))) is None
