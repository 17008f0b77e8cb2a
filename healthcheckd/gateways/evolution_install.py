"""Evolution's own webhook of each instance: one address, kept in its database, in force at once."""

from collections.abc import Collection
from typing import Any

import msgspec

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.evolution_hook import EVENTS
from healthcheckd.gateways.evolution_said import is_missing
from healthcheckd.gateways.http import Answer, Client
from healthcheckd.gateways.installing import in_each, not_kept, taken
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.hooks import Installed
from healthcheckd.settings import GatewaySettings

OF_OLD = ("CONNECTION_UPDATE", "MESSAGES_UPSERT", "SEND_MESSAGE")
"""The events that every build knows; one that it does not know makes it refuse them all."""
BAD_REQUEST = 400
NOTHING = frozenset({b"", b"null"})


class _Webhook(msgspec.Struct):
    """Its headers may hold a key, and are never decoded."""

    enabled: bool = False
    url: str | None = None
    events: list[str] | None = None

    def serves(self, url: str) -> bool:
        return self.enabled and self.url == url and set(OF_OLD) <= set(self.events or ())

    def is_free_for(self, url: str) -> bool:
        """Nobody's, or ours with a secret of before."""
        return not self.url or self.url.rpartition("/")[0] == url.rpartition("/")[0]


class EvolutionInstaller:
    """Of one Evolution server."""

    def __init__(self, settings: GatewaySettings, clock: Clock) -> None:
        self._http = Client(settings, clock, key_header="apikey")

    async def install(self, url: str, sessions: Collection[str]) -> Installed:
        return await in_each(sessions, lambda session: self._place(session, url))

    async def close(self) -> None:
        await self._http.close()

    async def _place(self, session: str, url: str) -> bool:
        found, where = await self._found(session)
        if found.serves(url):
            return False
        if not found.is_free_for(url):
            raise taken(where)
        await self._set(session, url)
        if not (await self._found(session))[0].serves(url):
            raise not_kept(where)
        return True

    async def _found(self, session: str) -> tuple[_Webhook, str]:
        """`null` where none was ever set; of an instance that is not loaded it says so too."""
        answer = self._good(await self._http.read("webhook", "find", session))
        if answer.body.strip() in NOTHING:
            return _Webhook(), answer.where
        return self._http.decode(answer, _Webhook), answer.where

    async def _set(self, session: str, url: str) -> None:
        answer = await self._http.act("webhook", "set", session, body=_wanted(url, EVENTS))
        if answer.status == BAD_REQUEST:
            answer = await self._http.act("webhook", "set", session, body=_wanted(url, OF_OLD))
        self._good(answer)

    def _good(self, answer: Answer) -> Answer:
        """Without its own words: they may repeat the address, and the secret in it."""
        if answer.ok:
            return answer
        if is_missing(answer):
            raise GatewayError(GatewayFault.NOT_FOUND, "it has no such instance", where=answer.where)
        raise self._http.failure(answer)


def _wanted(url: str, events: Collection[str]) -> dict[str, Any]:
    """In both forms at once: builds before 2.1 read the outer fields, later ones those of `webhook`."""
    common = {"enabled": True, "url": url, "events": list(events)}
    return {
        **common,
        "webhookByEvents": False,
        "webhookBase64": False,
        "webhook": {**common, "byEvents": False, "base64": False},
    }
