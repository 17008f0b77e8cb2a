"""A sweep of a fleet at peace on one gateway of each kind. Where a list holds but names, each session is asked for.

The simulator is no fast server: the wall's seconds are mostly its own, those of the processor are ours alone.
"""

import asyncio
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from healthcheckd.daemon.collecting import collect_less
from healthcheckd.daemon.wiring import build_engine, policy_of
from healthcheckd.engine.chronicle import chronicle
from healthcheckd.settings import HEALTH_CHECK, KINDS, DaemonSettings, GatewaySettings, Secret, Settings
from healthcheckd.store.database import Store
from tests.benchmarks.figures import Cost, Figure, cost_of
from tests.benchmarks.fleet import KEY, QUARTER, MovedClock

ACCOUNTS = 10_000
SLOW = timedelta(minutes=2)


def kinds() -> Iterator[Figure]:
    """The second sweep of each: tokens are made, owners known."""
    for kind in KINDS:
        with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, _served(kind) as url:
            first, second = asyncio.run(_measure(Path(folder), kind, url))
            yield Figure(f"sweep of {ACCOUNTS:,} accounts on one {kind} gateway", str(second), f"the first {first}")


async def _measure(folder: Path, kind: str, url: str) -> tuple[Cost, Cost]:
    collect_less()
    clock = MovedClock()
    settings = Settings(
        daemon=DaemonSettings(database=folder / "healthcheckd.db"),
        gateways=(_opened(GatewaySettings("main", kind, url, timeout=SLOW)),),
    )
    store = await Store.open(settings.daemon.database, settings, policy_of(settings), clock.now())
    engine = build_engine(settings, store, clock, chronicle)

    async def sweep() -> None:
        record = await engine.runs.run(HEALTH_CHECK, "benchmark")
        if record.error:
            raise RuntimeError(record.error)

    try:
        first = await cost_of(sweep)
        clock.ahead += QUARTER
        second = await cost_of(sweep)
        counts = dict(await store.sweeps.tally())
        if counts["healthy"] != ACCOUNTS:
            raise RuntimeError(f"not all of {ACCOUNTS} accounts of {kind} were read: {counts}")
        return first, second
    finally:
        await engine.close()
        await store.close()


def _opened(gateway: GatewaySettings) -> GatewaySettings:
    if gateway.kind == "gowa":
        return replace(gateway, basic_user="ops", basic_password=Secret(KEY))
    return replace(gateway, api_key=Secret(KEY))


@contextmanager
def _served(kind: str) -> Iterator[str]:
    """On another processor than ours where there is one."""
    asked = ["--kind", kind, "--accounts", str(ACCOUNTS), "--key", f"ops:{KEY}" if kind == "gowa" else KEY]
    others = os.sched_getaffinity(0)
    if len(others) > 1:
        own, other = sorted(others)[:2]
        os.sched_setaffinity(0, {own})
        asked += ["--cpu", str(other)]
    command = [sys.executable, "-m", "tests.benchmarks.simulated", *asked]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdin and process.stdout
        try:
            yield process.stdout.readline().strip()
        finally:
            process.stdin.close()
            process.wait()
            os.sched_setaffinity(0, others)
