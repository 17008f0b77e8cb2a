"""Work beside an open door: done while the door is open, and missed aloud when it breaks off."""

import asyncio
import logging
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager, suppress

logger = logging.getLogger(__name__)


@asynccontextmanager
async def tended(work: Coroutine[object, object, None], name: str, missed: str) -> AsyncIterator[None]:
    """`missed` is what the log says if the work ends by a failure; the door stays open all the same."""

    def report(task: "asyncio.Task[None]") -> None:
        if not task.cancelled() and (error := task.exception()) is not None:
            logger.error("%s", missed, exc_info=error, extra={"action": "bug"})

    task = asyncio.create_task(work, name=name)
    task.add_done_callback(report)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
