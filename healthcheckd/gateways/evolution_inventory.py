"""Evolution's instances as its database has them: asked for rarely, because each row costs it seven joins."""

from typing import NamedTuple

import msgspec

from healthcheckd.errors import GatewayError
from healthcheckd.gateways.adapter import tell_unnamed
from healthcheckd.gateways.evolution_rows import Instance, instances
from healthcheckd.gateways.faults import ITS_OWN
from healthcheckd.gateways.http import LIST, Answer, Client
from healthcheckd.ports.clock import Clock

EVERY = 300.0
"""Seconds that the list, and whose an open instance is, are taken for current."""
ROUND = 30.0
"""Seconds that the list's rows explain the states that are read after it in the same round."""
LIST_ROUTE = ("instance", "fetchInstances")


class _Kept(NamedTuple):
    row: Instance | None
    at: float
    listed: bool


class Inventory:
    """What was read last, and when; instants are the clock's monotonic seconds."""

    def __init__(self, name: str, http: Client, clock: Clock) -> None:
        self._name = name
        self._http = http
        self._clock = clock
        self._kept: dict[str, _Kept] = {}
        self._listed_at: float | None = None

    async def names(self) -> list[str]:
        """All that the list names; raises `GatewayError` where it gives none."""
        if self._listed_at is None or self._clock.monotonic() - self._listed_at >= EVERY:
            await self.refresh()
        return list(self._kept)

    async def refresh(self) -> Answer:
        """Read the whole list now."""
        answer = await self._http.read(*LIST_ROUTE, limit=LIST)
        if not answer.ok:
            raise self._http.failure(answer)
        rows = self._http.decode(answer, list[msgspec.Raw])
        self._listed_at = self._clock.monotonic()
        self._kept = {name: _Kept(row, self._listed_at, listed=True) for name, row in instances(rows)}
        tell_unnamed(self._name, len(rows) - len(self._kept))
        return answer

    async def row(self, session: str, state: str, *, in_round: bool = False) -> Instance | None:
        """What the database says of a session that is in `state`; None when that cannot be read. Whose an open instance
        is does not change while it is open; any other state wants the latest reason."""
        kept = self._kept.get(session)
        if kept is not None and kept.row is not None:
            age = self._clock.monotonic() - kept.at
            open_before = age < EVERY and state == kept.row.connection_status == "open"
            if open_before or (in_round and kept.listed and age < ROUND):
                return kept.row
        return await self._read(session)

    def forget(self, session: str) -> None:
        """The gateway has it no more."""
        self._kept.pop(session, None)

    async def _read(self, session: str) -> Instance | None:
        try:
            answer = await self._http.read(*LIST_ROUTE, query={"instanceName": session})
            rows = self._http.decode(answer, list[msgspec.Raw]) if answer.ok else []
        except GatewayError as error:
            if error.fault in ITS_OWN:
                return None
            raise
        row = dict(instances(rows)).get(session)
        if row is not None:
            self._kept[session] = _Kept(row, self._clock.monotonic(), listed=False)
        return row
