"""Bringing back many that fell together: one canary, then a few, then the rest; and none while the canary falls."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from healthcheckd.domain.observations import Connection
from healthcheckd.domain.policy import BlastPolicy


class Stage(StrEnum):
    CANARY = "canary"
    FEW = "few"
    REST = "rest"
    PAUSED = "paused"
    OVER = "over"


class Fate(StrEnum):
    """What became of an account that was chosen. An idle one has nothing owed any more: another has to stand in."""

    PENDING = "pending"
    BACK = "back"
    FAILED = "failed"
    IDLE = "idle"


class Why(StrEnum):
    """The reason of a turn, for people."""

    CHOOSING = "one has to go first"
    WAITING = "waiting for what was begun"
    CANARY_HOLDS = "the canary is back"
    CANARY_FELL = "the canary did not come back, or fell again"
    FEW_HOLD = "a few are back"
    FEW_FELL = "half of the few did not come back, or fell again"
    PAUSING = "nothing is attempted for a while"
    PAUSE_OVER = "the pause is over"
    GOING_ON = "the rest, at the usual pace"
    OVER = "it is over"


@dataclass(frozen=True, slots=True)
class Trial:
    """How far a blast is: its stage since when, and how often it was stopped."""

    stage: Stage
    since: datetime
    stops: int = 0


@dataclass(frozen=True, slots=True)
class Turn:
    """The trial from now on, and how many to choose for its stage. `afresh` lets go of all that were chosen."""

    trial: Trial
    why: Why
    choose: int = 0
    afresh: bool = False


def fate(connection: Connection, result: str, *, down: bool, owed: bool) -> Fate:
    """Of one that was chosen: `result` is that of its last attempt since then, empty where none was made or it is under
    way; `owed` says that one is still to come or under way."""
    if not down:
        return Fate.BACK
    if result == "connected":
        return Fate.PENDING if connection is Connection.CONNECTED else Fate.FAILED
    if result and result not in _NOT_MADE:
        return Fate.FAILED
    return Fate.PENDING if owed or connection is Connection.CONNECTED else Fate.IDLE


_NOT_MADE = frozenset({"dropped", "interrupted"})
"""Results that tell nothing of the account."""


def turn(trial: Trial, canary: Fate | None, few: Sequence[Fate], policy: BlastPolicy, now: datetime) -> Turn:
    """What comes next, by the fates of those chosen (none of them idle); None is no canary yet."""
    if trial.stage is Stage.OVER:
        return Turn(trial, Why.OVER)
    if trial.stage is Stage.PAUSED:
        return _after_pause(trial, policy, now)
    if canary is None and trial.stage is Stage.CANARY:
        return Turn(trial, Why.CHOOSING, choose=1)
    if canary is Fate.FAILED or (trial.stage is not Stage.CANARY and canary is not Fate.BACK):
        return _stop(trial, Why.CANARY_FELL, now)
    if few and 2 * sum(_fell(one, trial) for one in few) >= len(few):
        return _stop(trial, Why.FEW_FELL, now)
    return _onward(trial, canary, few, policy, now)


def pause_of(stops: int, policy: BlastPolicy) -> timedelta:
    """Twice as long after each stop, up to the longest."""
    doublings = min(max(stops - 1, 0), 16)
    return min(policy.pause * (1 << doublings), policy.longest)


def _onward(trial: Trial, canary: Fate | None, few: Sequence[Fate], policy: BlastPolicy, now: datetime) -> Turn:
    if trial.stage is Stage.CANARY:
        if canary is Fate.PENDING:
            return Turn(trial, Why.WAITING)
        return Turn(Trial(Stage.FEW, now, trial.stops), Why.CANARY_HOLDS, choose=policy.few)
    if trial.stage is Stage.REST:
        return Turn(trial, Why.GOING_ON)
    if few and Fate.PENDING not in few:
        return Turn(Trial(Stage.REST, now, trial.stops), Why.FEW_HOLD)
    return Turn(trial, Why.WAITING, choose=max(policy.few - len(few), 0))


def _fell(one: Fate, trial: Trial) -> bool:
    """Among the rest those few are back, or have failed; who is down again has failed too."""
    return one is Fate.FAILED or (trial.stage is Stage.REST and one is not Fate.BACK)


def _stop(trial: Trial, why: Why, now: datetime) -> Turn:
    return Turn(Trial(Stage.PAUSED, now, trial.stops + 1), why, afresh=True)


def _after_pause(trial: Trial, policy: BlastPolicy, now: datetime) -> Turn:
    if now < trial.since + pause_of(trial.stops, policy):
        return Turn(trial, Why.PAUSING)
    return Turn(Trial(Stage.CANARY, now, trial.stops), Why.PAUSE_OVER, choose=1, afresh=True)
