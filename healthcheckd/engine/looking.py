"""Reading accounts: all of one gateway by its list, or a few one by one."""

import asyncio
import logging
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from healthcheckd.domain.observations import Cause, Connection, Observation, missing, silent
from healthcheckd.domain.rounds import lost_too_many, without_doubtful_proof
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import Gateway
from healthcheckd.ports.store import Known
from healthcheckd.settings import SweepSettings

logger = logging.getLogger(__name__)

QUARTERS = 4
"""A sweep looks closely at a quarter of the Connected ones, so that four sweeps see all."""

AT_ONCE = SweepSettings().concurrency


@dataclass(slots=True)
class Look:
    """What one look at a gateway brought. `error` is set when the gateway itself gave no usable answer; then nothing
    was read. `latencies` are in seconds."""

    gateway: str
    at: datetime
    seen: list[Observation] = field(default_factory=list)
    error: GatewayError | None = None
    latencies: list[float] = field(default_factory=list)


class Looker:
    """Asks one gateway; knows nothing of what follows from the answers."""

    def __init__(
        self, gateway: Gateway, clock: Clock, proof: Literal["off", "local", "lookup"], at_once: int = AT_ONCE
    ) -> None:
        self.gateway = gateway
        self._at_once = at_once
        self._clock = clock
        self._proof = proof

    async def all(self, known: Sequence[Known], turn: int) -> Look:
        """The complete list, then one by one what the list alone cannot tell. `turn` picks the quarter."""
        look = Look(self.gateway.name, self._clock.now())
        began = self._clock.monotonic()
        try:
            listed = {one.session: self._heeded(one) async for chunk in self.gateway.sessions() for one in chunk}
        except GatewayError as error:
            look.error = error
            return look
        except Exception as error:  # an adapter's own fault must not end the sweep of the others
            what = _unexpected(error, self.gateway.name)
            look.error = GatewayError(GatewayFault.BAD_ANSWER, what, where=self.gateway.name)
            return look
        look.latencies.append(self._clock.monotonic() - began)
        active = [one for one in known if one.active]
        lost = [one.session for one in active if one.session not in listed and was_there(one)]
        if self.gateway.complete and lost_too_many(sum(one.session in listed for one in active), len(lost)):
            look.error = _broken_list(self.gateway.name, len(listed), len(lost))
            return look
        for one in known:
            if not one.active:
                listed.pop(one.session, None)
        await self._closely(look, listed, lost, turn)
        return look

    async def some(self, sessions: Iterable[str]) -> list[Observation]:
        """Each session on its own; a gateway that fails altogether is a silence of each."""
        wanted = list(sessions)
        turns = iter(wanted)
        seen: list[Observation] = []

        async def work() -> None:
            for session in turns:
                seen.append(await self.one(session))

        async with asyncio.TaskGroup() as group:
            for _ in range(min(self._at_once, len(wanted))):
                group.create_task(work(), name=f"look at {self.gateway.name}")
        return seen

    async def one(self, session: str) -> Observation:
        try:
            return self._heeded(await self.gateway.observe(session))
        except GatewayError as error:
            if error.fault is GatewayFault.NOT_FOUND:
                return missing(session, self._clock.now())
            return silent(session, self._clock.now(), error.what)
        except Exception as error:  # one bad session hurts only itself
            return silent(session, self._clock.now(), _unexpected(error, f"{self.gateway.name}/{session}"))

    def _heeded(self, one: Observation) -> Observation:
        return replace(one, proof=None) if self._proof == "off" and one.proof is not None else one

    async def _closely(self, look: Look, listed: Mapping[str, Observation], lost: Sequence[str], turn: int) -> None:
        again = [session for session, one in listed.items() if self._wants_closer(one, turn)]
        close = {one.session: one for one in await self.some([*again, *lost])}
        look.latencies += [one.latency for one in close.values() if one.latency is not None]
        shallow = [one for session, one in listed.items() if session not in close]
        look.seen = list(without_doubtful_proof([*shallow, *close.values()]))

    def _wants_closer(self, one: Observation, turn: int) -> bool:
        if self.gateway.thorough or one.silence:
            return False
        if one.connection is not Connection.CONNECTED:
            return True
        return self._proof != "off" and zlib.crc32(one.session.encode()) % QUARTERS == turn % QUARTERS


def was_there(account: Known) -> bool:
    """Whether a session not in the list is missed: it was seen before and is not known to be gone."""
    return account.seen and account.cause is not Cause.GONE


def _unexpected(error: Exception, where: str) -> str:
    """In words for people; the rest is in the log."""
    logger.error("Reading %s failed unexpectedly", where, exc_info=error, extra={"action": "reading_broken"})
    return f"reading it failed unexpectedly ({type(error).__name__})"


def _broken_list(gateway: str, listed: int, lost: int) -> GatewayError:
    what = "the list is empty" if not listed else f"{lost} sessions vanished from the list at once"
    return GatewayError(
        GatewayFault.BAD_ANSWER,
        f"{what}; taken for a fault of the gateway, its accounts keep their state",
        where=gateway,
        hint=f"healthcheck gateways check {gateway}",
    )
