"""The simulator in a process of its own, with so many accounts of one kind, steady but for the first few. It prints
its address, and ends with its standard input."""

import argparse
import asyncio
import os
import sys

from healthcheckd.simulator import ScriptedSession, Simulator, script
from healthcheckd.simulator.scripts import Script, State, Step

RESTLESS = Script(
    "restless", (Step(State.WORKING, 8, label="up", jitter=0.5), Step(State.FAILED, 8, then="up", jitter=0.5))
)
"""Falls and rises by itself every few seconds, so that there is always something to tell."""


async def serve(kind: str, accounts: int, key: str, restless: int) -> None:
    scripts = [RESTLESS] * restless + [script("steady")] * (accounts - restless)
    cast = [
        ScriptedSession(f"shop-{number:07}", lives, f"55{number:011}", "Shop") for number, lives in enumerate(scripts)
    ]
    async with Simulator(cast, dialect=kind, api_key=key) as gateway:
        print(gateway.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", required=True)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--restless", type=int, default=0)
    parser.add_argument("--cpu", type=int)
    given = parser.parse_args()
    if given.cpu is not None:
        os.sched_setaffinity(0, {given.cpu})
    asyncio.run(serve(given.kind, given.accounts, given.key, given.restless))


if __name__ == "__main__":
    main()
