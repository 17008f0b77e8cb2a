"""At the door: whose address it is, how often it may call and be wrong, and what is written down of it."""

from datetime import datetime, timedelta

import pytest

from healthcheckd.api.addresses import Proxies, household
from healthcheckd.api.doorkeeper import Doorkeeper
from healthcheckd.api.expiring import Expiries
from healthcheckd.api.failures import MANAGE, LacksPermission, TooMany
from healthcheckd.api.limits import MOST_ADDRESSES, Latest, Lockouts, Pace
from healthcheckd.api.refusals import MOST_SOURCES, OTHERS, Refusals
from healthcheckd.api.tokens import Token, issue
from healthcheckd.errors import StoreError
from healthcheckd.settings import HttpSettings, JwtSettings, Secret
from tests.fakes.clock import NOON, ManualClock


@pytest.mark.parametrize(
    ("peer", "forwarded", "caller"),
    [
        ("203.0.113.7", [], "203.0.113.7"),
        ("203.0.113.7", ["198.51.100.1"], "203.0.113.7"),
        ("127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1, 198.51.100.1"], "198.51.100.1"),
        ("127.0.0.1", ["1.1.1.1", "198.51.100.1, 10.0.0.3"], "198.51.100.1"),
        ("127.0.0.1", ["10.0.0.4, 10.0.0.3"], "10.0.0.4"),
        ("127.0.0.1", ["1.1.1.1, what, 10.0.0.3"], "10.0.0.3"),
        ("127.0.0.1", [""], "127.0.0.1"),
        ("127.0.0.1", ["198.51.100.1:4711"], "198.51.100.1"),
        ("127.0.0.1", ['"[2001:db8::7]:4711"'], "2001:db8::7"),
        ("::ffff:127.0.0.1", ["198.51.100.1"], "198.51.100.1"),
        ("fe80::1%eth0", ["198.51.100.1"], "fe80::1"),
        ("", ["198.51.100.1"], ""),
    ],
)
def test_only_a_trusted_proxy_is_believed_about_whom_it_speaks_for(
    peer: str, forwarded: list[str], caller: str
) -> None:
    assert Proxies(["127.0.0.1/32", "10.0.0.0/8"]).caller(peer, forwarded) == caller


def test_a_long_chain_is_not_walked_to_its_end() -> None:
    assert Proxies(["0.0.0.0/0"]).caller("10.0.0.1", [", ".join(f"10.1.0.{n}" for n in range(100))]) == "10.1.0.68"


def test_a_network_of_ipv6_counts_as_one_caller() -> None:
    assert household("2001:db8:1:2::9") == household("2001:db8:1:2:ffff::1") == "2001:db8:1:2::/64"
    assert household("2001:db8:1:3::9") != household("2001:db8:1:2::9")
    assert household("203.0.113.7") == "203.0.113.7"


def test_an_address_may_call_so_often_and_then_again_as_time_goes_on() -> None:
    clock = ManualClock()
    pace = Pace(60, clock)
    for _ in range(60):
        pace.step("a")
    with pytest.raises(TooMany) as caught:
        pace.step("a")
    assert caught.value.retry_after == 1
    pace.step("b")
    clock.advance(1)
    pace.step("a")
    with pytest.raises(TooMany):
        pace.step("a")


def test_whoever_is_wrong_too_often_is_locked_out_and_let_in_again() -> None:
    clock = ManualClock()
    lockouts = Lockouts(3, 300, clock)
    assert [lockouts.wrong("a") for _ in range(3)] == [False, False, True]
    with pytest.raises(TooMany) as caught:
        lockouts.check("a")
    assert caught.value.retry_after == 300
    lockouts.check("b")
    clock.advance(300)
    lockouts.check("a")
    assert lockouts.wrong("a") is False


def test_mistakes_long_ago_do_not_count() -> None:
    clock = ManualClock()
    lockouts = Lockouts(3, 300, clock)
    for _ in range(10):
        assert lockouts.wrong("a") is False
        clock.advance(151)
    lockouts.check("a")


def test_a_wall_clock_that_is_set_locks_nobody_in_or_out() -> None:
    from datetime import timedelta

    clock = ManualClock()
    lockouts = Lockouts(1, 300, clock)
    lockouts.wrong("a")
    clock.step(timedelta(days=1))
    with pytest.raises(TooMany):
        lockouts.check("a")


def test_what_is_kept_of_addresses_is_bounded() -> None:
    kept: Latest[list[int]] = Latest(list)
    for number in range(MOST_ADDRESSES + 500):
        kept[str(number)].append(number)
    assert len(kept) == MOST_ADDRESSES
    assert kept["0"] == []


class Trail:
    def __init__(self) -> None:
        self.rows: list[tuple[str, str]] = []
        self.broken = False

    async def __call__(self, who: str, what: str, outcome: str) -> None:
        if self.broken:
            raise StoreError("the disk is full")
        self.rows.append((who, outcome))


async def test_a_source_is_told_of_at_once_and_then_once_a_minute_with_a_count() -> None:
    trail = Trail()
    refusals = Refusals(ManualClock(), trail)
    for _ in range(1000):
        await refusals.note("203.0.113.7", "the token has expired")
    assert trail.rows == [("203.0.113.7", "refused: the token has expired")]
    await refusals.settle()
    assert trail.rows[1:] == [("203.0.113.7", "refused: the token has expired (999 times)")]
    await refusals.settle()
    assert len(trail.rows) == 2


async def test_many_sources_are_told_of_together() -> None:
    trail = Trail()
    refusals = Refusals(ManualClock(), trail)
    for number in range(10_000):
        await refusals.note(str(number), "this is no token")
    await refusals.settle()
    assert len(trail.rows) == MOST_SOURCES + 1
    assert trail.rows[-1] == (OTHERS, f"refused: this is no token ({10_000 - MOST_SOURCES} times)")


async def test_many_reasons_are_told_of_together() -> None:
    trail = Trail()
    refusals = Refusals(ManualClock(), trail)
    for number in range(100):
        await refusals.note("a", f"user {number} lacks the permission system:manage")
    await refusals.settle()
    assert trail.rows[-1][1].count(";") == 5
    assert trail.rows[-1][1].endswith("other reasons (94 times)")


async def test_a_trail_that_cannot_be_written_refuses_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    trail = Trail()
    trail.broken = True
    await Refusals(ManualClock(), trail).note("a", "the token has expired")
    assert "the disk is full" in caplog.text


async def test_a_token_for_something_else_is_not_told_of_when_it_ends() -> None:
    clock, told = ManualClock(), list[str]()

    class Book:
        async def ends(self, subject: str, expires_at: datetime, now: datetime) -> None:
            told.append(subject)

        async def renewed(self, subject: str) -> None:
            told.append(subject)

    async def trail(who: str, what: str, outcome: str) -> None: ...

    jwt = JwtSettings("HS256", Secret("a-secret-of-forty-characters-for-tests-1"))
    door = Doorkeeper(HttpSettings(), lambda: jwt, clock, Refusals(clock, trail), Expiries(Book()))

    def shown(sub: str, permission: str) -> list[str]:
        token = Token(sub, frozenset({permission}), NOON + timedelta(days=3), NOON - timedelta(days=9))
        return [f"Bearer {issue(jwt, 'a-secret-of-forty-characters-for-tests-1', token)}"]

    with pytest.raises(LacksPermission):
        await door.recognise("a", shown("bob", "read"))
    assert told == []
    await door.recognise("a", shown("ana", MANAGE))
    assert told == ["ana"]
