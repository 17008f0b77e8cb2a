"""Who may come in over TCP, whatever is spoken there: paced, locked out, verified, and written down when refused."""

from collections.abc import Callable, Sequence

from healthcheckd.api.addresses import Proxies, household
from healthcheckd.api.expiring import Expiries
from healthcheckd.api.failures import MANAGE, BadToken, LacksPermission, TooMany
from healthcheckd.api.limits import Lockouts, Pace
from healthcheckd.api.refusals import Refusals
from healthcheckd.api.tokens import Token, Verifier
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.control import Caller
from healthcheckd.settings import HttpSettings, JwtSettings

HEADER = "Authorization: Bearer TOKEN"


class Doorkeeper:
    """Knows callers by their address, and what they may by their token. `jwt` are the settings in force."""

    def __init__(
        self, http: HttpSettings, jwt: Callable[[], JwtSettings], clock: Clock, refusals: Refusals, expiries: Expiries
    ) -> None:
        self._proxies = Proxies(http.trusted_proxies)
        self._pace = Pace(http.per_minute, clock)
        self._lockouts = Lockouts(http.bad_tokens, http.lockout.total_seconds(), clock)
        self.jwt = jwt
        self._clock = clock
        self._refusals = refusals
        self._expiries = expiries

    def address(self, peer: str, forwarded: Sequence[str]) -> str:
        """`forwarded` are the lines of `X-Forwarded-For`."""
        return self._proxies.caller(peer, forwarded)

    async def admit(self, address: str) -> None:
        """Every call takes this step first. Raises `TooMany`."""
        try:
            self._pace.step(household(address))
        except TooMany as error:
            await self._refusals.note(address, error.what)
            raise

    async def identify(self, address: str, authorization: Sequence[str]) -> Caller:
        """Raises as `recognise` does."""
        token = await self.recognise(address, authorization)
        return Caller(token.subject, "token", may_read=True, may_manage=True)

    async def recognise(self, address: str, authorization: Sequence[str]) -> Token:
        """`authorization` are the lines of that header.

        Raises `BadToken`, `LacksPermission` for a good one that is good for something else, `TooMany` while locked
        out."""
        try:
            self._lockouts.check(household(address))
            token = self._verified(bearer(authorization))
        except TooMany as error:
            await self._refusals.note(address, error.what)
            raise
        except BadToken as error:
            await self._note_bad(address, error)
            raise
        if not token.manages:
            why = f"user {token.subject} lacks the permission {MANAGE}"
            await self._refusals.note(address, why)
            raise LacksPermission(why, hint=f"healthcheck token issue --sub NAME --permission {MANAGE}")
        await self._expiries.note(token, self._clock.now())
        return token

    def _verified(self, token: str) -> Token:
        if not token:
            raise BadToken("no token was sent", genuine=True, missing=True, hint=HEADER)
        return Verifier(self.jwt()).verify(token, self._clock.now())

    async def _note_bad(self, address: str, error: BadToken) -> None:
        await self._refusals.note(address, error.what)
        if not error.genuine and self._lockouts.wrong(household(address)):
            await self._refusals.note(address, "too many bad tokens: the address is locked out")


def bearer(lines: Sequence[str]) -> str:
    """The token of the one `Authorization` header; empty where there is none. Raises `BadToken` for anything else."""
    if not lines:
        return ""
    scheme, _, token = lines[0].partition(" ")
    if len(lines) > 1 or scheme.lower() != "bearer" or not token.strip():
        raise BadToken("this is no token", hint=HEADER)
    return token.strip()
