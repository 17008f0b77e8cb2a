"""How one gets into WPPConnect: a secret in the path makes a token for each session, and the token opens the rest."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec

from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.http import LIST, Answer, Client
from healthcheckd.gateways.wppconnect_rows import Names, words, wrong_secret
from healthcheckd.settings import Secret

Ask = Callable[[Mapping[str, str]], Awaitable[Answer]]
AskWithSecret = Callable[[Secret], Awaitable[Answer]]


class _Token(msgspec.Struct):
    token: str


class Door:
    """Requests to one WPPConnect. A token never expires, and each costs the server a slow hash: they are kept."""

    def __init__(self, http: Client) -> None:
        self._http = http
        self._tokens: dict[str, Secret] = {}

    async def names(self) -> tuple[Names, Answer]:
        """All sessions known to the server; raises `GatewayError`."""
        answer = await self._with_secret(
            lambda secret: self._http.read("api", secret, "show-all-sessions", limit=LIST),
        )
        return self._http.decode(self.good(answer), Names), answer

    async def read(self, session: str, route: str) -> Answer:
        return await self._with_token(session, lambda headers: self._http.read("api", session, route, headers=headers))

    async def act(self, session: str, route: str, body: Any = None) -> Answer:
        return await self._with_token(
            session, lambda headers: self._http.act("api", session, route, body=body, headers=headers)
        )

    def good(self, answer: Answer) -> Answer:
        """The same answer if it is a success; raises what it means otherwise."""
        if answer.ok:
            return answer
        raise self._http.failure(answer, words(answer))

    async def _with_token(self, session: str, ask: Ask) -> Answer:
        kept = self._tokens.get(session)
        try:
            return await ask(_bearer(kept or await self._make_token(session)))
        except GatewayError as error:
            if kept is None or error.fault is not GatewayFault.UNAUTHORIZED:
                raise
        # The server's secret has changed. The call was refused before anything was done, so this repeats no deed.
        return await ask(_bearer(await self._make_token(session)))

    async def _make_token(self, session: str) -> Secret:
        self._tokens.pop(session, None)
        answer = await self._with_secret(lambda secret: self._http.act("api", session, secret, "generate-token"))
        token = Secret(self._http.decode(self.good(answer), _Token).token)
        self._tokens[session] = token
        return token

    async def _with_secret(self, ask: AskWithSecret) -> Answer:
        """Once more with another secret, if the file now holds one."""
        credentials = self._http.credentials
        refused: Secret | None = None
        while credentials.key and credentials.key != refused:
            refused = credentials.key
            answer = await ask(refused)
            if not wrong_secret(answer):
                return answer
            credentials.renew()
        status, where = (400, answer.where) if refused else (401, self._http.faults.where(""))
        raise self._http.faults.unauthorized(status, where)


def _bearer(token: Secret) -> dict[str, str]:
    return {"Authorization": f"Bearer {token.reveal()}"}
