"""Answers that come line by line, as things happen."""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable
from contextlib import aclosing

from aiohttp import web

from healthcheckd.api.envelope import expected, line, told_failure

logger = logging.getLogger(__name__)

NDJSON = "application/x-ndjson"

PULSE_SECONDS = 15.0
"""After so long without news an empty line is sent: it finds out whether anybody is still there."""

PATIENCE_SECONDS = 30.0
"""So long may a reader take to make room for one line."""


class _Unread(Exception):
    """Nobody takes what is written; `stalled` when somebody is still there."""

    def __init__(self, *, stalled: bool) -> None:
        super().__init__()
        self.stalled = stalled


async def send_lines(request: web.Request, source: AsyncGenerator[object, None]) -> web.StreamResponse:
    """Each object as one line; None as an empty one. A failure is told in the last line, since the status has gone."""
    headers = {"Content-Type": NDJSON, "Cache-Control": "no-store", "X-Accel-Buffering": "no"}
    response = web.StreamResponse(headers=headers)
    try:
        async with aclosing(source):
            await _in_time(response.prepare(request))
            await _pour(request, response, source)
    except _Unread as unread:
        _let_go(request, unread)
    return response


async def _pour(request: web.Request, response: web.StreamResponse, source: AsyncIterator[object]) -> None:
    try:
        async for item in source:
            await _write(response, b"\n" if item is None else line(item))
    except _Unread:
        raise
    except Exception as error:
        await _write(response, line(told_failure(expected(error, request))))
    await _in_time(response.write_eof())


async def _write(response: web.StreamResponse, content: bytes) -> None:
    await _in_time(response.write(content))


async def _in_time(writing: Awaitable[object]) -> None:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await writing
    except TimeoutError as error:
        raise _Unread(stalled=True) from error
    except ConnectionError as error:
        raise _Unread(stalled=False) from error


def _let_go(request: web.Request, unread: _Unread) -> None:
    if not unread.stalled:
        logger.debug("A reader of %s went away", request.path, extra={"action": "reader_gone"})
        return
    logger.warning("A reader of %s takes nothing and is let go", request.path, extra={"action": "reader_dropped"})
    if request.transport is not None:
        request.transport.abort()


async def with_pulse(source: AsyncIterator[object], every: float) -> AsyncGenerator[object, None]:
    """What comes from `source`, and None whenever nothing came for `every` seconds."""
    news: asyncio.Future[object] | None = None
    try:
        while True:
            news = news or asyncio.ensure_future(anext(source))
            done, _ = await asyncio.wait({news}, timeout=every)
            if not done:
                yield None
                continue
            try:
                item = news.result()
            except StopAsyncIteration:
                return
            news = None
            yield item
    finally:
        if news is not None:
            news.cancel()
            await asyncio.wait({news})
