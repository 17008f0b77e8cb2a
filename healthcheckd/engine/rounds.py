"""One round of one gateway: look at it, store what was seen, note how it answered."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from healthcheckd.domain.observations import Observation, silent
from healthcheckd.engine.looking import Look, Looker
from healthcheckd.errors import GatewayError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.metering import Meter, Unmetered
from healthcheckd.ports.store import GatewayOutcome, GatewayStanding, SweepStore
from healthcheckd.settings import SweepSettings

CHUNK = SweepSettings().chunk

BUCKETS_MS = (5, 10, 25, 50, 100, 250, 500, 1000, 2500, 5000, 10000, 30000)
"""Upper bounds of the latency histogram; what is slower counts in the last."""

VERSION_EVERY = timedelta(days=1)


@dataclass(slots=True)
class RoundResult:
    """`answered` is False when the gateway gave no usable answer; its accounts were then not touched."""

    gateway: str
    answered: bool
    seen: int = 0
    notices: int = 0
    why: str = ""


class Rounds:
    """Rounds of any gateway of ours; at most one round of a gateway runs at a time."""

    def __init__(
        self,
        lookers: dict[str, Looker],
        store: SweepStore,
        clock: Clock,
        publish: Publish,
        meter: Meter | None = None,
        chunk: int = CHUNK,
    ) -> None:
        self.lookers = lookers
        self._store = store
        self._clock = clock
        self._publish = publish
        self._meter = meter or Unmetered()
        self._chunk = chunk
        self._locks: dict[str, asyncio.Lock] = {}
        self._versions_at: dict[str, datetime] = {}

    async def read(self, gateway: str, turn: int = 0) -> RoundResult:
        """A full round: the list, close looks, everything stored."""
        async with self._locks.setdefault(gateway, asyncio.Lock()):
            look = await self.lookers[gateway].all(await self._store.known(gateway), turn)
            await self._note(look)
            if look.error is not None:
                return RoundResult(gateway, answered=False, why=look.error.what)
            notices = await self.apply(gateway, look.seen)
            await self._store.first_look(gateway, self._clock.now())
            await self._keep_latencies(look)
            return RoundResult(gateway, answered=True, seen=len(look.seen), notices=notices)

    async def look_again(self, gateway: str, sessions: Sequence[str]) -> int:
        """A few accounts on their own; returns for how many a notice became owed."""
        return await self.apply(gateway, await self.lookers[gateway].some(sessions))

    async def apply(self, gateway: str, seen: Sequence[Observation]) -> int:
        notices = 0
        for start in range(0, len(seen), self._chunk):
            applied = await self._store.apply(gateway, seen[start : start + self._chunk], self._clock.now())
            self._publish(applied.events)
            notices += applied.notices
        return notices

    async def silence(self, gateway: str, why: str, *, elsewhere: bool) -> int:
        """Every account behind a gateway that does not answer goes stale, and after long Unreachable."""
        now = self._clock.now()
        sessions = [one.session for one in await self._store.known(gateway) if one.active]
        quiet = [silent(session, now, why, whole_gateway=True, elsewhere=elsewhere) for session in sessions]
        return await self.apply(gateway, quiet)

    async def standing(self, gateway: str) -> GatewayStanding:
        return await self._store.standing(gateway)

    async def _note(self, look: Look) -> None:
        error = look.error
        outcome = GatewayOutcome(
            gateway=look.gateway,
            at=self._clock.now(),
            error=error.what if error else "",
            fault=error.fault if error else "",
            latency=look.latencies[0] if look.latencies else None,
            version="" if error else await self._version(look.gateway),
            hint=error.hint if error else "",
        )
        self._publish((await self._store.gateway_outcome(outcome)).events)

    async def _version(self, gateway: str) -> str:
        """Asked for once a day; empty in between, and where the gateway does not say."""
        now = self._clock.now()
        if (asked := self._versions_at.get(gateway)) is not None and timedelta(0) <= now - asked < VERSION_EVERY:
            return ""
        self._versions_at[gateway] = now
        try:
            return (await self.lookers[gateway].gateway.check()).version
        except GatewayError:
            return ""

    async def _keep_latencies(self, look: Look) -> None:
        self._meter.answered(look.gateway, look.latencies)
        buckets = Counter(_bucket(seconds) for seconds in look.latencies)
        await self._store.record_latencies(look.gateway, _hour(look.at), buckets)


def _bucket(seconds: float) -> int:
    return next((bound for bound in BUCKETS_MS if seconds * 1000 <= bound), BUCKETS_MS[-1])


def _hour(at: datetime) -> datetime:
    return at - timedelta(minutes=at.minute, seconds=at.second, microseconds=at.microsecond)
