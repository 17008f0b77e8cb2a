"""The simulator in a process of its own, with so many steady accounts of one kind. It prints its address, and ends with
its standard input."""

import argparse
import asyncio
import os
import sys

from healthcheckd.simulator import ScriptedSession, Simulator, script


async def serve(kind: str, accounts: int, key: str) -> None:
    steady = script("steady")
    cast = [ScriptedSession(f"shop-{number:07}", steady, f"55{number:011}", "Shop") for number in range(accounts)]
    async with Simulator(cast, dialect=kind, api_key=key) as gateway:
        print(gateway.url, flush=True)
        await asyncio.to_thread(sys.stdin.read)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kind", required=True)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--key", required=True)
    parser.add_argument("--cpu", type=int)
    given = parser.parse_args()
    if given.cpu is not None:
        os.sched_setaffinity(0, {given.cpu})
    asyncio.run(serve(given.kind, given.accounts, given.key))


if __name__ == "__main__":
    main()
