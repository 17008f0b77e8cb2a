"""What gateways tell by themselves: kept once, and turned into hints."""

import asyncio
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta

from healthcheckd.engine.hints import ALL, Hints
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.hooks import HookOverrun, HookStore, News, Told, Understood

TOO_OLD = timedelta(minutes=5)
REMEMBERED = 10_000
MOST = 5_000
"""News that may wait for one transaction."""


@dataclass(slots=True)
class _Batch:
    """News of several posts that are written together; the same said twice is one."""

    told: dict[Told, None] = field(default_factory=dict)
    written: bool = False


class Hearing:
    """Posts that come while one transaction runs share the next: a flood costs a few of them."""

    def __init__(
        self, store: HookStore, hints: Hints, clock: Clock, publish: Publish, *, evidence: bool = True
    ) -> None:
        """Without `evidence` messages are counted and prove nothing."""
        self._evidence = evidence
        self._store = store
        self._hints = hints
        self._clock = clock
        self._publish = publish
        self._open = _Batch()
        self._writing = asyncio.Lock()
        self._seen: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def hear(self, gateway: str, understood: Understood) -> str:
        """Returns once it is kept, or why it is not. Raises `HookOverrun`, `StoreError`."""
        if why := self._stale(gateway, understood):
            return why
        if not understood.news:
            return ""
        batch = self._open
        if len(batch.told) + len(understood.news) > MOST:
            raise HookOverrun(f"more than {MOST} events wait to be written")
        batch.told |= {Told(gateway, self._heeded(news)): None for news in understood.news}
        async with self._writing:
            # Whoever comes first writes for all; where that failed, the next one tries.
            if not batch.written:
                await self._write(batch)
        self._remember(gateway, understood)
        return ""

    def _heeded(self, news: News) -> News:
        return news if self._evidence else news._replace(proved_at=None)

    async def _write(self, batch: _Batch) -> None:
        if batch is self._open:
            self._open = _Batch()
        heard = await self._store.hear(list(batch.told), self._clock.now())
        batch.written = True
        self._publish(heard.events)
        for gateway, sessions in heard.changed.items():
            self._hints.heed(gateway, sessions)
        for gateway in {one.gateway for one in batch.told if one.news.of_all}:
            self._hints.heed(gateway, [ALL])

    def _stale(self, gateway: str, understood: Understood) -> str:
        """A gateway repeats what it got no answer to, and so does whoever listened in."""
        if understood.at is not None and (age := self._clock.now() - understood.at) > TOO_OLD:
            return f"its event is {age.total_seconds():.0f} s old; is the gateway's clock right?"
        return "its event came before" if understood.id and (gateway, understood.id) in self._seen else ""

    def _remember(self, gateway: str, understood: Understood) -> None:
        if understood.id:
            self._seen[gateway, understood.id] = None
            if len(self._seen) > REMEMBERED:
                self._seen.popitem(last=False)
