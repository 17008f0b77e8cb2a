"""wwebjs-api: names from its list, all else from the status of each session. Its verbs are GETs."""

import logging
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from healthcheckd.domain.accounts import digits
from healthcheckd.domain.observations import Connection, Observation, Proof, missing, silent
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import wwebjs_rows as rows
from healthcheckd.gateways.adapter import Adapter, tell_unnamed
from healthcheckd.gateways.faults import ITS_OWN
from healthcheckd.gateways.http import CONCURRENCY, LIST, Answer
from healthcheckd.gateways.singly import chunks, read_singly
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

logger = logging.getLogger(__name__)

SET_UP_TAKES = 60.0
"""Seconds. A start that fails has said so after 31; one that is silent longer never will."""
CODE_LIVES = timedelta(minutes=2)
EXISTS = "Session already exists"
HUNG = "no answer of the page"
UNGUARDED = "This wwebjs-api answers without a key: whoever reaches it can use it. Set API_KEY there."


class WwebjsGateway(Adapter):
    """One wwebjs-api server. It remembers what it started itself: only so a failed start is told from a stop."""

    kind = "wwebjs"
    thorough = True
    complete = False

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        super().__init__(settings, clock, concurrency, key_header="x-api-key")
        self._due: dict[str, float] = {}
        """Until when a session that we started may be missing without having failed, by the monotonic clock."""

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        names = (await self._names()).readable
        for chunk in chunks(await read_singly(names, self.observe, self.name)):
            yield chunk

    async def observe(self, session: str) -> Observation:
        try:
            answer = await self._http.read("session", "status", session)
        except GatewayError as error:
            return self._silenced(session, error)
        seen = self._understood(session, answer)
        return await self._identified(seen) if seen.connection is Connection.CONNECTED else seen

    async def prove(self, session: str) -> Proof:
        """The status is asked of the page: there is no better evidence, and no worse for being asked again."""
        return (await self.observe(session)).proof or Proof.INCONCLUSIVE

    async def reconnect(self, session: str) -> None:
        await self._revive(session, await self._status(session))

    async def stop(self, session: str) -> None:
        await self._verb("stop", session)
        self._due.pop(session, None)

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """Not while a code is on show, which somebody may be scanning."""
        native = await self._status(session)
        state = rows.STATES.get(native)
        if state is rows.PAIRING:
            return
        if state is not None and state.connection is Connection.CONNECTED:
            raise GatewayError(GatewayFault.CONFLICT, "it is connected: there is nothing to pair", where=self.name)
        await self._revive(session, native)

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        if rows.STATES.get(await self._status(session)) is not rows.PAIRING:
            return Pairing()
        if phone is not None:
            return await self._code(session, phone)
        answer = self._good(await self._http.read("session", "qr", session, patient=True))
        return Pairing(qr_text=self._http.decode(answer, rows.Qr).qr)

    async def check(self) -> GatewayCheck:
        """It tells no version, and `/ping` asks for no key: the list is what shows whether the key is right."""
        started = self._clock.monotonic()
        names = await self._names()
        latency = self._clock.monotonic() - started
        guarded = (await self._http.read_as_stranger("session", "getSessions")).status in {401, 403}
        return GatewayCheck(
            key_ok=True if guarded else None,
            sessions=len(names.readable),
            latency=latency,
            proof=True,
            advice=self._advice if guarded else (UNGUARDED, *self._advice),
        )

    async def _names(self) -> rows.Names:
        names = self._http.decode(self._good(await self._http.read("session", "getSessions", limit=LIST)), rows.Names)
        tell_unnamed(self.name, len(names.result) - len(names.readable))
        return names

    def _understood(self, session: str, answer: Answer) -> Observation:
        at = self._clock.now()
        if answer.status == 422:
            return missing(session, at)
        if not answer.ok:
            return silent(session, at, self._http.failure(answer).what)
        said = rows.said(answer)
        if not said.native:
            return silent(session, at, "not the JSON expected")
        native = self._http.credentials.scrub(self._native(session, said.native))
        return rows.observation(session, native, at, answer.latency)

    def _native(self, session: str, native: str) -> str:
        """Its word; one that is missing after a start of ours is not stopped by anybody."""
        if native != rows.NOT_FOUND:
            self._due.pop(session, None)
            return native
        if session not in self._due:
            return native
        return rows.SETTING_UP if self._clock.monotonic() < self._due[session] else rows.SET_UP_FAILED

    async def _identified(self, seen: Observation) -> Observation:
        try:
            return rows.identified(seen, await self._http.read("client", "getClassInfo", seen.session))
        except GatewayError as error:
            if error.fault in ITS_OWN:
                return seen
            raise

    async def _status(self, session: str) -> str:
        """Its word for the session as it is now. A page that hangs says nothing for 181 s: we do not wait for it."""
        try:
            answer = await self._http.read("session", "status", session)
        except GatewayError as error:
            if error.fault is GatewayFault.TIMEOUT:
                return HUNG
            raise
        return rows.said(self._good(answer)).native

    async def _revive(self, session: str, native: str) -> None:
        """One set-up, or two where a client is dead again right after its restart: each that fails leaves a browser
        running. What is missing after a restart has failed to be set up, and is started by the next attempt."""
        if native == rows.NOT_FOUND:
            return await self._begin("start", session)
        await self._begin("restart", session)
        after = await self._status(session)
        if after in rows.DEAD:
            await self._verb("stop", session)
            await self._begin("start", session)
        elif after == rows.NOT_FOUND:
            self._due[session] = self._clock.monotonic()
        return None

    async def _begin(self, verb: str, session: str) -> None:
        """Both answer only when the client is up, or never: whether they succeeded is read from the status."""
        self._due[session] = self._clock.monotonic() + SET_UP_TAKES
        try:
            await self._verb(verb, session)
        except GatewayError as error:
            if error.fault is not GatewayFault.TIMEOUT:
                self._due[session] = self._clock.monotonic()
                raise
            told = {"action": "verb_unanswered", "gateway": self.name, "session": session}
            logger.info("%s of %s/%s is not answered yet", verb, self.name, session, extra=told)

    async def _verb(self, verb: str, session: str) -> None:
        answer = await self._http.act("session", verb, session, method="GET")
        said = rows.said(answer)
        if said.success or said.words.startswith(EXISTS):
            return
        self._good(answer)
        words = said.words or "it says neither success nor why not"
        raise GatewayError(GatewayFault.CONFLICT, self._http.credentials.scrub(words), where=answer.where)

    async def _code(self, session: str, phone: str) -> Pairing:
        body = {"phoneNumber": digits(phone), "showNotification": True}
        answer = self._good(await self._http.act("session", "requestPairingCode", session, body=body))
        return Pairing(code=self._http.decode(answer, rows.Code).result, lives=CODE_LIVES)

    def _good(self, answer: Answer) -> Answer:
        """The same answer if it is a success; raises what it means otherwise."""
        if answer.ok:
            return answer
        raise self._http.failure(answer, rows.said(answer).words)
