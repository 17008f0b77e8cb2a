"""Evolution API v2: states from memory one by one, reasons and identities from its database now and then."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import timedelta

import msgspec

from healthcheckd.domain.accounts import digits, same_name
from healthcheckd.domain.observations import Connection, Observation, Proof, missing, silent
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import evolution_metrics as metrics
from healthcheckd.gateways.adapter import Adapter
from healthcheckd.gateways.evolution_inventory import LIST_ROUTE, Inventory
from healthcheckd.gateways.evolution_rows import HARD_WIRED, SHOWS_CODE, observation
from healthcheckd.gateways.evolution_said import is_missing, proof, refuses, words
from healthcheckd.gateways.http import CONCURRENCY, Answer, short
from healthcheckd.gateways.singly import chunks, read_singly
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

REST = 30.0
"""Seconds between two reinitialisations of one instance: its own retry and ours would make two sockets."""
WELCOME_WITHIN = 3.0
"""Seconds for `/`, which asks WhatsApp's site on each call, without any limit of its own."""
CODE_LIVES = timedelta(minutes=2)
PASSING = frozenset({GatewayFault.TIMEOUT, GatewayFault.SERVER_ERROR, GatewayFault.RATE_LIMITED})
STATE_ROUTE = ("instance", "connectionState")
NO_WAY_OUT = (
    f"`/` gave no answer within {WELCOME_WITHIN:g} s; it asks web.whatsapp.com first: has the gateway a way there?"
)
UNGUARDED = "This Evolution lists its instances, tokens included, without a key. Set AUTHENTICATION_API_KEY there."


class _State(msgspec.Struct, rename="camel"):
    instance_name: str = ""
    state: str | None = None


class _ConnectionState(msgspec.Struct):
    instance: _State


class _Shown(msgspec.Struct, rename="camel"):
    code: str | None = None
    pairing_code: str | None = None


class _Welcome(msgspec.Struct):
    version: str = ""


class EvolutionGateway(Adapter):
    """One Evolution API server."""

    kind = "evolution"
    thorough = True
    complete = True

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        super().__init__(settings, clock, concurrency, key_header="apikey")
        self._inventory = Inventory(settings.name, self._http, clock)
        self._begun: dict[str, float] = {}

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        names = await self._inventory.names()
        states = metrics.states(await self._metrics())

        async def read(session: str) -> Observation:
            if states:
                return await self._told(session, states.get(session), in_round=True)
            return await self._observed(session, in_round=True)

        seen = await read_singly(names, read, self.name)
        if seen and all(one.silence for one in seen):
            # None could be read, and the names were known before: whether the gateway is well, its list tells.
            await self._inventory.refresh()
        for chunk in chunks([one for one in seen if one.found]):
            yield chunk

    async def observe(self, session: str) -> Observation:
        return await self._observed(session)

    async def prove(self, session: str) -> Proof:
        """The business profile of its own number is asked of WhatsApp each time; `whatsappNumbers` answers from a
        cache, and so proves nothing."""
        try:
            row = await self._inventory.row(session, "open")
            if row is not None and row.integration in HARD_WIRED:
                return Proof.UNSUPPORTED
            if row is None or row.phone is None:
                return Proof.INCONCLUSIVE
            return proof(await self._http.act("chat", "fetchBusinessProfile", session, body={"number": row.phone}))
        except GatewayError as error:
            if error.fault in PASSING:
                return Proof.INCONCLUSIVE
            raise

    async def reconnect(self, session: str) -> None:
        state = await self._state(session)
        await self._reinitialise(session, state)

    async def stop(self, session: str) -> None:
        """There is no such verb: the only way down is to unlink the phone, or to lose all data."""
        state = await self._state(session)
        if state is not None:
            what = "Evolution cannot stop an instance without unlinking it"
            raise GatewayError(GatewayFault.UNSUPPORTED, what, where=self.name)

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """A code to type is made only for a number that was given when the client was started."""
        state = await self._state(session)
        seen = await self._told(session, state)
        if seen.connection is Connection.CONNECTED:
            raise self._conflict("it is connected: there is nothing to pair")
        if seen.native != SHOWS_CODE:
            await self._reinitialise(session, state, phone)

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        state = await self._state(session)
        if (await self._told(session, state)).native != SHOWS_CODE:
            return Pairing()
        shown = self._http.decode(await self._connect(session, phone), _Shown)
        if phone is None:
            return Pairing(qr_text=shown.code or "")
        if not shown.pairing_code and shown.code:
            hint = "scan the QR code, or ask again when it has been given up: that takes some minutes"
            raise self._conflict("a QR code is on show, and beside it no code to type can be had", hint)
        return Pairing(code=shown.pairing_code or "", lives=CODE_LIVES)

    async def check(self) -> GatewayCheck:
        answer = await self._inventory.refresh()
        guarded = (await self._http.read_as_stranger(*LIST_ROUTE)).status in {401, 403}
        welcome = await self._welcome()
        return GatewayCheck(
            version=(welcome or "") or metrics.version(await self._metrics()),
            key_ok=True if guarded else None,
            sessions=len(await self._inventory.names()),
            latency=answer.latency,
            proof=True,
            advice=((UNGUARDED,) if not guarded else ()) + ((NO_WAY_OUT,) if welcome is None else ()) + self._advice,
        )

    async def _observed(self, session: str, *, in_round: bool = False) -> Observation:
        try:
            answer = await self._http.read(*STATE_ROUTE, session)
        except GatewayError as error:
            return self._silenced(session, error)
        if is_missing(answer):
            self._inventory.forget(session)
            return missing(session, self._clock.now())
        try:
            state = self._state_in(answer, session)
        except GatewayError as error:
            return silent(session, self._clock.now(), error.what)
        return replace(await self._told(session, state, in_round=in_round), latency=answer.latency)

    async def _state(self, session: str) -> str | None:
        """The state in memory; None if the instance is not loaded. Raises `GatewayError`."""
        return self._state_in(await self._http.read(*STATE_ROUTE, session), session)

    def _state_in(self, answer: Answer, session: str) -> str | None:
        instance = self._http.decode(self._good(answer), _ConnectionState).instance
        if not same_name(instance.instance_name, session):
            raise self._http.faults.bad_answer(answer.where, "the answer is about another session")
        return instance.state

    async def _told(self, session: str, state: str | None, *, in_round: bool = False) -> Observation:
        row = await self._inventory.row(session, state, in_round=in_round) if state else None
        at = self._clock.now()
        if row is None and state == "close":
            return silent(session, at, "it is closed, and the reason cannot be read")
        return observation(session, state, row, at)

    async def _reinitialise(self, session: str, state: str | None, phone: str | None = None) -> None:
        """A closed instance is only revived by `connect`, and a running one only by `restart`."""
        if state is None:
            hint = "restart the Evolution process: it loads its instances when it starts"
            raise self._conflict("it is in the database and not loaded; no call of the API loads it", hint)
        self._rest(session)
        if state == "close":
            answer = await self._connect(session, phone)
        else:
            answer = await self._http.act("instance", "restart", session)
        if refuses(self._good(answer)):
            raise self._conflict(
                f"it did nothing: {short(self._http.credentials.scrub(words(answer))) or 'no reason given'}"
            )

    async def _connect(self, session: str, phone: str | None) -> Answer:
        query = {"number": digits(phone)} if phone else None
        return self._good(await self._http.act("instance", "connect", session, method="GET", query=query))

    def _rest(self, session: str) -> None:
        now = self._clock.monotonic()
        rested = now - self._begun.get(session, -REST)
        if rested < REST:
            raise self._conflict(f"it was reinitialised {rested:.0f} s ago; twice within {REST:g} s makes two of it")
        self._begun[session] = now

    async def _metrics(self) -> str:
        """The text of `/metrics`; nothing where it is off, or shut to us. It takes no key."""
        try:
            answer = await self._http.read_as_stranger("metrics")
        except GatewayError:  # one source of two: what is wrong with the gateway is found with the other
            return ""
        return answer.body.decode(errors="replace") if answer.ok else ""

    async def _welcome(self) -> str | None:
        """The version that `/` tells, nothing where something else is on show there; None when it is late."""
        try:
            async with asyncio.timeout(WELCOME_WITHIN):
                return self._http.decode(await self._http.read_as_stranger(), _Welcome).version
        except TimeoutError:
            return None
        except GatewayError as error:
            return None if error.fault is GatewayFault.TIMEOUT else ""

    def _good(self, answer: Answer) -> Answer:
        """The same answer if it is a success; raises what it means otherwise."""
        if answer.ok:
            return answer
        raise self._http.failure(answer, words(answer))

    def _conflict(self, what: str, hint: str = "") -> GatewayError:
        return GatewayError(GatewayFault.CONFLICT, what, where=self.name, hint=hint)
