"""Tokens that end soon are told of in time, and not too often."""

from datetime import datetime, timedelta

import pytest

from healthcheckd.api.expiring import Expiries
from healthcheckd.api.tokens import Token
from tests.fakes.clock import NOON


class Book:
    def __init__(self) -> None:
        self.soon: dict[str, datetime] = {}

    async def ends(self, subject: str, expires_at: datetime, now: datetime) -> None:
        self.soon[subject] = expires_at

    async def renewed(self, subject: str) -> None:
        self.soon.pop(subject, None)


def token(left: timedelta, lasts: timedelta = timedelta(days=30), sub: str = "ana") -> Token:
    expires_at = NOON + left
    return Token(sub, frozenset(), expires_at, expires_at - lasts)


async def test_it_is_told_seven_days_ahead_and_once_a_day(caplog: pytest.LogCaptureFixture) -> None:
    book = Book()
    expiries = Expiries(book)
    await expiries.note(token(timedelta(days=7, seconds=1)), NOON)
    assert (caplog.messages, book.soon) == ([], {})
    for hours in range(0, 47, 6):
        await expiries.note(token(timedelta(days=7)), NOON + timedelta(hours=hours))
    assert caplog.messages == [
        "the token of ana expires in 7 days, on 2026-03-08 12:00 UTC: healthcheck token issue --sub ana",
        "the token of ana expires in 6 days, on 2026-03-08 12:00 UTC: healthcheck token issue --sub ana",
    ]
    assert book.soon == {"ana": NOON + timedelta(days=7)}


async def test_a_new_token_of_the_same_name_ends_it() -> None:
    book = Book()
    expiries = Expiries(book)
    await expiries.note(token(timedelta(days=2)), NOON)
    await expiries.note(token(timedelta(days=30)), NOON)
    assert book.soon == {}


async def test_several_tokens_of_one_name_are_told_of_once_a_day(caplog: pytest.LogCaptureFixture) -> None:
    book = Book()
    expiries = Expiries(book)
    for seconds in range(10):
        await expiries.note(token(timedelta(days=2, seconds=seconds)), NOON)
    assert len(caplog.messages) == 1
    assert book.soon == {"ana": NOON + timedelta(days=2, seconds=9)}


async def test_a_token_that_a_program_renews_is_not_told_of(caplog: pytest.LogCaptureFixture) -> None:
    await Expiries(Book()).note(token(timedelta(minutes=50), timedelta(hours=1)), NOON)
    assert caplog.messages == []


async def test_many_names_are_not_all_kept() -> None:
    expiries = Expiries(Book())
    for number in range(1000):
        await expiries.note(token(timedelta(days=30), sub=str(number)), NOON)
    assert len(expiries._known) == 100
