"""Hints that an account may be in another state: each leads to a fresh reading at once, and to no more than that."""

import asyncio
from collections import defaultdict, deque
from collections.abc import Iterable, Sequence

from healthcheckd.engine.aftercare import MANY
from healthcheckd.engine.pausing import pause
from healthcheckd.engine.rounds import Rounds
from healthcheckd.ports.clock import Clock

GATHER = 0.2
"""Seconds. Gateways say several things about one change, and a client's fall seldom comes alone."""

QUICK = 6
"""Readings of one account within `WINDOW` seconds that hints may cause; a flapping one gives no end of them. The list
of a gateway counts as one more account."""

WINDOW = 60.0
FOR_EVER = 3_600.0
ALL = ""
"""The gateway's whole list; no session is called so."""


class Hints:
    """Which accounts are to be read soon, at most `MANY` of a gateway: of more, its list is read instead."""

    def __init__(self, rounds: Rounds, clock: Clock) -> None:
        self._rounds = rounds
        self._clock = clock
        self._waiting: dict[str, set[str]] = {name: set() for name in rounds.lookers}
        self._read: dict[str, dict[str, deque[float]]] = defaultdict(dict)
        self._wakes = {name: asyncio.Event() for name in rounds.lookers}

    def heed(self, gateway: str, sessions: Iterable[str]) -> None:
        """Read these soon. What is waiting already is not read twice, and nothing of a gateway that is gone."""
        waiting = self._waiting.get(gateway)
        if waiting is None:
            return
        waiting.update(sessions)
        if ALL in waiting or len(waiting) > MANY:
            waiting.clear()
            waiting.add(ALL)
        self._wakes[gateway].set()

    def waiting(self, gateway: str) -> frozenset[str]:
        """What is to be read of it."""
        return frozenset(self._waiting[gateway])

    async def run(self, stop: asyncio.Event) -> None:
        """Until told to stop; what is waiting then is read first."""
        async with asyncio.TaskGroup() as gateways:
            for name in self._waiting:
                gateways.create_task(self._follow(name, stop), name=f"hints of {name}")

    async def _follow(self, gateway: str, stop: asyncio.Event) -> None:
        wake = self._wakes[gateway]
        while not stop.is_set():
            await pause(self._clock, self._rest(gateway), wake, stop)
            await pause(self._clock, GATHER, stop)
            wake.clear()
            await self._look(gateway, self._due(gateway))
        await self._look(gateway, list(self._waiting[gateway]))

    async def _look(self, gateway: str, sessions: Sequence[str]) -> None:
        """A hint that comes while this reads is a new one."""
        self._waiting[gateway].difference_update(sessions)
        now = self._clock.monotonic()
        for session in sessions:
            self._read[gateway].setdefault(session, deque(maxlen=QUICK)).append(now)
        if ALL in sessions:
            await self._rounds.read(gateway)
        elif sessions:
            await self._rounds.look_again(gateway, sessions)

    def _due(self, gateway: str) -> list[str]:
        now = self._clock.monotonic()
        read = self._read[gateway]
        for session in [one for one, times in read.items() if now - times[-1] >= WINDOW]:
            del read[session]
        return [session for session in self._waiting[gateway] if self._ready_in(gateway, session) <= 0]

    def _rest(self, gateway: str) -> float:
        """Seconds until something that is waiting may be read."""
        return min((self._ready_in(gateway, session) for session in self._waiting[gateway]), default=FOR_EVER)

    def _ready_in(self, gateway: str, session: str) -> float:
        times = self._read[gateway].get(session)
        if times is None or len(times) < QUICK:
            return 0.0
        return times[0] + WINDOW - self._clock.monotonic()
