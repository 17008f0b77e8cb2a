"""Making the reconnections that are owed: read before, act once, read after."""

import asyncio
import logging
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Connection, Observation
from healthcheckd.engine.rounds import Rounds
from healthcheckd.errors import GatewayError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.gateway import Gateway
from healthcheckd.ports.store import AttemptStore, OwedAttempt
from healthcheckd.settings import Settings

logger = logging.getLogger(__name__)

LOOKS = 6
"""How often to look after an attempt, each pause twice the one before; a gateway's own "success" proves nothing."""

SETTLED = frozenset({Connection.NEEDS_PAIRING, Connection.LOGGED_OUT})
"""What no further looking changes; Connected besides."""

ENDED = frozenset({Connection.FAILED, Connection.DISCONNECTED})


@dataclass(slots=True)
class Tally:
    """What was tried, and what was read back Connected."""

    attempted: set[AccountId] = field(default_factory=set)
    reconnected: set[AccountId] = field(default_factory=set)


class Reconnector:
    """Works off due attempts within the limits per gateway and per minute."""

    def __init__(
        self,
        gateways: Mapping[str, Gateway],
        rounds: Rounds,
        store: AttemptStore,
        clock: Clock,
        settings: Settings,
        publish: Publish,
    ) -> None:
        self._gateways = gateways
        self._rounds = rounds
        self._store = store
        self._clock = clock
        self._settings = settings.reconnect
        self._watch = settings.sweep.wait.total_seconds()
        self._publish = publish
        self._busy: Counter[str] = Counter()
        self._under_way: dict[int, asyncio.Task[None]] = {}

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    async def start_due(self, tally: Tally) -> int:
        """Start what is due and within the limits, each as a task of its own; returns how many."""
        started = 0
        for attempt in await self._affordable():
            self._busy[attempt.account.gateway] += 1
            task = asyncio.create_task(self._attempt(attempt, tally), name=f"attempt {attempt.account}")
            self._under_way[attempt.id] = task
            task.add_done_callback(lambda done, attempt=attempt: self._finished(attempt, done))  # type: ignore[misc]
            started += 1
        return started

    async def finish(self, grace: float | None) -> None:
        """Wait for the attempts under way; what is not done in time is cut off, and closed as interrupted later."""
        if self._under_way:
            _, late = await asyncio.wait(self._under_way.values(), timeout=grace)
            for task in late:
                task.cancel()

    async def _affordable(self) -> list[OwedAttempt]:
        now = self._clock.now()
        pace = await self._store.pace(now)
        room = self._settings.per_minute_total - pace.total
        spent = Counter(pace.by_gateway)
        chosen: list[OwedAttempt] = []
        busy = Counter(self._busy)
        for attempt in await self._store.due_attempts(now, limit=10 * self._settings.per_minute_total):
            gateway = attempt.account.gateway
            if len(chosen) >= room:
                break
            full = busy[gateway] >= self._settings.per_gateway or spent[gateway] >= self._settings.per_minute
            if full or attempt.id in self._under_way or gateway not in self._gateways:
                continue
            busy[gateway] += 1
            spent[gateway] += 1
            chosen.append(attempt)
        return chosen

    async def _attempt(self, attempt: OwedAttempt, tally: Tally) -> None:
        account = attempt.account
        await self._rounds.look_again(account.gateway, [account.session])
        begun, events = await self._store.begin_attempt(attempt, self._clock.now())
        self._publish(events)
        if not begun:
            return
        tally.attempted.add(account)
        try:
            await self._gateways[account.gateway].reconnect(account.session)
            result, detail = await self._look_after(account)
        except GatewayError as error:
            result, detail = "refused", error.what
        self._publish(await self._store.end_attempt(attempt, self._clock.now(), result, detail))
        if result == "connected":
            tally.reconnected.add(account)

    async def _look_after(self, account: AccountId) -> tuple[str, str]:
        """Look, at ever longer distances, until the session has settled one way or the other."""
        before: Observation | None = None
        for look in range(LOOKS):
            await self._clock.sleep(self._watch * 2**look / (2**LOOKS - 1))
            seen = await self._rounds.lookers[account.gateway].one(account.session)
            await self._rounds.apply(account.gateway, [seen])
            if seen.connection is Connection.CONNECTED:
                return "connected", ""
            if seen.connection in SETTLED or _given_up(before, seen):
                break
            before = seen
        return "still_down", seen.native or seen.silence

    def _finished(self, attempt: OwedAttempt, done: asyncio.Task[None]) -> None:
        self._under_way.pop(attempt.id, None)
        self._busy[attempt.account.gateway] -= 1
        if not done.cancelled() and (error := done.exception()) is not None:
            logger.error(
                "Reconnection of account %s broke off: %s",
                attempt.account,
                error,
                exc_info=error,
                extra={"action": "attempt_broken", "account": str(attempt.account)},
            )


def _given_up(before: Observation | None, seen: Observation) -> bool:
    """The same failure at two looks: one right after the attempt may be what was there before it."""
    return before is not None and seen.connection in ENDED and seen.connection is before.connection
