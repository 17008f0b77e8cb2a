"""How often one address may call, and how often it may be wrong. All of it is bounded, whoever calls."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Generic, TypeVar

from healthcheckd.api.failures import TooMany
from healthcheckd.ports.clock import Clock

MOST_ADDRESSES = 10_000
"""Those heard of longest ago are forgotten."""

_T = TypeVar("_T")


class Latest(Generic[_T]):
    """One value for each address, for the latest of them."""

    def __init__(self, make: Callable[[], _T], most: int = MOST_ADDRESSES) -> None:
        self._make = make
        self._most = most
        self._kept: OrderedDict[str, _T] = OrderedDict()

    def __getitem__(self, address: str) -> _T:
        if address not in self._kept:
            self._kept[address] = self._make()
        self._kept.move_to_end(address)
        while len(self._kept) > self._most:
            self._kept.popitem(last=False)
        return self._kept[address]

    def __len__(self) -> int:
        return len(self._kept)


class Pace:
    """So many calls a minute for each address, as many of them at once."""

    def __init__(self, per_minute: int, clock: Clock) -> None:
        self._per_minute = per_minute
        self._clock = clock
        self._full_at: Latest[list[float]] = Latest(lambda: [0.0])

    def step(self, address: str) -> None:
        """Raises `TooMany`."""
        now, cost = self._clock.monotonic(), 60 / self._per_minute
        full_at = self._full_at[address]
        owed = max(full_at[0] - now, 0.0) + cost
        if owed > 60:
            raise TooMany("this address calls too often", owed - 60)
        full_at[0] = now + owed


@dataclass(slots=True)
class _Wrong:
    at: list[float] = field(default_factory=list)
    locked_until: float = 0.0


class Lockouts:
    """Whoever is wrong `allowed` times within `seconds` hears nothing for as long."""

    def __init__(self, allowed: int, seconds: float, clock: Clock) -> None:
        self._allowed = allowed
        self._seconds = seconds
        self._clock = clock
        self._wrong: Latest[_Wrong] = Latest(_Wrong)

    def check(self, address: str) -> None:
        """Raises `TooMany` while the address is locked out."""
        left = self._wrong[address].locked_until - self._clock.monotonic()
        if left > 0:
            raise TooMany("this address sent too many bad tokens", left)

    def wrong(self, address: str) -> bool:
        """One more; says whether it was one too many."""
        wrong, now = self._wrong[address], self._clock.monotonic()
        wrong.at = [*(at for at in wrong.at if at > now - self._seconds), now]
        if len(wrong.at) < self._allowed:
            return False
        wrong.at, wrong.locked_until = [], now + self._seconds
        return True
