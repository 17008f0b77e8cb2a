"""WAHA: sessions by its list, evidence by single readings, restarts by its own verb."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import msgspec

from healthcheckd.domain.accounts import digits, same_name
from healthcheckd.domain.observations import Connection, Observation, Proof, missing, silent
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways.adapter import Adapter, tell_unnamed
from healthcheckd.gateways.http import CONCURRENCY, LIST, Answer
from healthcheckd.gateways.waha_rows import Detail, examined, observations
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

CHUNK = 1_000
CODE_LIVES = timedelta(minutes=2)
NO_SUCH_SESSION = ("Session not found", "We didn't find a session with name")
NO_SUCH_ROUTE = "Cannot "
PNG = b"\x89PNG"
UNGUARDED = "This WAHA answers without a key: whoever reaches it can use it. Set WAHA_API_KEY there."


class _Said(msgspec.Struct):
    """The fields of an error's body that may be repeated to people."""

    message: str | list[str] = ""
    error: str = ""
    status: str = ""
    expected: list[str] = []

    @property
    def words(self) -> str:
        if self.status and self.expected:
            return f"its state is {self.status}, and this wants {' or '.join(self.expected)}"
        message = self.message if isinstance(self.message, str) else ", ".join(self.message)
        return message.partition("\n")[0] or self.error


class _Version(msgspec.Struct):
    version: str = ""
    engine: str = ""
    tier: str = ""


class _Code(msgspec.Struct):
    code: str


class _Qr(msgspec.Struct):
    value: str


class WahaGateway(Adapter):
    """One WAHA server."""

    kind = "waha"
    thorough = False
    complete = True

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        super().__init__(settings, clock, concurrency, key_header="X-Api-Key")

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        rows = await self._list()
        at = self._clock.now()
        unnamed = 0
        for start in range(0, len(rows), CHUNK):
            chunk = rows[start : start + CHUNK]
            seen = observations(chunk, at)
            unnamed += len(chunk) - len(seen)
            yield seen
        tell_unnamed(self.name, unnamed)

    async def observe(self, session: str) -> Observation:
        try:
            answer = await self._http.read("api", "sessions", session)
        except GatewayError as error:
            return self._silenced(session, error)
        return self._understood(session, answer)

    async def prove(self, session: str) -> Proof:
        """The time lock is asked of WhatsApp itself, so its answer is evidence; a failure is evidence of nothing."""
        try:
            answer = await self._http.read("api", "sessions", session, "timelock")
        except GatewayError as error:
            if error.fault in {GatewayFault.TIMEOUT, GatewayFault.SERVER_ERROR, GatewayFault.RATE_LIMITED}:
                return Proof.INCONCLUSIVE
            raise
        if answer.ok:
            return Proof.PROVED if _is_timelock(answer) else Proof.INCONCLUSIVE
        return _unproved(answer)

    async def reconnect(self, session: str) -> None:
        await self._verb(session, "restart")

    async def stop(self, session: str) -> None:
        try:
            await self._verb(session, "stop")
        except GatewayError as error:
            if error.fault is not GatewayFault.CONFLICT:
                raise
            if (await self.observe(session)).connection is not Connection.STOPPED:
                raise

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """A restart shows the QR code in every state; not while one is on show, which somebody may be scanning."""
        seen = await self.observe(session)
        if seen.connection is Connection.NEEDS_PAIRING:
            return
        if seen.connection is Connection.CONNECTED and seen.proof is not Proof.REFUTED:
            raise GatewayError(GatewayFault.CONFLICT, "it is connected: there is nothing to pair", where=self.name)
        await self._verb(session, "restart")

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        if phone is not None:
            return await self._code(session, phone)
        answer = await self._http.read("api", session, "auth", "qr", query={"format": "raw"}, patient=True)
        if self._shows_none(answer):
            return Pairing()
        if answer.body.startswith(PNG):
            return Pairing(qr_png=answer.body)
        return Pairing(qr_text=self._http.decode(answer, _Qr).value)

    async def check(self) -> GatewayCheck:
        about = await self._http.read("api", "server", "version")
        if about.status == 404:
            about = await self._http.read("api", "version")
        version = self._http.decode(self._good(about), _Version)
        rows = await self._list()
        guarded = (await self._http.read_as_stranger("api", "sessions")).status in {401, 403}
        return GatewayCheck(
            version=" ".join(filter(None, (version.version, version.tier.capitalize()))),
            engine=version.engine,
            key_ok=True if guarded else None,
            sessions=len(rows),
            latency=about.latency,
            proof=True if version.engine == "WEBJS" else None,
            advice=self._advice if guarded else (UNGUARDED, *self._advice),
        )

    async def _list(self) -> list[msgspec.Raw]:
        """Row by row later: one odd row would otherwise spoil all."""
        answer = await self._http.read("api", "sessions", query={"all": "true"}, limit=LIST)
        return self._http.decode(self._good(answer), list[msgspec.Raw])

    def _understood(self, session: str, answer: Answer) -> Observation:
        at = self._clock.now()
        if answer.status == 404 and _said(answer).words.startswith(NO_SUCH_SESSION):
            return missing(session, at)
        if not answer.ok:
            return silent(session, at, self._http.failure(answer).what)
        try:
            detail = self._http.decode(answer, Detail)
        except GatewayError as error:
            return silent(session, at, error.what)
        if not same_name(detail.name, session):
            return silent(session, at, "the answer is about another session")
        detail.name = session
        return examined(detail, at, answer.latency)

    async def _code(self, session: str, phone: str) -> Pairing:
        answer = await self._http.act("api", session, "auth", "request-code", body={"phoneNumber": digits(phone)})
        if self._shows_none(answer):
            return Pairing()
        return Pairing(code=self._http.decode(answer, _Code).code, lives=CODE_LIVES)

    def _shows_none(self, answer: Answer) -> bool:
        """Whether it is only the wrong moment. Raises for any other failure."""
        said = _said(answer)
        if answer.status == 422 and said.expected:
            return True
        if answer.status == 404 and said.words.startswith(NO_SUCH_SESSION[1]):
            return True
        self._good(answer)
        return False

    async def _verb(self, session: str, verb: str) -> None:
        self._good(await self._http.act("api", "sessions", session, verb))

    def _good(self, answer: Answer) -> Answer:
        """The same answer if it is a success; raises what it means otherwise."""
        if answer.ok:
            return answer
        words = _said(answer).words
        raise self._http.failure(answer, "" if words.startswith(NO_SUCH_ROUTE) else words)


def _said(answer: Answer) -> _Said:
    """What an error says for itself; nothing when it is not WAHA that speaks."""
    if answer.ok:
        return _Said()
    try:
        return msgspec.json.decode(answer.body, type=_Said)
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return _Said()


def _unproved(answer: Answer) -> Proof:
    """Old builds have no such route, some engines no such call; a session in the wrong state only has none now."""
    said = _said(answer)
    never = answer.status in {404, 405, 422, 501}
    passing = said.expected or said.words.startswith(NO_SUCH_SESSION)
    return Proof.UNSUPPORTED if never and not passing else Proof.INCONCLUSIVE


def _is_timelock(answer: Answer) -> bool:
    try:
        return "isActive" in msgspec.json.decode(answer.body, type=dict[str, msgspec.Raw])
    except (msgspec.MsgspecError, UnicodeDecodeError):
        return False
