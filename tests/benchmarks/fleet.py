"""The product over static gateways, in time that the benchmark moves."""

import asyncio
import logging
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Literal
from urllib.parse import urlencode

from healthcheckd.daemon.collecting import collect_less
from healthcheckd.daemon.wiring import Engine, build_engine, policy_of
from healthcheckd.engine.chronicle import chronicle
from healthcheckd.settings import (
    HEALTH_CHECK,
    DaemonSettings,
    GatewaySettings,
    HealthSettings,
    OperatorSettings,
    Secret,
    Settings,
)
from healthcheckd.store.database import Store

KEY = "a-key"
QUARTER = timedelta(minutes=15)
START = datetime(2026, 3, 1, 12, tzinfo=UTC)

Proof = Literal["off", "local"]


@dataclass(slots=True)
class MovedClock:
    """Goes as the real one does; waiting only moves it ahead."""

    ahead: timedelta = timedelta(0)
    began: float = field(default_factory=time.monotonic)

    def now(self) -> datetime:
        return START + timedelta(seconds=self.monotonic() - self.began)

    def monotonic(self) -> float:
        return time.monotonic() + self.ahead.total_seconds()

    async def sleep(self, seconds: float) -> None:
        self.ahead += timedelta(seconds=seconds)
        await asyncio.sleep(0)

    def until(self, at: datetime) -> None:
        self.ahead += max(at - self.now(), timedelta(0))


@dataclass(frozen=True, slots=True)
class StaticGateways:
    """The server in its own process, with `accounts` over `gateways`."""

    accounts: int
    gateways: int
    port: int

    def settings(self) -> tuple[GatewaySettings, ...]:
        base = f"http://127.0.0.1:{self.port}"
        return tuple(
            GatewaySettings(f"g{number}", "waha", f"{base}/{number}", api_key=Secret(KEY))
            for number in range(self.gateways)
        )

    def sessions(self, gateway: int) -> list[str]:
        share = self.accounts // self.gateways
        return [f"shop-{number:07}" for number in range(gateway * share, (gateway + 1) * share)]

    def show(self, **scene: int | str) -> None:
        """From now on; nothing given is everybody at work."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/scene?{urlencode(scene)}") as answer:
            answer.read()


@contextmanager
def static_gateways(accounts: int, gateways: int) -> Iterator[StaticGateways]:
    """On another processor than ours where there is one."""
    asked = ["--accounts", str(accounts), "--gateways", str(gateways)]
    others = os.sched_getaffinity(0)
    if len(others) > 1:
        own, other = sorted(others)[:2]
        os.sched_setaffinity(0, {own})
        asked += ["--cpu", str(other)]
    command = [sys.executable, "-m", "tests.benchmarks.static_gateway", *asked]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield StaticGateways(accounts, gateways, int(process.stdout.readline()))
        finally:
            process.stdin.close()
            process.wait()
            os.sched_setaffinity(0, others)


@dataclass(slots=True)
class Bench:
    """A daemon's inside, without its loops: a benchmark turns them by hand."""

    gateways: StaticGateways
    clock: MovedClock
    store: Store
    engine: Engine

    async def sweep(self) -> None:
        """As the timetable does it."""
        record = await self.engine.runs.run(HEALTH_CHECK, "benchmark")
        if record.error:
            raise RuntimeError(record.error)

    async def read_singly(self) -> None:
        """Every account with a request of its own."""
        rounds = self.engine.rounds
        async with asyncio.TaskGroup() as group:
            for number, name in enumerate(rounds.lookers):
                group.create_task(rounds.look_again(name, self.gateways.sessions(number)))

    async def read_all(self) -> None:
        """The first phase of a sweep alone: nothing is restarted, nothing waited for."""
        rounds = self.engine.rounds
        await self.engine.aftercare.heard(await asyncio.gather(*map(rounds.read, rounds.lookers)))

    async def counts(self) -> dict[str, int]:
        return dict(await self.store.sweeps.tally())

    async def ask(self, query: str) -> int:
        """A number, out of the database."""
        row = await self.store.core.run(lambda connection, _: connection.execute(query).fetchone())
        return int(row[0])

    async def size(self) -> int:
        """Bytes of the database; its log beside it holds some 4 MiB at most."""
        return await self.ask("SELECT page_count * page_size FROM pragma_page_count, pragma_page_size")

    def pass_time(self, span: timedelta) -> None:
        self.clock.ahead += span


@asynccontextmanager
async def bench(folder: Path, accounts: int, gateways: int, proof: Proof = "local") -> AsyncIterator[Bench]:
    """Every account is known and Healthy already; as the daemon does, it collects less; log lines go into a file."""
    collect_less()
    logging.basicConfig(filename=folder / "log", level=logging.INFO, force=True)
    clock = MovedClock()
    with static_gateways(accounts, gateways) as served:
        settings = Settings(
            daemon=DaemonSettings(database=folder / "healthcheckd.db"),
            operator=OperatorSettings(("ops@example.com",)),
            health=HealthSettings(proof=proof),
            gateways=served.settings(),
        )
        store = await Store.open(settings.daemon.database, settings, policy_of(settings), clock.now())
        ready = Bench(served, clock, store, build_engine(settings, store, clock, chronicle))
        try:
            await ready.sweep()
            ready.pass_time(QUARTER)
            yield ready
        finally:
            await ready.engine.close()
            await store.close()
