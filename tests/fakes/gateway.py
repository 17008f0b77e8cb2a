"""A gateway in memory."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from healthcheckd.domain.observations import Connection, Observation, Proof, missing
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from tests.fakes.clock import ManualClock

UP, DOWN, GOING_UP = Connection.CONNECTED, Connection.FAILED, Connection.CONNECTING


def unreachable(what: str = "connection refused") -> GatewayError:
    return GatewayError(GatewayFault.REFUSED, what, where="main")


@dataclass
class FakeGateway:
    """Answers with what `states` says; `list_error` and `singly` are what it answers instead, and `told` is what its
    list says besides. `after` is where a restart leads to; `gate` and `list_gate`, where set, hold restarts and lists
    up until they open."""

    clock: ManualClock
    name: str = "main"
    kind: str = "fake"
    thorough: bool = False
    complete: bool = True
    states: dict[str, Connection] = field(default_factory=dict)
    unlisted: set[str] = field(default_factory=set)
    told: dict[str, dict[str, Any]] = field(default_factory=dict)
    list_error: Exception | None = None
    singly: dict[str, Exception | dict[str, Any]] = field(default_factory=dict)
    proofs: dict[str, Proof | Exception] = field(default_factory=dict)
    after: Connection = UP
    refusal: Exception | None = None
    gate: asyncio.Event | None = None
    list_gate: asyncio.Event | None = None
    asked: list[str] = field(default_factory=list)
    lists: int = 0
    restarted: list[str] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    closed: bool = False

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        self.lists += 1
        if self.list_gate is not None:
            await self.list_gate.wait()
        if self.list_error is not None:
            raise self.list_error
        yield [self._seen(name, **self.told.get(name, {})) for name in self.states if name not in self.unlisted]

    async def observe(self, session: str) -> Observation:
        self.asked.append(session)
        answer = self.singly.get(session, {})
        if isinstance(answer, Exception):
            raise answer
        if session not in self.states:
            return missing(session, self.clock.now())
        return self._seen(session, latency=0.02, **answer)

    async def prove(self, session: str) -> Proof:
        proof = self.proofs.get(session, Proof.PROVED)
        if isinstance(proof, Exception):
            raise proof
        return proof

    async def reconnect(self, session: str) -> None:
        self.restarted.append(session)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            if self.gate is not None:
                await self.gate.wait()
            if self.refusal is not None:
                raise self.refusal
        finally:
            self.at_once -= 1
        self.states[session] = self.after

    async def stop(self, session: str) -> None:
        self.states[session] = Connection.STOPPED

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        self.states[session] = Connection.NEEDS_PAIRING

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        return Pairing()

    async def check(self) -> GatewayCheck:
        return GatewayCheck(version="1.2.3")

    async def close(self) -> None:
        self.closed = True

    def _seen(self, name: str, **more: Any) -> Observation:
        state = self.states[name]
        return Observation(name, self.clock.now(), state, native=state.value, linked=True, **more)
