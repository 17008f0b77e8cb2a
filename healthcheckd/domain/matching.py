"""Which accounts a silence, a maintenance window or any other rule of people's reaches, by names and patterns."""

import re
import unicodedata
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, fields
from fnmatch import translate
from functools import lru_cache

from healthcheckd.domain.accounts import Account, AccountId


@dataclass(frozen=True, slots=True)
class Reach:
    """Accounts for which everything stated holds; several values of one kind are alternatives, and nothing stated is
    everything. Each value may be a pattern with `*`, `?` and `[…]`; accounts are named by `GATEWAY/SESSION`."""

    accounts: tuple[str, ...] = ()
    gateways: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    customers: tuple[str, ...] = ()

    @property
    def everything(self) -> bool:
        return not (self.accounts or self.gateways or self.tags or self.customers)

    def covers(self, account: AccountId, customer: str, tags: Collection[str]) -> bool:
        return (
            (not self.accounts or _any(self.accounts, (str(account),)))
            and _any(self.gateways, (account.gateway,))
            and _any(self.customers, (customer,))
            and _any(self.tags, tags)
        )

    def covers_account(self, account: Account) -> bool:
        return self.covers(account.id, account.customer, account.tags)

    def covers_gateway(self, gateway: str) -> bool:
        """The gateway as a whole: some of its accounts alone do not make it."""
        return not (self.accounts or self.tags or self.customers) and _any(self.gateways, (gateway,))

    def __str__(self) -> str:
        """In words for people."""
        said = (f"{one.name[:-1]} {value}" for one in fields(self) for value in getattr(self, one.name))
        return ", ".join(said) or "everything"


def is_pattern(value: str) -> bool:
    """Whether it may fit more than the one name it is."""
    return not set("*?[").isdisjoint(value)


def as_lists(reach: Reach) -> dict[str, list[str]]:
    """What is stated, as plain data."""
    return {one.name: list(values) for one in fields(reach) if (values := getattr(reach, one.name))}


def from_lists(lists: Mapping[str, Sequence[str]]) -> Reach:
    return Reach(**{name: tuple(values) for name, values in lists.items()})


def _any(patterns: tuple[str, ...], values: Collection[str]) -> bool:
    if not patterns:
        return True
    fits = _fitting(patterns)
    return any(fits(unicodedata.normalize("NFC", value)) for value in values)


@lru_cache(maxsize=1024)
def _fitting(patterns: tuple[str, ...]) -> Callable[[str], object]:
    """As `fnmatchcase` by each of them, which is asked for every account of a fleet."""
    return re.compile("|".join(translate(unicodedata.normalize("NFC", pattern)) for pattern in patterns)).match
