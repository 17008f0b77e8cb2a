"""Signs of life in a quiet stream."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from healthcheckd.api.streams import with_pulse


class Source:
    """Says something when told to; remembers that it was closed."""

    def __init__(self) -> None:
        self.said: asyncio.Queue[str | None] = asyncio.Queue()
        self.cut_off = False

    async def lines(self) -> AsyncIterator[object]:
        try:
            while (line := await self.said.get()) is not None:
                yield line
        except asyncio.CancelledError:
            self.cut_off = True
            raise


async def test_quiet_is_broken_by_a_sign_of_life_and_nothing_is_lost() -> None:
    source = Source()
    async with aclosing(with_pulse(source.lines(), 0.001)) as heard:
        assert await anext(heard) is None
        assert await anext(heard) is None
        source.said.put_nowait("news")
        assert await anext(heard) == "news"
        source.said.put_nowait(None)
        with pytest.raises(StopAsyncIteration):
            await anext(heard)


async def test_leaving_in_a_quiet_moment_cuts_the_source_off() -> None:
    source = Source()
    async with aclosing(with_pulse(source.lines(), 0.001)) as heard:
        assert await anext(heard) is None
    await asyncio.sleep(0)
    assert source.cut_off
