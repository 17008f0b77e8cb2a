"""Whoever listens over Socket.IO, and something to hear."""

import asyncio
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import socketio

from healthcheckd.simulator import CATALOGUE, ScriptedSession
from tests.acceptance.machine import Machine, until
from tests.acceptance.web import Site, site, token

EVENTS = ("whatsapp:connection:status", "whatsapp:connection:reconnecting", "whatsapp:health:changed")

Heard = Mapping[str, list[dict[str, Any]]]


@dataclass
class Ear:
    client: socketio.AsyncClient
    heard: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    welcomes: int = 0
    ended: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass
class Ears:
    all: list[socketio.AsyncClient] = field(default_factory=list)

    async def listen(
        self,
        api: Site,
        auth: object = ...,
        headers: Mapping[str, str] | None = None,
        reconnection: bool = True,
        transports: list[str] | None = None,
    ) -> Ear:
        client = socketio.AsyncClient(reconnection=reconnection, reconnection_delay=0.1, reconnection_delay_max=0.2)
        ear = Ear(client)
        self.all.append(client)

        def connect() -> None:
            ear.welcomes += 1

        client.on("connect", connect)
        client.on("disconnect", lambda _: ear.ended.set())
        for event in EVENTS:
            client.on(event, ear.heard[event].append)
        shown = {"token": token()} if auth is ... else auth
        origin = api.url.removesuffix(api.base)
        path = f"{api.base}/socket.io"
        await client.connect(origin, dict(headers or {}), shown, transports, socketio_path=path, wait_timeout=8)
        return ear

    async def refused(self, api: Site, auth: object) -> dict[str, Any]:
        """What it is told."""
        client = socketio.AsyncClient(reconnection=False)
        self.all.append(client)
        told: list[dict[str, Any]] = []
        client.on("connect_error", told.append)
        try:
            await client.connect(api.url, auth=auth, wait_timeout=8)
        except socketio.exceptions.ConnectionError:
            return told[0]
        raise AssertionError("it was let in")

    async def close(self) -> None:
        for client in self.all:
            await client.shutdown()


async def busy(here: Machine, more: str = "", base: str = "", tokens: str = "") -> Site:
    """A daemon that looks every second."""
    api = await site(here, more, base, tokens=tokens, cadence="every 1 second")
    await api.daemon.says("health check completed")
    return api


def fall(api: Site) -> None:
    """The account fails at its gateway; a restart will mend it."""
    api.here.gateway.replace(ScriptedSession("shop", CATALOGUE["needs-restart"].after(0.01), "442079460100"))


async def hears(heard: Heard) -> Heard:
    """Until the account is back."""
    status = heard[EVENTS[0]]
    await until(lambda: status and status[-1]["status"] == "Connected", "the account is back")
    for event in EVENTS:
        assert heard[event], event
    return heard
