"""What waits to be sent to one client: never much, whatever it does."""

import asyncio

from engineio.packet import Packet

AT_ONCE = 14
"""Messages. A poll takes all that waits, and clients in Python refuse more than 16 packets of one poll."""

_MOST = 32


class Outgoing(asyncio.Queue["Packet | None"]):
    """Takes the place of engine.io's own queue, which has no bound."""

    def __init__(self) -> None:
        super().__init__()
        self._taken = asyncio.Event()

    async def put(self, item: Packet | None) -> None:
        """What engine.io itself has to say: it must never wait, or the end of a client that takes nothing would wait
        for that client. Such a one is not answered any more. None is the end."""
        if item is None or self.qsize() < _MOST:
            self.put_nowait(item)

    async def put_in_turn(self, item: Packet) -> None:
        """Waits until there is room."""
        while self.qsize() >= AT_ONCE:
            self._taken.clear()
            await self._taken.wait()
        self.put_nowait(item)

    async def join(self) -> None:
        """Nobody waits until a client has taken everything: it may never do so."""

    def _get(self) -> Packet | None:
        self._taken.set()
        return super()._get()
