"""One line of messages for all who listen, each at a place of its own."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import contextmanager

from engineio import packet as engine
from socketio import packet as message

from healthcheckd.ports.store import Event
from healthcheckd.web.telling import Told, told


class _Place:
    """Holds a message once there is one, and then the place after it. What everybody has passed nobody holds."""

    __slots__ = ("after", "message", "number")

    def __init__(self, number: int) -> None:
        self.number = number
        self.message: engine.Packet | None = None
        self.after: _Place | None = None


class Reader:
    """At one place of a feed, from where it goes on."""

    def __init__(self, feed: "Feed") -> None:
        self._feed = feed
        self._place = feed.end

    @property
    def behind(self) -> int:
        return self._feed.end.number - self._place.number

    async def messages(self) -> AsyncIterator[engine.Packet]:
        while True:
            while self._place.after is None:
                await self._feed.news()
            found, self._place = self._place.message, self._place.after
            yield found


class Feed:
    """Its `publish` is the engine's. A message is made once, however many listen, and not at all while nobody does."""

    def __init__(self) -> None:
        self.end = _Place(0)
        self._readers = 0
        self._news = asyncio.Event()

    def publish(self, events: Sequence[Event]) -> None:
        for event in events if self._readers else ():
            for one in told(event):
                self._say(_message(one))
        self._news.set()
        self._news = asyncio.Event()

    @contextmanager
    def follow(self) -> Iterator[Reader]:
        """What is published from now on."""
        self._readers += 1
        try:
            yield Reader(self)
        finally:
            self._readers -= 1

    async def news(self) -> None:
        await self._news.wait()

    def _say(self, message: engine.Packet) -> None:
        here, self.end = self.end, _Place(self.end.number + 1)
        here.message, here.after = message, self.end


def _message(one: Told) -> engine.Packet:
    """As it goes over every wire; it keeps what it is encoded to."""
    event = message.Packet(message.EVENT, data=[one.name, dict(one.data)])
    return engine.Packet(engine.MESSAGE, event.encode())
