"""What concerns many at once: accounts that fell together, gateways that are silent together."""

from datetime import datetime, timedelta

from healthcheckd.engine.network import Network
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.events import Publish
from healthcheckd.ports.store import SweepStore


class Together:
    """`unreachable_after` is how long a silence lasts before it is asked whose it is."""

    def __init__(
        self, store: SweepStore, network: Network, clock: Clock, publish: Publish, unreachable_after: timedelta
    ) -> None:
        self._store = store
        self._network = network
        self._clock = clock
        self._publish = publish
        self.unreachable_after = unreachable_after
        self._answered_at: dict[str, datetime] = {}

    async def tend(self) -> None:
        """Before attempts are made: it is decided here who comes back first."""
        tended = await self._store.tend_blasts(self._clock.now())
        self._publish(tended.events)
        if tended.doubtful and self._network.known:
            works = await self._network.works()
            for blast in tended.doubtful:
                await self._store.note_network(blast, works)

    def answered(self, gateway: str) -> None:
        self._answered_at[gateway] = self._clock.now()

    async def elsewhere(self, gateway: str, since: datetime) -> bool:
        """Whether another gateway answered since then, or a probe does, so that our own network cannot be to blame. The
        probes are asked only once it makes a difference."""
        if any(at >= since for name, at in self._answered_at.items() if name != gateway):
            return True
        matters = self._network.known and self._clock.now() - since >= self.unreachable_after
        return matters and await self._network.works()
