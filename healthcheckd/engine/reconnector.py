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
    """What was tried, what was read back Connected, and for how many accounts a notice became owed."""

    attempted: set[AccountId] = field(default_factory=set)
    reconnected: set[AccountId] = field(default_factory=set)
    notified: int = 0

    def tell(self, notices: int) -> None:
        """A call, so that what is awaited for its argument comes first: `+=` would read the count before it."""
        self.notified += notices


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
        self._under_way: dict[AccountId, asyncio.Task[None]] = {}
        self._unbegun: set[AccountId] = set()
        self._closed = False

    @property
    def under_way(self) -> int:
        return len(self._under_way)

    async def start_due(self, tally: Tally) -> int:
        """Start what is due and within the limits, each as a task of its own; returns how many."""
        chosen = await self._affordable()
        if self._closed:
            return 0
        for attempt in chosen:
            self._start(attempt, tally)
        return len(chosen)

    async def finish(self) -> None:
        """Begin no more, and wait for what is under way."""
        self._closed = True
        while self._under_way:
            await asyncio.wait(self._under_way.values())

    async def cut_off(self) -> None:
        """What is under way ends now; its row stays open, and is closed as interrupted at the next start."""
        self._closed = True
        for task in self._under_way.values():
            task.cancel()
        await self.finish()

    async def _affordable(self) -> list[OwedAttempt]:
        """What is due and within the limits; those under way that are not begun yet count as begun."""
        now = self._clock.now()
        pace = await self._store.pace(now)
        due = await self._store.due_attempts(now, limit=10 * self._settings.per_minute_total)
        busy = Counter(account.gateway for account in self._under_way)
        spent = Counter(pace.by_gateway) + Counter(account.gateway for account in self._unbegun)
        room = self._settings.per_minute_total - pace.total - len(self._unbegun)
        chosen: dict[AccountId, OwedAttempt] = {}
        for attempt in due:
            gateway = attempt.account.gateway
            if len(chosen) >= room:
                break
            full = busy[gateway] >= self._settings.per_gateway or spent[gateway] >= self._settings.per_minute
            if full or attempt.account in (self._under_way | chosen) or gateway not in self._gateways:
                continue
            busy[gateway] += 1
            spent[gateway] += 1
            chosen[attempt.account] = attempt
        return list(chosen.values())

    def _start(self, attempt: OwedAttempt, tally: Tally) -> None:
        task = asyncio.create_task(self._attempt(attempt, tally), name=f"attempt {attempt.account}")
        self._under_way[attempt.account] = task
        self._unbegun.add(attempt.account)
        task.add_done_callback(lambda done: self._finished(attempt.account, done))

    async def _attempt(self, attempt: OwedAttempt, tally: Tally) -> None:
        account = attempt.account
        tally.tell(await self._rounds.look_again(account.gateway, [account.session]))
        begun, events = await self._store.begin_attempt(attempt, self._clock.now())
        self._unbegun.discard(account)
        self._publish(events)
        if not begun:
            return
        tally.attempted.add(account)
        result, detail = await self._act(account, tally)
        self._publish(await self._store.end_attempt(attempt, self._clock.now(), result, detail))
        if result == "connected":
            tally.reconnected.add(account)

    async def _act(self, account: AccountId, tally: Tally) -> tuple[str, str]:
        """The result and its detail, whatever happens: an attempt that never ended would bar all later ones."""
        try:
            await self._gateways[account.gateway].reconnect(account.session)
            return await self._look_after(account, tally)
        except GatewayError as error:
            return "refused", error.what
        except Exception as error:
            words = "Reconnection of account %s failed unexpectedly"
            logger.exception(words, account, extra={"action": "attempt_broken", "account": str(account)})
            return "error", type(error).__name__

    async def _look_after(self, account: AccountId, tally: Tally) -> tuple[str, str]:
        """Look, at ever longer distances, until the session has settled one way or the other."""
        before: Observation | None = None
        for look in range(LOOKS):
            await self._clock.sleep(self._watch * 2**look / (2**LOOKS - 1))
            seen = await self._rounds.lookers[account.gateway].one(account.session)
            tally.tell(await self._rounds.apply(account.gateway, [seen]))
            if seen.connection is Connection.CONNECTED:
                return "connected", ""
            if seen.connection in SETTLED or _given_up(before, seen):
                break
            before = seen
        return "still_down", seen.native or seen.silence

    def _finished(self, account: AccountId, done: asyncio.Task[None]) -> None:
        self._under_way.pop(account, None)
        self._unbegun.discard(account)
        if not done.cancelled() and (error := done.exception()) is not None:
            told = {"action": "attempt_broken", "account": str(account)}
            logger.error("Reconnection of account %s broke off: %s", account, error, exc_info=error, extra=told)


def _given_up(before: Observation | None, seen: Observation) -> bool:
    """The same failure at two looks: one right after the attempt may be what was there before it."""
    return before is not None and seen.connection in ENDED and seen.connection is before.connection
