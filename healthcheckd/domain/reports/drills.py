"""A drill, line by line."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DrillTarget:
    """Whom a drill reaches: `after_seconds` into an outage that reader would hear of it. A webhook has no role."""

    channel: str
    recipient: str
    role: str = ""
    kind: str = ""
    after_seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class DrillLine:
    """One step of the trail: `graded` (what the rules made of it), `sending`, `accepted`, `failed`, `given_up`. `words`
    are the server's, or the rule's."""

    at: datetime
    step: str
    what: str = ""
    channel: str = ""
    recipient: str = ""
    tries: int = 0
    words: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class DrillPlan:
    """What a drill of this account would do; `remarks` say what would keep a real outage from being told."""

    account: str
    kind: str
    targets: tuple[DrillTarget, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrillResult:
    """How many messages were accepted, and how many were not."""

    account: str
    kind: str
    accepted: int = 0
    failed: int = 0
