"""WuzAPI's own webhook of each user: one address and one key to sign with, in force at once."""

from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import wuzapi_rows as rows
from healthcheckd.gateways.http import LIST, Answer, Client
from healthcheckd.gateways.installing import in_each, not_kept, taken
from healthcheckd.gateways.wuzapi_hook import EVENTS
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.hooks import Installed
from healthcheckd.settings import GatewaySettings, Secret

REFUSED = 401
ALL = "All"
SHORTEST = 32
"""Characters of a key that it takes."""
SIGNS_NOTHING = "this build of WuzAPI signs nothing, so what it posts could not be believed"
OWN_KEY = "it has a key of its own to sign with, which something else may rely on"


class _Webhook(NamedTuple):
    url: str
    events: Sequence[str]

    def serves(self, url: str) -> bool:
        """What a build has no word for is left out by it."""
        return self.url == url and (ALL in self.events or "Message" in self.events)


class WuzapiInstaller:
    """Of one WuzAPI server."""

    def __init__(self, settings: GatewaySettings, clock: Clock) -> None:
        self._settings = settings
        own = frozenset({REFUSED})
        self._http = Client(settings, clock, key_header="Authorization", own_statuses=own)

    async def install(self, url: str, sessions: Collection[str]) -> Installed:
        secret = self._settings.hook_secret or Secret("")
        if len(secret.reveal()) < SHORTEST:
            what = f"WuzAPI takes a key of {SHORTEST} characters or more, and hook_secret is shorter"
            raise GatewayError(GatewayFault.CONFLICT, what, where=self._settings.name)
        answer = self._good(await self._http.read("admin", "users", limit=LIST))
        users, _ = rows.known(self._http.decode(answer, rows.Listed).data or [])
        known = {user.session: user for user in users}
        return await in_each(sessions, lambda session: self._place(known.get(session), url, secret))

    async def close(self) -> None:
        await self._http.close()

    async def _place(self, user: rows.Known | None, url: str, secret: Secret) -> bool:
        """The key first, so that nothing is posted unsigned; it cannot be read back, and is set again where the
        address is ours."""
        if user is None:
            raise GatewayError(GatewayFault.NOT_FOUND, "it has no such user", where=self._settings.name)
        found = await self._found(user)
        if found.url not in {"", url}:
            raise taken(self._settings.name)
        if await self._has_key(user) and not found.url:
            raise GatewayError(GatewayFault.CONFLICT, OWN_KEY, where=self._settings.name)
        await self._act(user, "session", "hmac", "config", body={"hmac_key": secret.reveal()})
        if found.serves(url):
            return False
        await self._act(user, "webhook", body=_wanted(url, found.events))
        if not (await self._found(user)).serves(url):
            raise not_kept(self._settings.name)
        return True

    async def _found(self, user: rows.Known) -> _Webhook:
        said = rows.said(self._of_user(await self._http.read("webhook", headers=user.opening)))
        return _Webhook(said.text("webhook"), said.texts("subscribe"))

    async def _has_key(self, user: rows.Known) -> bool:
        """It shows whether there is one, and not which."""
        answer = await self._http.read("session", "hmac", "config", headers=user.opening)
        if answer.status in {404, 405}:
            raise GatewayError(GatewayFault.CONFLICT, SIGNS_NOTHING, where=self._settings.name)
        return bool(rows.said(self._of_user(answer)).text("hmac_key"))

    async def _act(self, user: rows.Known, *route: str, body: dict[str, Any]) -> None:
        self._of_user(await self._http.act(*route, body=body, headers=user.opening))

    def _of_user(self, answer: Answer) -> Answer:
        if answer.status == REFUSED:
            raise GatewayError(GatewayFault.CONFLICT, "its token is refused", where=self._settings.name)
        return self._good(answer)

    def _good(self, answer: Answer) -> Answer:
        """Without its own words: they may repeat what was sent."""
        if answer.ok:
            return answer
        raise self._http.failure(answer)


def _wanted(url: str, subscribed: Sequence[str]) -> dict[str, Any]:
    """The address under both names that builds have for it. Left out, the subscriptions would be lost in some."""
    events = [ALL] if ALL in subscribed else [*subscribed, *(one for one in EVENTS if one not in subscribed)]
    return {"webhookurl": url, "webhook": url, "events": events}
