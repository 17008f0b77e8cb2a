"""Accounts that fall together: the narrowest thing they share that explains it."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from healthcheckd.domain.policy import BlastPolicy


class Level(StrEnum):
    """What accounts may share, the narrowest first where two are of one size."""

    GATEWAY = "gateway"
    ENGINE = "engine"
    LABEL = "label"
    NETWORK = "network"


class Reason(StrEnum):
    """Why a fall was taken for what it is, for people."""

    TOO_FEW = "too few fell"
    SHARED = "they share it, and the others do not"
    APART = "gateways that share nothing fell at the same time"
    SILENT = "a gateway that does not answer is told of as such"
    SCATTERED = "nothing that they share explains it"


@dataclass(frozen=True, slots=True)
class Part:
    """One gateway's accounts: how many were connected before, and how many of them fell. `engine` is kind and version,
    empty where the version is not known; `labels` are written `key=value`."""

    gateway: str
    before: int
    fallen: int
    engine: str = ""
    labels: tuple[str, ...] = ()
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Gateways that share something; `name` tells what, and is empty for all of them."""

    level: Level
    name: str
    parts: tuple[Part, ...]

    @property
    def subject(self) -> str:
        """As the incident is called: `gateway:eu`, `engine:waha 2025.9.1`, `label:region=eu`, `network`."""
        return f"{self.level}:{self.name}" if self.name else self.level.value

    @property
    def gateways(self) -> tuple[str, ...]:
        return tuple(part.gateway for part in self.parts)

    @property
    def before(self) -> int:
        return sum(part.before for part in self.parts)

    @property
    def fallen(self) -> int:
        return sum(part.fallen for part in self.parts)


@dataclass(frozen=True, slots=True)
class Judgement:
    """The blasts that a fall comes to: mostly none, or one."""

    reason: Reason
    blasts: tuple[Group, ...] = ()


def judge(parts: Sequence[Part], policy: BlastPolicy) -> Judgement:
    """What fell, within the window: `parts` are all gateways, also those where nothing did."""
    fallen = sum(part.fallen for part in parts)
    if fallen < policy.least:
        return Judgement(Reason.TOO_FEW)
    enough = fallen - strays(fallen)
    explaining = [group for group in _groups(parts) if _is_hit(group, policy) and group.fallen >= enough]
    if explaining:
        narrowest = min(explaining, key=lambda group: (group.before, list(Level).index(group.level), group.name))
        return _told_otherwise(narrowest) or Judgement(Reason.SHARED, (narrowest,))
    apart = [group for group in _gateways(parts) if _is_hit(group, policy) and not group.parts[0].silent]
    return Judgement(Reason.APART, tuple(apart)) if apart else Judgement(Reason.SCATTERED)


def strays(number: int) -> int:
    """How many of so many may be chance: that fell elsewhere at the same time, or are not back when the others are."""
    return max(1, number // 10)


def is_over(members: int, down: int) -> bool:
    """Whether so many are back that what they fell by is over."""
    return down <= min(strays(members), members - 1)


def touches(part: Part, policy: BlastPolicy) -> bool:
    """Whether so many of one gateway's accounts fell that it may be part of something larger than chance."""
    return part.fallen > 0 and part.fallen >= policy.share * part.before


def _groups(parts: Sequence[Part]) -> Iterator[Group]:
    """What all gateways share is nothing narrower than everything, what only one has is that gateway itself."""
    yield from _gateways(parts)
    yield from (group for group in _shared(parts) if 1 < len(group.parts) < len(parts))
    yield Group(Level.NETWORK, "", tuple(parts))


def _gateways(parts: Iterable[Part]) -> Iterator[Group]:
    return (Group(Level.GATEWAY, part.gateway, (part,)) for part in parts)


def _shared(parts: Sequence[Part]) -> Iterator[Group]:
    for engine in sorted({part.engine for part in parts} - {""}):
        yield Group(Level.ENGINE, engine, tuple(part for part in parts if part.engine == engine))
    for label in sorted({label for part in parts for label in part.labels}):
        yield Group(Level.LABEL, label, tuple(part for part in parts if label in part.labels))


def _is_hit(group: Group, policy: BlastPolicy) -> bool:
    """A gateway by its share alone; what several share where two of them are hit; everything, by over half."""
    if group.fallen < policy.least or group.fallen < policy.share * group.before:
        return False
    if group.level is Level.NETWORK and 2 * group.fallen <= group.before:
        return False
    return group.level is Level.GATEWAY or sum(touches(part, policy) for part in group.parts) > 1


def _told_otherwise(group: Group) -> Judgement | None:
    silent = group.level is Level.GATEWAY and group.parts[0].silent
    return Judgement(Reason.SILENT) if silent else None
