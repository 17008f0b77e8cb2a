"""One who means well: asks, and asks again, in a process of its own, since whoever attacks is busy with that."""

import asyncio
import http.client
import json
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from statistics import quantiles

from tests.benchmarks.besieged import FRIEND, token

_EVERY = 0.1
_PATIENCE = 10.0


@dataclass(slots=True)
class Friend:
    """Latencies are in seconds."""

    latencies: list[float] = field(default_factory=list)
    refused: int = 0

    def __str__(self) -> str:
        if len(self.latencies) < 2:
            return "friend not answered"
        cuts = quantiles(self.latencies, n=100)
        unwell = f", {self.refused} refused" if self.refused else ""
        return f"friend p50 {cuts[49] * 1000:.0f} ms, p99 {cuts[98] * 1000:.0f} ms of {len(self.latencies)}{unwell}"


@asynccontextmanager
async def befriended(port: int) -> AsyncIterator[Friend]:
    """Filled in when the context ends."""
    pipe, friend = asyncio.subprocess.PIPE, Friend()
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.benchmarks.friend", str(port)), stdin=pipe, stdout=pipe
    )
    try:
        assert process.stdout
        await process.stdout.readline()
        yield friend
        told, _ = await process.communicate(b"")
        friend.latencies, friend.refused = json.loads(told)
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def ask(port: int, headers: dict[str, str]) -> bool:
    """By a new connection each time, as `curl` does."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_PATIENCE)
    try:
        connection.request("GET", "/api/v1/cron/status", headers=headers)
        response = connection.getresponse()
        response.read()
        return response.status == 200
    except OSError:
        return False
    finally:
        connection.close()


async def main() -> None:
    headers = {"Authorization": f"Bearer {token('friend')}", "X-Forwarded-For": FRIEND}
    friend, port = Friend(), int(sys.argv[1])
    ended = asyncio.ensure_future(asyncio.to_thread(sys.stdin.read))
    print("ready", flush=True)
    while not ended.done():
        began = time.perf_counter()
        friend.refused += not await asyncio.to_thread(ask, port, headers)
        friend.latencies.append(time.perf_counter() - began)
        await asyncio.sleep(_EVERY)
    print(json.dumps([friend.latencies, friend.refused]))


if __name__ == "__main__":
    asyncio.run(main())
