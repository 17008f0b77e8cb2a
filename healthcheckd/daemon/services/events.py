"""Where committed changes are told to whoever listens."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.ports.control import TooSlow
from healthcheckd.ports.store import Event

KEPT = 1000
"""So many events wait for one reader; more, and the reader is let go: what happens must not wait for it."""


class _Reader:
    """What waits for one reader. It holds an event, or the end: None is the daemon's, an error the reader's own."""

    def __init__(self, kept: int) -> None:
        self._waiting: asyncio.Queue[EventRow | TooSlow | None] = asyncio.Queue(kept + 1)
        self._kept = kept
        self._ended = False

    def tell(self, row: EventRow) -> None:
        if self._ended:
            return
        if self._waiting.qsize() < self._kept:
            self._waiting.put_nowait(row)
        else:
            what = f"this reader fell {self._kept} events behind and was let go"
            self.end(TooSlow(what, hint="healthcheck events --follow"))

    def end(self, last: TooSlow | None) -> None:
        if not self._ended:
            self._ended = True
            self._waiting.put_nowait(last)

    async def rows(self) -> AsyncIterator[EventRow]:
        while (row := await self._waiting.get()) is not None:
            if isinstance(row, TooSlow):
                raise row
            yield row


class EventHub:
    """Fills `EventStream`; its `publish` is the engine's `Publish`."""

    def __init__(self, kept: int = KEPT) -> None:
        self._kept = kept
        self._readers: set[_Reader] = set()

    def publish(self, events: Sequence[Event]) -> None:
        for event in events if self._readers else ():
            row = EventRow(event.at, event.kind, str(event.account) if event.account else "", event.data)
            for reader in self._readers:
                reader.tell(row)

    @contextmanager
    def follow(self) -> Iterator[AsyncIterator[EventRow]]:
        reader = _Reader(self._kept)
        self._readers.add(reader)
        try:
            yield reader.rows()
        finally:
            self._readers.discard(reader)

    def close(self) -> None:
        """The daemon ends: every stream does."""
        for reader in self._readers:
            reader.end(None)
