"""The real daemon as a process: what it holds and burns at rest, and how fast the command line answers."""

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from healthcheckd.api.client import ControlClient
from healthcheckd.errors import HealthcheckError
from tests.benchmarks.figures import MIB, Cost, Figure, least, processor_seconds, resident
from tests.benchmarks.fleet import KEY, QUARTER, static_gateways

SWEEP = "/cron/trigger/whatsapp-health-check"
LOOKS = 11
PATIENCE = 60


def rest(seconds: int) -> Iterator[Figure]:
    """1,000 accounts on two gateways; nothing to do but wait for the next sweep."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder, daemon(Path(folder), 1_000, 2) as pid:
        client = ControlClient(Path(folder) / "control.sock", timeout=PATIENCE)
        spent = processor_seconds(pid)
        time.sleep(seconds)
        idle = (processor_seconds(pid) - spent) / seconds
        spent = processor_seconds(pid)
        client.post(SWEEP)
        swept = processor_seconds(pid) - spent
        whole = idle + swept / QUARTER.total_seconds()
        yield Figure("at rest, 1,000 accounts: memory", f"{resident(pid) / MIB:.0f} MiB", "≤ 60 MB")
        yield Figure("… processor, between sweeps", f"{idle:.2%}", "≤ 0.1 %")
        yield Figure(f"… with a sweep each quarter of an hour ({swept:.2f} s)", f"{whole:.2%}")


def status() -> Iterator[Figure]:
    """`healthcheck status` as a whole process, with 10,000 accounts."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        with daemon(Path(folder), 10_000, 10):
            yield Figure("healthcheck status, 10,000 accounts", _status_of(Path(folder)), "≤ 0.25 s")
        yield Figure("… while no daemon runs", _status_of(Path(folder)))


@contextmanager
def daemon(folder: Path, accounts: int, gateways: int) -> Iterator[int]:
    """Up, and through with its first sweep; its process id."""
    with static_gateways(accounts, gateways) as served:
        configuration = folder / "healthcheckd.toml"
        tables = [_GATEWAY.format(one.name, one.url, KEY) for one in served.settings()]
        configuration.write_text(_DAEMON + "".join(tables))
        command = [sys.executable, "-m", "healthcheckd.daemon.main", "--config", str(configuration)]
        with (folder / "log").open("w") as log, subprocess.Popen(command, stderr=log) as process:
            try:
                _await_first_sweep(folder / "control.sock", accounts)
                yield process.pid
            finally:
                process.terminate()


_DAEMON = """
[operator]
email = ["ops@example.com"]
[daemon]
database = "healthcheckd.db"
[control]
socket = "control.sock"
"""

_GATEWAY = """
[[gateways]]
name = "{}"
kind = "waha"
url = "{}"
api_key = "{}"
"""


def _await_first_sweep(socket: Path, accounts: int) -> None:
    client, until = ControlClient(socket, timeout=PATIENCE), time.monotonic() + PATIENCE
    while time.monotonic() < until:
        try:
            if client.post(SWEEP).get("healthy") == accounts:
                return
        except HealthcheckError:
            time.sleep(0.1)
    raise RuntimeError("the daemon did not get through its first sweep: " + (socket.parent / "log").read_text()[-2000:])


def _status_of(folder: Path) -> str:
    command = [sys.executable, "-m", "healthcheckd", "--config", str(folder / "healthcheckd.toml"), "status"]
    return str(least([_cost_of(command) for _ in range(LOOKS)]))


def _cost_of(command: list[str]) -> Cost:
    """Of a whole process, from its start to its end."""
    before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    done = subprocess.run(command, capture_output=True, env={**os.environ, "NO_COLOR": "1"}, check=False)
    wall, after = time.perf_counter() - began, resource.getrusage(resource.RUSAGE_CHILDREN)
    if not done.stdout:
        raise RuntimeError(done.stderr.decode())
    return Cost(wall, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
