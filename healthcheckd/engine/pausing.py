"""Waiting that can be cut short, and work that cannot."""

import asyncio
from collections.abc import Awaitable

from healthcheckd.ports.clock import Clock


async def pause(clock: Clock, seconds: float, *wakes: asyncio.Event) -> None:
    """Until so many seconds are over, or one of `wakes` is set."""
    waits: list[asyncio.Future[object]] = [asyncio.ensure_future(wake.wait()) for wake in wakes]
    waits.append(asyncio.ensure_future(clock.sleep(seconds)))
    try:
        await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for wait in waits:
            wait.cancel()


async def undisturbed(work: Awaitable[None]) -> None:
    """Finish even when cancelled meanwhile, and pass the cancellation on afterwards."""
    task = asyncio.ensure_future(work)
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        await task
        raise
