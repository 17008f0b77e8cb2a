"""A daemon with every door open, on a fleet that is never quiet, and what can be read off it from outside."""

import asyncio
import os
import re
import sqlite3
import sys
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp

from healthcheckd.api.tokens import MANAGE, Token, issue
from healthcheckd.settings import HEALTH_CHECK, JwtSettings, Secret
from tests.benchmarks.figures import resident
from tests.benchmarks.fleet import KEY

ACCOUNTS = 300
RESTLESS = 60
SWEEP_SECONDS = 3
BAD_TOKENS = 10
SECRET = "a-secret-of-forty-characters-for-tests-1"
HOOK_SECRET = "a-secret-that-is-long-enough"
METRICS_TOKEN = "a-token-for-prometheus-to-show"
FRIEND = "192.0.2.1"
"""The address of a caller who means well, as a proxy tells it."""

_DOORS = ("The API listens at", "Gateways may post to", "Figures at")
_PATIENCE = 30
_JWT = JwtSettings("HS256", Secret(SECRET))
_CONFIGURATION = f"""
[operator]
email = ["ops@example.com"]
[daemon]
database = "hc.db"
[control]
socket = "hc.sock"
[health]
confirm = "1 second"
settle = "1 second"
[sweep]
wait = "1 second"
[jobs]
whatsapp-health-check = "every {SWEEP_SECONDS} seconds"
[http]
listen = "127.0.0.1:0"
trusted_proxies = ["127.0.0.1"]
per_minute = 100000
bad_tokens = {BAD_TOKENS}
timeout = "5 seconds"
[jwt]
algorithm = "HS256"
secret = "{SECRET}"
[hooks]
listen = "127.0.0.1:0"
[metrics]
listen = "127.0.0.1:0"
token = "{METRICS_TOKEN}"
[[gateways]]
name = "main"
kind = "waha"
api_key = "{KEY}"
hook_secret = "{HOOK_SECRET}"
"""


@dataclass(frozen=True, slots=True)
class Besieged:
    """Its three doors are ports on loopback."""

    pid: int
    folder: Path
    api: int
    hooks: int
    metrics: int

    def resident(self) -> int:
        return resident(self.pid)

    def files(self) -> int:
        """Open ones: connections, above all."""
        return len(os.listdir(f"/proc/{self.pid}/fd"))  # noqa: PTH208 - thousands, only counted

    def sweeps(self, since: datetime) -> list[tuple[datetime, datetime]]:
        """When those that began since then began and ended."""
        asked = "SELECT started_at, ended_at FROM job_runs WHERE job = ? AND ended_at IS NOT NULL ORDER BY started_at"
        with closing(sqlite3.connect(self.folder / "hc.db", timeout=10)) as connection:
            rows = connection.execute(asked, (HEALTH_CHECK,)).fetchall()
        found = [(datetime.fromisoformat(began), datetime.fromisoformat(ended)) for began, ended in rows]
        return [(began, ended) for began, ended in found if began >= since]

    async def lags(self) -> dict[float, float]:
        """How often the event loop came so many seconds late or less, so far."""
        page = await self._page()
        found = re.findall(r'^healthcheckd_event_loop_lag_seconds_bucket\{le="(\S+)"\} (\S+)$', page, re.MULTILINE)
        return {float(bound): float(count) for bound, count in found}

    async def _page(self) -> str:
        headers = {"Authorization": f"Bearer {METRICS_TOKEN}"}
        url = f"http://127.0.0.1:{self.metrics}/metrics"
        async with aiohttp.ClientSession() as http, http.get(url, headers=headers) as response:
            return await response.text()


def token(sub: str = "bench") -> str:
    now = datetime.now(UTC)
    return issue(_JWT, SECRET, Token(sub, frozenset({MANAGE}), now + timedelta(days=1), now))


@asynccontextmanager
async def besieged() -> AsyncIterator[Besieged]:
    """Up, and through with its first sweeps."""
    with tempfile.TemporaryDirectory(prefix="benchmark-") as name:
        folder = Path(name)
        asked = ["--kind", "waha", "--accounts", str(ACCOUNTS), "--key", KEY, "--restless", str(RESTLESS)]
        async with _program("tests.benchmarks.simulated", *asked) as gateway:
            assert gateway.stdout
            url = (await gateway.stdout.readline()).decode().strip()
            (folder / "hc.toml").write_text(f'{_CONFIGURATION}url = "{url}"\n')
            (folder / "hc.toml").chmod(0o640)
            with (folder / "log").open("w") as log:
                wanted = ["healthcheckd.daemon.main", "--config", str(folder / "hc.toml")]
                async with _program(*wanted, stderr=log.fileno()) as daemon:
                    ports = await _ports(folder / "log")
                    made = Besieged(daemon.pid, folder, *ports)
                    await _warm(made)
                    yield made


@asynccontextmanager
async def _program(
    module: str, *arguments: str, stderr: int | None = None
) -> AsyncIterator[asyncio.subprocess.Process]:
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, *arguments, stdin=pipe, stdout=pipe, stderr=stderr
    )
    try:
        yield process
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _ports(log: Path) -> list[int]:
    told = ""
    for _ in range(_PATIENCE * 10):
        told = await asyncio.to_thread(log.read_text)
        found = [re.search(rf"{words} 127\.0\.0\.1:(\d+)", told) for words in _DOORS]
        if all(found):
            return [int(one[1]) for one in found if one]
        await asyncio.sleep(0.1)
    raise RuntimeError(f"the daemon did not open its doors: {told[-2000:]}")


async def _warm(made: Besieged) -> None:
    began = datetime.now(UTC)
    while len(made.sweeps(began)) < 3:  # noqa: ASYNC110 - another process, which has nobody to tell
        await asyncio.sleep(0.2)
