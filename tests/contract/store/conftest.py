"""A real store on a real file, and a small world to feed it."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.domain.accounts import AccountId, Vitals
from healthcheckd.domain.observations import Connection, Observation, silent
from healthcheckd.domain.policy import Policy
from healthcheckd.ports.store import Applied, Event, GatewayOutcome, OwedAttempt, OwedNotice
from healthcheckd.settings import AccountSettings, GatewaySettings, OperatorSettings, Origin, Settings
from healthcheckd.store.database import Store
from healthcheckd.store.lookup import by_sessions

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OPS = "ops@example.com"
OWNER = "owner@example.com"
POLICY = Policy()
SHOP = AccountId("main", "shop")


def minutes(number: float) -> timedelta:
    return timedelta(minutes=number)


def gateway(name: str, kind: str = "waha", **keys: Any) -> GatewaySettings:
    return GatewaySettings(name, kind, f"http://127.0.0.1/{name}", **keys)


def account(id_: str, line: int = 7, **keys: Any) -> AccountSettings:
    return AccountSettings(id_, stated=frozenset({"id", *keys}), origin=Origin("healthcheckd.toml", line), **keys)


SETTINGS = Settings(
    operator=OperatorSettings(email=(OPS,)),
    gateways=(gateway("main"), gateway("eu")),
    accounts=(account("main/shop", owner_email=(OWNER,), name="Shop"),),
)


class World:
    """A store, and a time that only the test moves."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.now = NOON

    def wait(self, minutes_: float) -> datetime:
        self.now += minutes(minutes_)
        return self.now

    async def see(self, session: str, connection: Connection, **more: Any) -> Applied:
        """One reading of one session of `main`, now."""
        more = {"native": connection.value, "linked": True} | more
        return await self.apply([Observation(session, self.now, connection, **more)])

    async def apply(self, chunk: Sequence[Observation], gateway_: str = "main") -> Applied:
        return await self.store.sweeps.apply(gateway_, chunk, self.now)

    async def up(self, *sessions: str) -> None:
        """Known and steady: Connected twice, and the first look taken."""
        for _ in range(2):
            for session in sessions:
                await self.see(session, Connection.CONNECTED)
            self.wait(2)
        await self.store.sweeps.first_look("main", self.now)

    async def down(self, session: str, **more: Any) -> Applied:
        return await self.see(session, Connection.FAILED, **more)

    async def quiet(self, *sessions: str, **more: Any) -> Applied:
        return await self.apply([silent(session, self.now, "time-out", **more) for session in sessions])

    async def vitals(self, session: str, gateway_: str = "main") -> Vitals:
        found = await self.store.core.run(lambda connection, _: by_sessions(connection, gateway_, [session]))
        return found[session].vitals

    async def due(self) -> list[OwedAttempt]:
        return list(await self.store.attempts.due_attempts(self.now, 100))

    async def messages(self, limit: int = 100) -> list[Sequence[OwedNotice]]:
        return list(await self.store.notices.due_messages(self.now, limit))

    async def deliver(self) -> list[tuple[str, str, int]]:
        """Send what may go now: kind, recipient, and how many notices went in one message."""
        messages = await self.messages()
        for message in messages:
            await self.store.notices.sent(message, self.now, "250 OK")
        return [(message[0].kind, message[0].recipient, len(message)) for message in messages]

    async def outcome(self, error: str = "", gateway_: str = "main") -> tuple[Event, ...]:
        fault = "timeout" if error else ""
        seen = GatewayOutcome(gateway_, self.now, error=error, fault=fault, latency=0.1)
        return (await self.store.sweeps.gateway_outcome(seen)).events

    async def sql(self, text: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.store.core.run(lambda connection, _: connection.execute(text, values).fetchall())


async def open_world(path: Path, settings: Settings = SETTINGS, policy: Policy = POLICY) -> World:
    return World(await Store.open(path, settings, policy, NOON))


@pytest.fixture
def database(tmp_path: Path) -> Path:
    return tmp_path / "state" / "healthcheckd.db"


ALERT_ONLY_MAIN = replace(SETTINGS, gateways=(gateway("main", "meta"), gateway("eu")))
"""As `SETTINGS`, but that nothing can be told to `main`."""


@pytest.fixture
async def world(database: Path) -> AsyncIterator[World]:
    world = await open_world(database)
    yield world
    await world.store.close()
