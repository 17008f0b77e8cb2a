"""Connections of strangers: not too many, and none that takes nothing of what it asked for."""

import asyncio
from collections import Counter
from collections.abc import Callable

from healthcheckd.api.addresses import Proxies
from healthcheckd.config.urls import is_loopback
from healthcheckd.settings import HttpSettings


class Visitors:
    """Counts connections. One address may have a quarter of them, unless it is this machine or a proxy of ours."""

    def __init__(self, most: int, patience: float, exempt: Callable[[str], bool] = is_loopback) -> None:
        self._most = most
        self._most_of_one = max(1, most // 4)
        self._exempt = exempt
        self._of: Counter[str] = Counter()
        self.patience = patience

    def __len__(self) -> int:
        return self._of.total()

    def enter(self, address: str) -> bool:
        if len(self) >= self._most or (self._of[address] >= self._most_of_one and not self._exempt(address)):
            return False
        self._of[address] += 1
        return True

    def leave(self, address: str) -> None:
        self._of[address] -= 1
        if not self._of[address]:
            del self._of[address]


def visitors_of(http: HttpSettings) -> Visitors:
    proxies = Proxies(http.trusted_proxies)
    return Visitors(
        http.connections, http.timeout.total_seconds(), lambda peer: is_loopback(peer) or proxies.trusts(peer)
    )


class Visit(asyncio.Protocol):
    """One connection, on its way to whoever answers."""

    def __init__(self, answering: asyncio.Protocol, visitors: Visitors) -> None:
        self._answering = answering
        self._visitors = visitors
        self._address: str | None = None
        self._transport: asyncio.Transport | None = None
        self._watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("a stream is expected")
        peer = transport.get_extra_info("peername")
        address = str(peer[0]) if peer else ""
        if not self._visitors.enter(address):
            transport.abort()
            return
        self._address, self._transport = address, transport
        self._answering.connection_made(transport)

    def connection_lost(self, exc: Exception | None) -> None:
        self._cancel()
        if self._address is None:
            return
        self._visitors.leave(self._address)
        self._answering.connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._address is not None:
            self._answering.data_received(data)

    def eof_received(self) -> bool | None:
        return self._answering.eof_received() if self._address is not None else None

    def pause_writing(self) -> None:
        """More waits to be sent than there is room for: watch that it becomes less."""
        self._answering.pause_writing()
        self._look_again()

    def resume_writing(self) -> None:
        self._cancel()
        self._answering.resume_writing()

    def _look_again(self) -> None:
        waiting = self._transport.get_write_buffer_size() if self._transport else 0
        loop = asyncio.get_running_loop()
        self._watch = loop.call_later(self._visitors.patience, self._let_go_if_stuck, waiting)

    def _let_go_if_stuck(self, waiting: int) -> None:
        if self._transport is None:
            return
        if self._transport.get_write_buffer_size() < waiting:
            self._look_again()
        else:
            self._transport.abort()

    def _cancel(self) -> None:
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None
