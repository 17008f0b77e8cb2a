"""Meta's WhatsApp Cloud API: the numbers of one business account, read and told of; nothing is ever restarted."""

import logging
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NoReturn

import msgspec
from yarl import URL

from healthcheckd.domain.observations import Connection, Observation, Proof, missing, silent
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import meta_rows as rows
from healthcheckd.gateways.adapter import Adapter, tell_unnamed
from healthcheckd.gateways.http import CONCURRENCY, LIST, SINGLE, Answer, short
from healthcheckd.gateways.meta_quota import Quota
from healthcheckd.gateways.singly import chunks
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

logger = logging.getLogger(__name__)

FIELDS = (
    "id,display_phone_number,verified_name,quality_rating,status,health_status,throughput"
    ",whatsapp_business_manager_messaging_limit",
    "id,display_phone_number,verified_name,quality_rating,status,health_status",
    "id,display_phone_number,verified_name,quality_rating,status",
)
"""What to ask for, the fullest first: one field that Graph does not know fails the whole call."""
WITHOUT_HEALTH = len(FIELDS) - 1

A_PAGE = 100
MOST_PAGES = 1_000
BY_ITS_CODE = frozenset({401, 403, 429})
"""Statuses that Graph uses for one number and for the key alike: its code tells which."""

KEY_REFUSED = frozenset({0, 190})
NOT_ALLOWED = frozenset({3, 10, *range(200, 300)})
TOO_MANY_CALLS = frozenset({4, 80007})
NO_SUCH_FIELD = 100

EXAMPLE = "https://graph.facebook.com/v25.0/WABA_ID"


class _Cursors(msgspec.Struct, frozen=True):
    after: str = ""


class _Paging(msgspec.Struct, frozen=True):
    cursors: _Cursors = _Cursors()
    next: str = ""


class _Page(msgspec.Struct):
    """`next` is a URL of Graph's own making, with the key in it: it says that there is more, and is never asked."""

    data: list[msgspec.Raw]
    paging: _Paging = _Paging()

    @property
    def after(self) -> str:
        return self.paging.cursors.after if self.paging.next else ""


class Refusal(GatewayError):
    """What Graph says against one object, and not against the key or all calls."""

    def __init__(self, error: rows.Error, fault: GatewayFault, what: str, where: str) -> None:
        super().__init__(fault, what, where=where)
        self.error = error


class MetaGateway(Adapter):
    """One WhatsApp Business Account. A session is a phone number, by its id."""

    kind = "meta"
    thorough = True
    complete = True

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        url = URL(settings.url)
        self._version, self._account = ("", *url.path.strip("/").split("/"))[-2:]
        super().__init__(
            replace(settings, url=str(url.parent)),
            clock,
            concurrency,
            key_header="Authorization",
            own_statuses=BY_ITS_CODE,
            key_prefix="Bearer ",
        )
        self._quota = Quota(clock)
        self._level = 0

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        found, _ = await self._list()
        at = self._clock.now()
        seen = self._safe(rows.observations(found, at))
        tell_unnamed(self.name, len(found) - len(seen))
        for chunk in chunks(seen):
            yield chunk

    async def observe(self, session: str) -> Observation:
        try:
            return self._understood(session, await self._fields(session))
        except Refusal as refusal:
            at = self._clock.now()
            if refusal.error.is_missing:
                return missing(session, at)
            return rows.refused(session, at, refusal.error, refusal.what)
        except GatewayError as error:
            return self._silenced(session, error)

    async def prove(self, session: str) -> Proof:
        """A reading is the proof: it is asked of WhatsApp's own house."""
        seen = await self.observe(session)
        if seen.connection is Connection.CONNECTED and self._level == WITHOUT_HEALTH:
            return Proof.UNSUPPORTED
        return seen.proof or Proof.INCONCLUSIVE

    async def reconnect(self, session: str) -> None:
        self._cannot("restart a number", "see what WhatsApp Manager says of it; there it can be registered again")

    async def stop(self, session: str) -> None:
        self._cannot("stop a number without taking it out of service", f"healthcheck accounts disable {self.name}/ID")

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        self._cannot("link a number to a phone", "register it in WhatsApp Manager, with its PIN")

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        self._cannot("show a code", "register the number in WhatsApp Manager, with its PIN")

    async def check(self) -> GatewayCheck:
        found, latency = await self._list()
        blind = self._level == WITHOUT_HEALTH
        told = ("Meta tells no health_status here: a blocked number may look well.",) if blind else ()
        return GatewayCheck(
            version=self._version,
            key_ok=True,
            sessions=len(found),
            latency=latency,
            proof=not blind,
            advice=(*(self._scrubbed(line) for line in rows.summary(found)), *told, *self._advice),
        )

    async def _list(self) -> tuple[list[msgspec.Raw], float]:
        """All pages, and how long the first took. Raises `GatewayError` for a list that is not whole."""
        found: list[msgspec.Raw] = []
        latency, after = 0.0, ""
        for number in range(MOST_PAGES):
            answer = await self._page(after)
            page = self._http.decode(answer, _Page)
            found += page.data
            latency = latency if number else answer.latency
            if not page.after:
                return found, latency
            if page.after == after:
                raise self._http.faults.bad_answer(answer.where, "the list goes round in a circle")
            after = page.after
        raise self._http.faults.bad_answer(answer.where, f"the list has over {MOST_PAGES} pages")

    async def _page(self, after: str) -> Answer:
        if not self._account.isdigit():
            what = "its url does not end with the id of a WhatsApp Business Account"
            raise GatewayError(GatewayFault.BAD_ANSWER, what, where=self.name, hint=f'url = "{EXAMPLE}"')
        query = {"limit": str(A_PAGE), **({"after": after} if after else {})}
        try:
            # A list that was begun is finished, whatever it takes of the quota: half of one is no use.
            return await self._fields(self._account, "phone_numbers", query=query, limit=LIST, goes_on=bool(after))
        except Refusal as refusal:
            if not refusal.error.is_missing:
                raise
            what = f"Meta has no business account {self._account}, or this key may not see it"
            hint = f"check the end of url of gateway {self.name}: {EXAMPLE}"
            raise GatewayError(GatewayFault.NOT_FOUND, what, where=refusal.where, hint=hint) from None

    async def _fields(
        self, *segments: str, query: Mapping[str, str] | None = None, limit: int = SINGLE, goes_on: bool = False
    ) -> Answer:
        """With as many fields as Graph knows. Raises `Refusal`, `GatewayError`."""
        if not goes_on:
            self._quota.check(self.name)
        for level in range(self._level, len(FIELDS)):
            answer = await self._asked(*segments, query={"fields": FIELDS[level], **(query or {})}, limit=limit)
            if answer.ok:
                self._settle_for(level)
                return answer
            error = rows.said(answer.body)
            if error.code != NO_SUCH_FIELD or error.is_missing:
                break
        raise self._failure(answer, error)

    async def _asked(self, *segments: str, query: Mapping[str, str], limit: int) -> Answer:
        headers = self._http.credentials.headers
        answer = await self._http.read(*segments, query=query, limit=limit)
        if answer.status != 401 and not answer.ok and rows.said(answer.body).code in KEY_REFUSED:
            # Graph refuses a key with 400 as well, which the client does not take for a reason to read it again.
            self._http.credentials.renew()
            if self._http.credentials.headers != headers:
                answer = await self._http.read(*segments, query=query, limit=limit)
        self._quota.heed(answer.headers)
        return answer

    def _settle_for(self, level: int) -> None:
        if level > self._level:
            self._level = level
            told = {"action": "fields_refused", "gateway": self.name}
            logger.warning("Gateway %s does not know all fields; asked for is %s", self.name, FIELDS[level], extra=told)

    def _failure(self, answer: Answer, error: rows.Error) -> GatewayError:
        """What an error means, by its code: so Meta advises. The status decides where it says more, or all there is."""
        if error.code in TOO_MANY_CALLS or answer.status == 429:
            self._quota.exceeded()
            return self._http.faults.status(429, answer.where)
        refused = self._http.faults.unauthorized(answer.status, answer.where, basic=answer.wants_password)
        if error.code in NOT_ALLOWED:
            hint = f"give its system user whatsapp_business_management; then {refused.hint}"
            what = f"the key lacks a permission (code {error.code})"
            return GatewayError(refused.fault, what, where=answer.where, hint=hint)
        if error.code in KEY_REFUSED or answer.status == 401 or (answer.status == 403 and error.code is None):
            return refused
        if error.code is None:
            plain = self._http.failure(answer)
            return Refusal(error, plain.fault, plain.what, answer.where)
        fault = GatewayFault.SERVER_ERROR if answer.status >= 500 else GatewayFault.BAD_ANSWER
        return Refusal(error, fault, short(self._scrubbed(f"{error.message} (code {error.code})")), answer.where)

    def _understood(self, session: str, answer: Answer) -> Observation:
        number = self._http.decode(answer, rows.Number)
        if number.id != session:
            return silent(session, self._clock.now(), "the answer is about another number")
        return self._safe([rows.observation(number, self._clock.now(), answer.latency)])[0]

    def _safe(self, seen: Iterable[Observation]) -> list[Observation]:
        """Reasons in Meta's words may quote what was sent."""
        return [
            replace(one, restricted_why=self._scrubbed(one.restricted_why)) if one.restricted_why else one
            for one in seen
        ]

    def _scrubbed(self, text: str) -> str:
        return self._http.credentials.scrub(text)

    def _cannot(self, what: str, hint: str) -> NoReturn:
        raise GatewayError(GatewayFault.UNSUPPORTED, f"the Cloud API cannot {what}", where=self.name, hint=hint)
