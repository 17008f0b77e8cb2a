"""What cannot wait for the next sweep: second looks, owed reconnections, silent gateways, proofs."""

import asyncio
from collections import defaultdict
from datetime import datetime, timedelta

from healthcheckd.engine.reconnector import Reconnector, Tally
from healthcheckd.engine.rounds import Rounds
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
        unreachable_after: timedelta,
    ) -> None:
        self._rounds = rounds
        self._reconnector = reconnector
        self._sweeps = sweeps
        self._attempts = attempts
        self._clock = clock
        self._unreachable_after = unreachable_after
        self._turning = asyncio.Lock()
        self._asked: dict[str, datetime] = {}
        self.answered_at: dict[str, datetime] = {}

    async def turn(self, tally: Tally | None = None) -> int:
        """Everything that is due now; returns for how many accounts a notice became owed."""
        async with self._turning:
            notices = await self._look_again()
            await self._reconnector.start_due(tally or Tally())
            return notices

    async def settle(self, until: datetime, tally: Tally) -> int:
        """Turn until nothing more is due before `until`, or it has come."""
        notices = await self.turn(tally)
        while (pause := await self._pause(until)) is not None:
            await self._clock.sleep(pause)
            notices += await self.turn(tally)
        return notices

    async def run(self, stop: asyncio.Event) -> None:
        """Between the sweeps, until told to stop."""
        while not stop.is_set():
            await self.turn()
            await self.ask_silent()
            due = await self._next_due()
            wait = (due - self._clock.now()).total_seconds() if due else LONGEST_PAUSE
            await self._clock.sleep(min(max(wait, SHORTEST_PAUSE), LONGEST_PAUSE))

    async def ask_silent(self) -> None:
        """A silent gateway is asked again each minute; its first answer is a fresh round of it."""
        now = self._clock.now()
        for gateway in self._rounds.lookers:
            standing = await self._rounds.standing(gateway)
            if standing.silent_since is None:
                self._asked.pop(gateway, None)
                continue
            if now - self._asked.setdefault(gateway, now) < ASK_SILENT_EVERY:
                continue
            self._asked[gateway] = now
            result = await self._rounds.read(gateway)
            if result.answered:
                self.answered_at[gateway] = now
            elif now - standing.silent_since >= self._unreachable_after:
                await self._rounds.silence(
                    gateway, result.why, elsewhere=self.elsewhere(gateway, standing.silent_since)
                )

    def elsewhere(self, gateway: str, since: datetime) -> bool:
        """Whether another gateway answered since then, so that our own network cannot be to blame."""
        return any(at >= since for name, at in self.answered_at.items() if name != gateway)

    async def _look_again(self) -> int:
        due = defaultdict(list)
        for account in await self._sweeps.rechecks(self._clock.now(), limit=10_000):
            due[account.gateway].append(account.session)
        notices = 0
        for gateway, sessions in due.items():
            if gateway not in self._rounds.lookers:
                continue
            if len(sessions) > MANY:
                notices += (await self._rounds.read(gateway)).notices
            else:
                notices += await self._rounds.look_again(gateway, sessions)
        return notices

    async def _pause(self, until: datetime) -> float | None:
        """Seconds to the next thing due before `until`; None when there is none."""
        now = self._clock.now()
        if now >= until:
            return None
        due = await self._next_due()
        if self._reconnector.under_way:
            due = min(due, now + timedelta(seconds=1)) if due else now + timedelta(seconds=1)
        if due is None or due > until:
            return None
        return max((due - now).total_seconds(), SHORTEST_PAUSE)

    async def _next_due(self) -> datetime | None:
        dues = (await self._sweeps.next_recheck(), await self._attempts.next_attempt_at())
        return min((due for due in dues if due is not None), default=None)
