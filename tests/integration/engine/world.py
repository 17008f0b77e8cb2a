"""The whole daemon in virtual time: real store, real gateway over HTTP, real timetable; mail goes into a list."""

import asyncio
import signal
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from healthcheckd.daemon import lifecycle
from healthcheckd.daemon.lifecycle import Daemon
from healthcheckd.daemon.starting import opened
from healthcheckd.daemon.systemd import Notifier
from healthcheckd.daemon.wiring import Engine, bells_of, build_engine, zone_of
from healthcheckd.engine import aftercare
from healthcheckd.errors import DeliveryError
from healthcheckd.jobs.timetable import Timetable
from healthcheckd.ports.channel import Message
from healthcheckd.ports.store import Event
from healthcheckd.settings import (
    AccountSettings,
    DaemonSettings,
    EmailSettings,
    GatewaySettings,
    OperatorSettings,
    Secret,
    Settings,
)
from healthcheckd.simulator import ScriptedSession, Simulator
from healthcheckd.store.database import Store
from tests.fakes.virtual import VirtualClock

KEY = "a-key"
OPS = "ops@example.org"


@dataclass
class Post:
    """Where all mail ends, with the instant of its arrival."""

    clock: VirtualClock
    name: str = "email"
    letters: list[tuple[datetime, Message]] = field(default_factory=list)
    broken: DeliveryError | None = None

    async def deliver(self, message: Message) -> str:
        if self.broken is not None:
            raise self.broken
        self.letters.append((self.clock.now(), message))
        return "250 kept"

    async def verify(self) -> str:
        return "fine"


@dataclass
class World:
    clock: VirtualClock
    gateways: dict[str, Simulator]
    settings: Settings
    post: Post
    events: list[Event] = field(default_factory=list)
    _store: Store | None = None
    _engine: Engine | None = None

    @property
    def main(self) -> Simulator:
        return self.gateways["main"]

    @property
    def store(self) -> Store:
        assert self._store is not None
        return self._store

    @property
    def engine(self) -> Engine:
        assert self._engine is not None
        return self._engine

    @asynccontextmanager
    async def daemon(self) -> AsyncIterator[Daemon]:
        """Runs while the context lasts; then it is told to stop, and does."""
        notifier = Notifier({})
        async with opened(self.settings, self.clock, notifier) as self._store:
            self._engine = build_engine(self.settings, self._store, self.clock, self._publish)
            if self._engine.outbox is not None:
                self._engine.outbox.channels = {"email": self.post}
            timetable = Timetable(bells_of(self.settings), zone_of(self.settings))
            daemon = Daemon(self._engine, self._store, timetable, self.clock, notifier)
            living = asyncio.create_task(daemon.run(_no_reload), name="daemon")
            try:
                await self.clock.pass_time(seconds=0)
                yield daemon
                if not living.done():
                    signal.raise_signal(signal.SIGTERM)
            except BaseException:
                living.cancel()
                await asyncio.wait([living])
                raise
            await self.clock.until_done(living)

    async def rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        return await self.store.core.run(lambda connection, _: connection.execute(query, values).fetchall())

    async def graded(self, session: str) -> list[tuple[str, str]]:
        """Every change of health, as `HH:MM` of the instant it was seen and the grade."""
        rows = await self.rows(
            "SELECT at, health_to FROM transitions JOIN accounts ON key = account"
            " WHERE session = ? AND health_from <> health_to ORDER BY transitions.id",
            session,
        )
        return [(at[11:16], health) for at, health in rows]

    async def health(self) -> dict[str, str]:
        return dict(await self.rows("SELECT session, health FROM accounts ORDER BY session"))

    async def attempted(self, session: str) -> list[datetime]:
        rows = await self.rows(
            "SELECT attempts.started_at FROM attempts JOIN accounts ON key = account"
            " WHERE session = ? AND attempts.started_at IS NOT NULL ORDER BY attempts.started_at",
            session,
        )
        return [datetime.fromisoformat(at) for (at,) in rows]

    def restarts(self, session: str) -> int:
        return sum(gateway.requests.verbs(session).count("restart") for gateway in self.gateways.values())

    def told(self, recipient: str, since: datetime | None = None) -> list[tuple[str, str]]:
        """What somebody got: `HH:MM` and the subject."""
        return [
            (f"{at:%H:%M}", letter.subject)
            for at, letter in self.post.letters
            if letter.recipient == recipient and (since is None or at >= since)
        ]

    def noise(self) -> Counter[str]:
        return Counter(letter.recipient for _, letter in self.post.letters)

    def _publish(self, events: Sequence[Event]) -> None:
        self.events.extend(events)
        if events and self.engine.outbox is not None:
            self.engine.outbox.wake()


async def _no_reload() -> None:
    raise AssertionError("nobody asked for it")


def owned(*sessions: str) -> tuple[AccountSettings, ...]:
    return tuple(
        AccountSettings(f"main/{name}", owner_email=(f"{name}@example.org",), stated=frozenset({"id", "owner_email"}))
        for name in sessions
    )


def configured(folder: Path, gateways: dict[str, Simulator], accounts: tuple[AccountSettings, ...]) -> Settings:
    """The defaults people get, with mail on."""
    return Settings(
        daemon=DaemonSettings(database=folder / "healthcheckd.db"),
        operator=OperatorSettings((OPS,)),
        email=EmailSettings(enabled=True, service="smtp", host="127.0.0.1", security="none", sender="hc@example.org"),
        gateways=tuple(
            GatewaySettings(name, "waha", gateway.url, api_key=Secret(KEY), timeout=timedelta(seconds=30))
            for name, gateway in gateways.items()
        ),
        accounts=accounts,
    )


@asynccontextmanager
async def world(
    folder: Path, patch: pytest.MonkeyPatch, *owners: str, **casts: Sequence[ScriptedSession]
) -> AsyncIterator[World]:
    """A gateway for each cast. The loops look about once a minute, so that a day has 1,440 looks and not 17,280."""
    clock = VirtualClock()
    clock.install(patch)
    patch.setattr(lifecycle, "TICK_SECONDS", 15.0)
    patch.setattr(aftercare, "LONGEST_PAUSE", 60.0)
    gateways = {name: Simulator(cast, api_key=KEY, monotonic=clock.monotonic) for name, cast in casts.items()}
    try:
        for gateway in gateways.values():
            await gateway.start()
        settings = configured(folder, gateways, owned(*owners))
        yield World(clock, gateways, settings, Post(clock))
    finally:
        for gateway in gateways.values():
            await gateway.stop()


def watching(settings: Settings) -> Settings:
    return replace(settings, daemon=replace(settings.daemon, mode="watch"))
