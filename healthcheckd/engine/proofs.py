"""Asking WhatsApp itself through the sessions, slowly: own number only, never a message, never presence."""

import asyncio
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from healthcheckd.domain.observations import Connection, Observation, Proof
from healthcheckd.domain.rounds import without_doubtful_proof
from healthcheckd.engine.pausing import pause
from healthcheckd.engine.rounds import Rounds
from healthcheckd.errors import GatewayError
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import Gateway
from healthcheckd.ports.store import SweepStore
from healthcheckd.settings import ALERT_ONLY

EVERY = timedelta(minutes=1)
REST = 5.0


class Prover:
    """Each minute, the few accounts of each gateway whose newest proof is the oldest. Gateways of alert-only kinds are
    left out: their list is WhatsApp's own word already, and each call is one of a quota."""

    def __init__(
        self, gateways: Mapping[str, Gateway], rounds: Rounds, store: SweepStore, clock: Clock, per_minute: int
    ) -> None:
        self._gateways = {name: one for name, one in gateways.items() if one.kind not in ALERT_ONLY}
        self._rounds = rounds
        self._store = store
        self._clock = clock
        self._per_minute = per_minute
        self._last: datetime | None = None

    async def run(self, stop: asyncio.Event) -> None:
        while not stop.is_set():
            await self.turn()
            await pause(self._clock, REST, stop)

    async def turn(self) -> None:
        """Does nothing until a minute has passed since it last did something."""
        now = self._clock.now()
        if self._last is not None and timedelta(0) <= now - self._last < EVERY:
            return
        self._last = now
        for name in self._gateways:
            await self._prove_some(name)

    async def _prove_some(self, gateway: str) -> None:
        sessions = await self._store.least_proven(gateway, self._per_minute)
        proved = [await self._prove(gateway, session) for session in sessions]
        await self._rounds.apply(gateway, list(without_doubtful_proof(proved)))

    async def _prove(self, gateway: str, session: str) -> Observation:
        seen = await self._rounds.lookers[gateway].one(session)
        if seen.connection is not Connection.CONNECTED or seen.proof is Proof.REFUTED:
            return seen
        try:
            return replace(seen, proof=await self._gateways[gateway].prove(session))
        except GatewayError:
            return replace(seen, proof=Proof.INCONCLUSIVE)
