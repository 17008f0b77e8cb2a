"""A server that answers in WAHA's words as fast as Python can: several gateways by the first part of the path.

Run as a process of its own, so that its work is not counted. It prints its port, and ends with its standard input.
"""

import argparse
import asyncio
import os
import sys
from typing import NamedTuple
from urllib.parse import parse_qs

PERSON = '{"id":"55%011d@c.us","pushName":"Shop %d","lid":"7%011d@lid","jid":"55%011d:1@s.whatsapp.net"}'
ROW = (
    '{"name":"shop-%07d","status":"%s","config":{"metadata":{},"webhooks":[]},"me":%s,'
    '"assignedWorker":"","presence":null,"timestamps":{"activity":1767225600000}'
)
ENGINE = ',"engine":{"engine":"WEBJS","state":"CONNECTED"}}'


class Scene(NamedTuple):
    """Every so many accounts, counted from `offset`, show `status`; a silent gateway fails altogether."""

    every: int = 0
    offset: int = 0
    status: str = "FAILED"
    silent: bool = False

    def status_of(self, number: int) -> str:
        return self.status if self.every and number % self.every == self.offset else "WORKING"


class Fleet:
    """So many accounts in order, spread evenly over so many gateways."""

    def __init__(self, accounts: int, gateways: int) -> None:
        self.scene = Scene()
        self._share = accounts // gateways
        self._lists: dict[int, bytes] = {}

    def set(self, scene: Scene) -> bytes:
        self.scene = scene
        self._lists.clear()
        return b"{}"

    def list(self, gateway: int) -> bytes:
        if gateway not in self._lists:
            first = gateway * self._share
            rows = (self._row(number) + "}" for number in range(first, first + self._share))
            self._lists[gateway] = f"[{','.join(rows)}]".encode()
        return self._lists[gateway]

    def one(self, name: str) -> bytes:
        return (self._row(int(name.rpartition("-")[2])) + ENGINE).encode()

    def _row(self, number: int) -> str:
        return ROW % (number, self.scene.status_of(number), PERSON % ((number,) * 4))


class Conversation(asyncio.Protocol):
    """One kept connection. Requests are whole and come one after the other: that is how the product asks."""

    def __init__(self, fleet: Fleet) -> None:
        self._fleet = fleet
        self._heard = b""
        self._transport: asyncio.Transport

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if self._heard.endswith(b"\r\n\r\n"):
            target = self._heard.split(b" ", 2)[1].decode()
            self._heard = b""
            self._transport.writelines(self._answer(target))

    def _answer(self, target: str) -> list[bytes]:
        if target.startswith("/scene?"):
            body = self._fleet.set(scene_of(target))
        elif self._fleet.scene.silent:
            return [b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"]
        else:
            body = self._said(target.partition("?")[0])
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        return [head.encode(), body]

    def _said(self, path: str) -> bytes:
        _, gateway, _, *rest = path.split("/")
        match rest:
            case ["sessions"]:
                return self._fleet.list(int(gateway))
            case ["sessions", name, *_]:
                return self._fleet.one(name)
        return b'{"version":"2026.8.1","engine":"WEBJS","tier":"PLUS"}'


def scene_of(target: str) -> Scene:
    asked = {name: values[0] for name, values in parse_qs(target.partition("?")[2]).items()}
    every, offset = int(asked.get("every", 0)), int(asked.get("offset", 0))
    return Scene(every, offset, asked.get("status", "FAILED"), "silent" in asked)


async def serve(fleet: Fleet) -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Conversation(fleet), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.to_thread(sys.stdin.read)
    server.close()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, required=True)
    parser.add_argument("--gateways", type=int, required=True)
    parser.add_argument("--cpu", type=int)
    given = parser.parse_args()
    if given.cpu is not None:
        os.sched_setaffinity(0, {given.cpu})
    asyncio.run(serve(Fleet(given.accounts, given.gateways)))


if __name__ == "__main__":
    main()
