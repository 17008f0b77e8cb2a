"""What a script is: steps in simulated time, told as data."""

import math
from dataclasses import dataclass, replace
from enum import StrEnum

from healthcheckd.errors import UnknownName, UsageError

FOREVER = math.inf


class State(StrEnum):
    """What a gateway claims of a session, in no gateway's own words."""

    WORKING = "working"
    STARTING = "starting"
    PAIRING = "pairing"
    FAILED = "failed"
    STOPPED = "stopped"


class Live(StrEnum):
    """What the client behind the claim would say if asked directly."""

    AS_CLAIMED = "as claimed"
    SILENT = "silent"
    UNPAIRED = "unpaired"
    CONFLICT = "conflict"
    TIMEOUT = "timeout"
    BANNED = "banned"


class Answer(StrEnum):
    """How a single reading of the session is answered; the list and the verbs are not affected."""

    NORMAL = "normal"
    ERROR = "error"
    GARBAGE = "garbage"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Restriction:
    """A number that is connected and may not write to strangers: a time lock, or a quota of new chats."""

    lasts: float
    quota: tuple[int, int] | None = None
    """(used, total) new chats of a quota; None means a reach-out time lock."""


@dataclass(frozen=True, slots=True)
class Step:
    """One stretch of an account's life. Times are simulated seconds, except `latency`."""

    state: State
    lasts: float = FOREVER
    label: str = ""
    then: str = ""
    """Label of the step after this one; empty: the next in the script."""
    restart: str = ""
    """Label a restart leads to; empty: back to this step, whose time runs on meanwhile."""
    jitter: float = 0.0
    """Fraction by which `lasts` varies, both ways."""
    live: Live = Live.AS_CLAIMED
    linked: bool = True
    phone: str = ""
    """Another number than the account's own."""
    listed: bool = True
    answer: Answer = Answer.NORMAL
    latency: float = 0.0
    """Real seconds before a single reading is answered."""
    restriction: Restriction | None = None


def _qr_codes() -> tuple[Step, ...]:
    """WAHA shows six codes, the first for 60 s and five for 20 s, and gives up."""
    renewed = Step(State.PAIRING, 20, linked=False)
    given_up = Step(State.FAILED, label="unscanned", linked=False, restart="qr")
    return (Step(State.PAIRING, 60, label="qr", linked=False), *[renewed] * 5, given_up)


COMMON = (Step(State.WORKING, label="up"), *_qr_codes())
"""Steps every script may lead to: `up`, `qr`, `unscanned`."""


@dataclass(frozen=True, slots=True)
class Script:
    """A named life. An account whose last step ends is simply up from then on."""

    name: str
    steps: tuple[Step, ...]
    starting: float = 4.0
    """Simulated seconds in STARTING after a start or a restart."""

    def __post_init__(self) -> None:
        """Raise `UnknownName` for a label that leads nowhere, `UsageError` for a step without a length."""
        for step in self.track:
            if step.lasts <= 0 or not 0 <= step.jitter < 1:
                raise UsageError(f"a step of script {self.name} has no length", hint="lasts > 0, 0 <= jitter < 1")
            for label in filter(None, (step.then, step.restart)):
                self.index(label)

    @property
    def track(self) -> tuple[Step, ...]:
        """The script's own steps, then the common ones."""
        return self.steps + COMMON

    def index(self, label: str) -> int:
        """Where on the track a label stands; raises `UnknownName`."""
        for number, step in enumerate(self.track):
            if step.label == label:
                return number
        labels = sorted({step.label for step in self.track} - {""})
        raise UnknownName(f"script {self.name} has no step labelled {label}", candidates=labels)

    def after(self, seconds: float) -> "Script":
        """The same life with a first step of this length."""
        return replace(self, steps=(replace(self.steps[0], lasts=seconds), *self.steps[1:]))
