"""What befalls sessions in a month, by a fixed seed: as often, as long and as mendable as people report it."""

import heapq
import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from healthcheckd.domain.observations import Cause, Connection, Observation, Proof

MINUTE = 60.0
HOUR = 3600.0
DAY = 86400.0

HOUSEKEEPING = 28 * 60
"""So often a NOWEB session starts its socket anew, in seconds …"""

BLIP = 5
"""… and for so long it says STARTING."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """From `start` to `end`, in seconds; `mends` is how likely a restart ends it."""

    session: str
    start: float
    end: float
    state: Connection
    cause: Cause | None = None
    proof: Proof | None = None
    mends: float = 0.0


@dataclass(frozen=True, slots=True)
class Kind:
    """How often in a month it befalls a session, and for how long: seconds, from the shortest to the longest."""

    often: float
    lasts: tuple[float, float]
    state: Connection
    cause: Cause | None = None
    proof: Proof | None = None
    mends: float = 0.0


KINDS = {
    "drop": Kind(4.0, (20, 4 * MINUTE), Connection.CONNECTING),
    "needs a restart": Kind(0.15, (6 * HOUR, 48 * HOUR), Connection.FAILED, mends=0.8),
    "stubborn": Kind(0.01, (HOUR, 10 * HOUR), Connection.FAILED),
    "logged out": Kind(0.02, (HOUR, 48 * HOUR), Connection.LOGGED_OUT, Cause.LOGGED_OUT),
    "zombie": Kind(0.02, (6 * HOUR, 48 * HOUR), Connection.CONNECTED, proof=Proof.REFUTED, mends=0.9),
    "banned for a day": Kind(0.002, (DAY, DAY), Connection.DISCONNECTED, Cause.TEMPORARY_BAN),
    "banned": Kind(0.002, (3 * DAY, 9 * DAY), Connection.DISCONNECTED, Cause.BANNED),
    "replaced": Kind(0.003, (HOUR, 12 * HOUR), Connection.DISCONNECTED, Cause.REPLACED),
}

FLAPPING = 0.005
"""Sessions that flap in a month: for three hours, five minutes down in every twenty."""


@dataclass(frozen=True, slots=True)
class Fleet:
    """`noweb` of the gateways do their housekeeping; `outages` and `restarts` befall a gateway in a month, `logouts`
    is how many times most of one gateway's sessions are logged out."""

    gateways: int
    sessions: int
    noweb: int = 1
    outages: float = 0.0
    restarts: float = 2.0
    logouts: int = 0
    often: float = 1.0


@dataclass(slots=True)
class Truth:
    """How things really are."""

    fleet: Fleet
    days: int
    seed: int
    away: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    sessions: dict[str, list[str]] = field(default_factory=dict)
    now: dict[str, Trouble] = field(default_factory=dict)
    _coming: list[tuple[float, int, Trouble]] = field(default_factory=list)
    _blips: dict[tuple[str, int], list[str]] = field(default_factory=lambda: defaultdict(list))
    _chance: random.Random = field(default_factory=random.Random)

    def __post_init__(self) -> None:
        self._chance.seed(self.seed)
        share = self.fleet.sessions // self.fleet.gateways
        for number in range(self.fleet.gateways):
            name = f"gw-{number:02}"
            self.sessions[name] = [f"{name}-s{one:03}" for one in range(share)]
            self.away[name] = sorted(self._absences())
        for number in range(self.fleet.noweb):
            for session in self.sessions[f"gw-{number:02}"]:
                self._blips[f"gw-{number:02}", self._chance.randrange(HOUSEKEEPING)].append(session)
        troubles = [*self._single(), *self._mass()]
        self._coming = [(trouble.start, number, trouble) for number, trouble in enumerate(troubles)]
        heapq.heapify(self._coming)

    def at(self, seconds: float) -> None:
        """Let time pass: some troubles begin, some are over."""
        while self._coming and self._coming[0][0] <= seconds:
            trouble = heapq.heappop(self._coming)[2]
            self.now.setdefault(trouble.session, trouble)
        for session in [one for one, trouble in self.now.items() if trouble.end <= seconds]:
            del self.now[session]

    def is_away(self, gateway: str, seconds: float) -> bool:
        return any(start <= seconds < end for start, end in self.away[gateway])

    def blipping(self, gateway: str, seconds: float) -> list[str]:
        moment = int(seconds) % HOUSEKEEPING
        return [one for back in range(BLIP) for one in self._blips.get((gateway, (moment - back) % HOUSEKEEPING), ())]

    def restart(self, session: str, seconds: float) -> None:
        trouble = self.now.get(session)
        if trouble is not None and self._chance.random() < trouble.mends:
            self.now[session] = replace(trouble, end=seconds)
            self.at(seconds)

    def read(self, session: str, at: datetime, blips: bool = False) -> Observation:
        trouble = self.now.get(session)
        state = trouble.state if trouble else Connection.CONNECTING if blips else Connection.CONNECTED
        return Observation(
            session,
            at,
            state,
            native=state.value,
            cause=trouble.cause if trouble else None,
            proof=trouble.proof if trouble else None,
            provisional=state is Connection.FAILED,
            linked=True,
        )

    def _absences(self) -> Iterator[tuple[float, float]]:
        for often, lasts in ((self.fleet.outages, HOUR), (self.fleet.restarts, 90.0)):
            for _ in range(self._times(often)):
                start = self._chance.uniform(HOUR, self.days * DAY - 2 * HOUR)
                yield start, start + lasts

    def _single(self) -> Iterator[Trouble]:
        for session in [one for sessions in self.sessions.values() for one in sessions]:
            for kind in KINDS.values():
                for _ in range(self._times(kind.often * self.fleet.often)):
                    yield self._trouble(session, kind)
            for _ in range(self._times(FLAPPING * self.fleet.often)):
                yield from self._flapping(session)

    def _trouble(self, session: str, kind: Kind) -> Trouble:
        start = self._chance.uniform(HOUR, self.days * DAY)
        end = start + self._chance.uniform(*kind.lasts)
        return Trouble(session, start, end, kind.state, kind.cause, kind.proof, kind.mends)

    def _flapping(self, session: str) -> Iterator[Trouble]:
        start = self._chance.uniform(HOUR, self.days * DAY)
        for turn in range(9):
            fell = start + turn * 20 * MINUTE
            yield Trouble(session, fell, fell + 5 * MINUTE, Connection.FAILED)

    def _mass(self) -> Iterator[Trouble]:
        """Their owners link them again one by one."""
        for _ in range(self.fleet.logouts):
            at = self._chance.uniform(DAY, self.days * DAY - 2 * DAY)
            for session in self._most(list(self.sessions.values())):
                end = at + self._chance.uniform(HOUR, DAY)
                yield Trouble(session, at, end, Connection.LOGGED_OUT, Cause.LOGGED_OUT)

    def _most(self, gateways: Sequence[list[str]]) -> list[str]:
        sessions = self._chance.choice(gateways)
        return self._chance.sample(sessions, len(sessions) * 6 // 10)

    def _times(self, often: float) -> int:
        """In all the days, `often` being that of thirty."""
        wanted = often * self.days / 30
        return int(wanted) + (self._chance.random() < wanted % 1)


def seconds_of(since: datetime, at: datetime) -> float:
    return (at - since) / timedelta(seconds=1)
