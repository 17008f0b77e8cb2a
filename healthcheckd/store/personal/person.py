"""By what a person may be found in texts, and what stands there afterwards."""

import json
import re
import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from healthcheckd.domain.accounts import AccountId

_LIKE_A_NUMBER = 7
"""So many digits make a session's name a phone number."""

_TELLING = re.compile(r"\S{2,}\s+\S{2,}")
"""Two words: one alone, such as “Shop”, is in texts about others too."""


@dataclass(frozen=True)
class Person:
    """`marks` are what would name them, each with its stand-in; longer ones come first, since they may hold others."""

    alias: str
    marks: Mapping[str, str]

    @cached_property
    def _stand_ins(self) -> Mapping[str, str]:
        """However their letters are written."""
        return {mark.casefold(): alias for mark, alias in self.marks.items()}

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        ways = "|".join(re.escape(mark) for mark in self.marks)
        return re.compile(rf"(?<![\w@/.-])(?:{ways})(?![\w@/-])", re.IGNORECASE)

    def without(self, text: str) -> str:
        """The text with stand-ins where it named them."""
        return self._pattern.sub(lambda found: self._stand_ins[found[0].casefold()], text)


def person_behind(connection: sqlite3.Connection, key: int, account: AccountId, alias: str) -> Person:
    """The owner of an account, by address, number, name and id; the addresses only where nobody else has them."""
    named = sorted(set(_identifiers(connection, key, account)), key=lambda mark: (-len(mark), mark))
    stand_ins = {mark: f"{alias}-{number}" for number, mark in enumerate(named, start=1)}
    stand_ins[str(account)] = f"{account.gateway}/{alias}"
    return Person(alias, dict(_as_written(stand_ins)))


def own_contacts(connection: sqlite3.Connection, key: int) -> list[tuple[int, str]]:
    """Contacts of this account and of no other: id and address."""
    return connection.execute(
        "SELECT contacts.id, address FROM contacts JOIN account_contacts ON contact = contacts.id WHERE account = ?1"
        " AND NOT EXISTS (SELECT 1 FROM account_contacts AS other"
        "  WHERE other.contact = contacts.id AND other.account <> ?1)",
        (key,),
    ).fetchall()


def _identifiers(connection: sqlite3.Connection, key: int, account: AccountId) -> Iterator[str]:
    yield str(account)
    yield from (address for _, address in own_contacts(connection, key))
    row = connection.execute(
        "SELECT phone, linked_phone, name, gateway_name FROM accounts WHERE key = ?", (key,)
    ).fetchone()
    for number in filter(None, row[:2]):
        yield from (number, number.removeprefix("+"))
    yield from (name for name in row[2:] if _TELLING.search(name))
    if sum(sign.isdigit() for sign in account.session) >= _LIKE_A_NUMBER:
        yield account.session


def _as_written(stand_ins: Mapping[str, str]) -> Iterable[tuple[str, str]]:
    """Also as JSON writes it, where that differs."""
    for mark, alias in stand_ins.items():
        yield mark, alias
        if (quoted := json.dumps(mark, ensure_ascii=False)[1:-1]) != mark:
            yield quoted, alias
