"""What cannot wait for the next sweep: second looks, owed reconnections, silent gateways, proofs."""

import asyncio
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta

from healthcheckd.engine.pausing import pause
from healthcheckd.engine.reconnector import Reconnector, Tally
from healthcheckd.engine.rounds import RoundResult, Rounds
from healthcheckd.engine.together import Together
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.store import AttemptStore, SweepStore

MANY = 50
"""So many accounts of one gateway are read by its list instead of one by one."""

ASK_SILENT_EVERY = timedelta(seconds=60)
LONGEST_PAUSE = 5.0
SHORTEST_PAUSE = 0.5


class Aftercare:
    """Does what is due; a sweep turns it until things have settled, the daemon turns it in between."""

    def __init__(
        self,
        rounds: Rounds,
        reconnector: Reconnector,
        sweeps: SweepStore,
        attempts: AttemptStore,
        clock: Clock,
        together: Together,
    ) -> None:
        self._rounds = rounds
        self._reconnector = reconnector
        self._sweeps = sweeps
        self._attempts = attempts
        self._clock = clock
        self._together = together
        self._stop = asyncio.Event()
        self._turning = asyncio.Lock()
        self._tally = Tally()
        self._asked_at: dict[str, float] = {}

    @contextmanager
    def counting(self) -> Iterator[Tally]:
        """What is done meanwhile, whoever turns it, is counted for the sweep that asks."""
        self._tally = Tally()
        try:
            yield self._tally
        finally:
            self._tally = Tally()

    async def turn(self) -> None:
        """Everything that is due now."""
        async with self._turning:
            await self._look_again()
            await self._together.tend()
            await self._reconnector.start_due(self._tally)

    async def settle(self, wait: timedelta) -> None:
        """Turn until nothing more is due within `wait`, or it is over; no longer than the loop runs."""
        end = self._clock.monotonic() + wait.total_seconds()
        await self.turn()
        while not self._stop.is_set() and (seconds := await self._rest(end)) is not None:
            await pause(self._clock, seconds, self._stop)
            await self.turn()

    async def run(self, stop: asyncio.Event) -> None:
        """Between the sweeps, until told to stop."""
        self._stop = stop
        while not stop.is_set():
            await self.turn()
            await self.ask_silent()
            due = await self._next_due()
            wait = (due - self._clock.now()).total_seconds() if due else LONGEST_PAUSE
            await pause(self._clock, min(max(wait, SHORTEST_PAUSE), LONGEST_PAUSE), stop)

    async def ask_silent(self) -> None:
        """A silent gateway is asked again each minute; its first answer is a fresh round of it."""
        silent = await self._sweeps.silent_gateways()
        self._asked_at = {name: at for name, at in self._asked_at.items() if name in silent}
        ours = [(name, since) for name, since in silent.items() if name in self._rounds.lookers]
        await asyncio.gather(*(self._ask_again(*one) for one in ours if self._is_turn_of(one[0])))

    async def heard(self, results: Sequence[RoundResult]) -> None:
        """What a sweep's rounds came to. Only after all were asked is it known whether the silent are alone in it."""
        for result in results:
            self._tally.tell(result.notices)
            if result.answered:
                self._together.answered(result.gateway)
        for result in results:
            if not result.answered:
                await self._unheard(result)

    def _is_turn_of(self, gateway: str) -> bool:
        """A minute after we found it silent, or asked it; by monotonic time, which nobody sets back."""
        now = self._clock.monotonic()
        if now - self._asked_at.setdefault(gateway, now) < ASK_SILENT_EVERY.total_seconds():
            return False
        self._asked_at[gateway] = now
        return True

    async def _ask_again(self, gateway: str, silent_since: datetime) -> None:
        result = await self._rounds.read(gateway)
        if result.answered or self._clock.now() - silent_since >= self._together.unreachable_after:
            await self.heard([result])

    async def _unheard(self, result: RoundResult) -> None:
        since = (await self._rounds.standing(result.gateway)).silent_since
        elsewhere = since is not None and await self._together.elsewhere(result.gateway, since)
        self._tally.tell(await self._rounds.silence(result.gateway, result.why, elsewhere=elsewhere))

    async def _look_again(self) -> None:
        due = defaultdict(list)
        for account in await self._sweeps.rechecks(self._clock.now(), limit=10_000):
            due[account.gateway].append(account.session)
        ours = ((gateway, sessions) for gateway, sessions in due.items() if gateway in self._rounds.lookers)
        for notices in await asyncio.gather(*(self._look_at(*one) for one in ours)):
            self._tally.tell(notices)

    async def _look_at(self, gateway: str, sessions: Sequence[str]) -> int:
        if len(sessions) > MANY:
            return (await self._rounds.read(gateway)).notices
        return await self._rounds.look_again(gateway, sessions)

    async def _rest(self, end: float) -> float | None:
        """Seconds to the next thing due before `end`, which is monotonic: set back, the clock must not make a sweep
        last for a day. None when there is none."""
        left = end - self._clock.monotonic()
        due = await self._next_due()
        rests = [(due - self._clock.now()).total_seconds()] if due else []
        rest = min([*rests, 1.0] if self._reconnector.under_way else rests, default=None)
        return None if left <= 0 or rest is None or rest > left else max(rest, SHORTEST_PAUSE)

    async def _next_due(self) -> datetime | None:
        dues = (await self._sweeps.next_recheck(), await self._attempts.next_attempt_at())
        return min((due for due in dues if due is not None), default=None)
