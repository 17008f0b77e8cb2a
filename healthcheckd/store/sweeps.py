"""The store as the sweep and the recheck loop see it."""

import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.ports.store import Applied, GatewayOutcome, GatewayStanding, Known, Tended
from healthcheckd.store import gateways
from healthcheckd.store.applying import apply_chunk
from healthcheckd.store.blasts.tending import note_network, tend
from healthcheckd.store.core import Core
from healthcheckd.store.rows import instant_or_none, written

_RECHECKED = (
    "FROM accounts JOIN gateways ON gateways.name = accounts.gateway"
    " WHERE recheck_at IS NOT NULL AND active = 1 AND accounts.removed_at IS NULL AND gateways.silent_since IS NULL"
)
"""A silent gateway is asked as a whole, not for each of its accounts."""


class Sweeps:
    """Fills `SweepStore`."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def known(self, gateway: str) -> Sequence[Known]:
        return await self._core.run(lambda connection, _: _known(connection, gateway))

    async def apply(self, gateway: str, chunk: Sequence[Observation], now: datetime) -> Applied:
        return await self._core.run(lambda connection, terms: apply_chunk(connection, terms, gateway, chunk, now))

    async def gateway_outcome(self, outcome: GatewayOutcome) -> GatewayStanding:
        return await self._core.run(lambda connection, terms: gateways.record_outcome(connection, terms, outcome))

    async def standing(self, gateway: str) -> GatewayStanding:
        return await self._core.run(lambda connection, _: gateways.standing(connection, gateway))

    async def silent_gateways(self) -> Mapping[str, datetime]:
        return await self._core.run(lambda connection, _: gateways.silent(connection))

    async def first_look(self, gateway: str, now: datetime) -> int:
        return await self._core.run(lambda connection, terms: gateways.first_look(connection, terms, gateway, now))

    async def tend_blasts(self, now: datetime) -> Tended:
        return await self._core.run(lambda connection, terms: tend(connection, terms, now))

    async def note_network(self, blast: int, works: bool) -> None:
        await self._core.run(lambda connection, _: note_network(connection, blast, works))

    async def rechecks(self, now: datetime, limit: int) -> Sequence[AccountId]:
        return await self._core.run(lambda connection, _: _rechecks(connection, now, limit))

    async def next_recheck(self) -> datetime | None:
        return await self._core.run(lambda connection, _: _next_recheck(connection))

    async def least_proven(self, gateway: str, limit: int) -> Sequence[str]:
        return await self._core.run(lambda connection, _: _least_proven(connection, gateway, limit))

    async def tally(self) -> Mapping[str, int]:
        return await self._core.run(lambda connection, _: _tally(connection))

    async def record_latencies(self, gateway: str, hour: datetime, buckets: Mapping[int, int]) -> None:
        await self._core.run(lambda connection, _: gateways.add_latencies(connection, gateway, hour, buckets))


def _known(connection: sqlite3.Connection, gateway: str) -> list[Known]:
    rows = connection.execute(
        "SELECT session, active, last_checked_at IS NOT NULL, cause FROM account_states"
        " WHERE gateway = ? AND removed_at IS NULL",
        (gateway,),
    )
    return [Known(session, active == 1, seen == 1, cause and Cause(cause)) for session, active, seen, cause in rows]


def _rechecks(connection: sqlite3.Connection, now: datetime, limit: int) -> list[AccountId]:
    rows = connection.execute(
        f"SELECT gateway, session {_RECHECKED} AND recheck_at <= ? ORDER BY recheck_at LIMIT ?",
        (written(now), limit),
    )
    return [AccountId(*row) for row in rows]


def _next_recheck(connection: sqlite3.Connection) -> datetime | None:
    return instant_or_none(connection.execute(f"SELECT min(recheck_at) {_RECHECKED}").fetchone()[0])


def _least_proven(connection: sqlite3.Connection, gateway: str, limit: int) -> list[str]:
    rows = connection.execute(
        "SELECT session FROM account_states JOIN gateways ON gateways.name = gateway"
        " WHERE gateway = ? AND active = 1 AND account_states.removed_at IS NULL AND connection = ?"
        " AND silent_since IS NULL ORDER BY proof_at NULLS FIRST LIMIT ?",
        (gateway, Connection.CONNECTED, limit),
    )
    return [row[0] for row in rows]


def _tally(connection: sqlite3.Connection) -> dict[str, int]:
    rows = connection.execute(
        "SELECT health, count(*) FROM accounts WHERE active = 1 AND removed_at IS NULL GROUP BY health"
    )
    counts = dict.fromkeys((health.value.lower() for health in Health), 0)
    counts |= {health.lower(): count for health, count in rows}
    return {"total": sum(counts.values()), **counts}
