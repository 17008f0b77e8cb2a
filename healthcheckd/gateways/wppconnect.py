"""WPPConnect server: names from its list, all else session by session, believed only where two answers agree."""

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from typing import TypeVar

from healthcheckd.domain.observations import Observation, Proof, missing
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import wppconnect_rows as rows
from healthcheckd.gateways.adapter import Adapter, tell_unnamed
from healthcheckd.gateways.faults import ITS_OWN
from healthcheckd.gateways.http import CONCURRENCY, Answer, short
from healthcheckd.gateways.singly import chunks, read_singly
from healthcheckd.gateways.wppconnect_door import Door
from healthcheckd.gateways.wppconnect_memory import Memory
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

LETTING_GO = 2.0
"""Seconds between closing and starting: the old browser has to let go of its profile."""
VERSION_TRIES = 5
"""Only a session with a client tells the server's version, so some are asked in vain."""
PASSING = frozenset(
    {GatewayFault.TIMEOUT, GatewayFault.SERVER_ERROR, GatewayFault.RATE_LIMITED, GatewayFault.BAD_ANSWER}
)
"""Failures to tell whose a session is, which say nothing against it."""
ONLY_THE_PROCESS = "only a restart of the WPPConnect process helps: its old browser holds the profile"

T = TypeVar("T")


class WppconnectGateway(Adapter):
    """One WPPConnect server."""

    kind = "wppconnect"
    thorough = True
    complete = True

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        super().__init__(settings, clock, concurrency)
        self._door = Door(self._http)
        self._memory = Memory()

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        names = await self._names()
        for chunk in chunks(await read_singly(names, self._listed, self.name)):
            yield chunk

    async def observe(self, session: str) -> Observation:
        return await self._observed(session, listed=False)

    async def prove(self, session: str) -> Proof:
        """The page names the phone it is linked to. It does so with a closed socket too: evidence of the page."""
        return (await self._ask_whose(session))[1]

    async def reconnect(self, session: str) -> None:
        await self._must_exist(session)
        await self._revive(session, (await self._status(session)).status)

    async def stop(self, session: str) -> None:
        await self._must_exist(session)
        await self._shut(session)
        if (await self._status(session)).status != rows.CLOSED:
            raise self._conflict("it is still not closed")
        self._memory.closed(session)

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """Not while a code is on show. A number given at the start would cost the session its stored webhook."""
        await self._must_exist(session)
        native = await self._native(await self._status(session), session)
        if native == rows.CONNECTED:
            raise self._conflict("it is connected: there is nothing to pair")
        if rows.STATES.get(native) is not rows.PAIRING:
            await self._revive(session, native)

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        status = await self._status(session)
        if rows.STATES.get(status.status) is not rows.PAIRING:
            return Pairing()
        if phone is not None:
            what = "WPPConnect tells a code to type to its webhook alone"
            raise GatewayError(GatewayFault.UNSUPPORTED, what, where=self.name, hint="scan the QR code instead")
        return Pairing(qr_text=status.urlcode or "")

    async def check(self) -> GatewayCheck:
        names, answer = await self._door.names()
        return GatewayCheck(
            version=await self._version_from(names.readable),
            key_ok=True,
            sessions=len(names.readable),
            latency=answer.latency,
            proof=True,
            advice=self._about_stuck() + self._advice,
        )

    async def _names(self) -> list[str]:
        names, _ = await self._door.names()
        tell_unnamed(self.name, len(names.response) - len(names.readable))
        return names.readable

    async def _listed(self, session: str) -> Observation:
        return await self._observed(session, listed=True)

    async def _observed(self, session: str, *, listed: bool) -> Observation:
        try:
            status, latency = await self._status_read(session)
            native = await self._native(status, session)
            if native == rows.CLOSED and not (listed or session in await self._names()):
                return missing(session, self._clock.now())
            device, proof = await self._whose(session, native)
        except GatewayError as error:
            return self._silenced(session, error)
        if native == rows.CLOSED and self._memory.was_closed(session):
            native = rows.CLOSED_BY_US
        seen = rows.observation(session, native, device, self._clock.now())
        return replace(seen, latency=latency, proof=proof or seen.proof)

    async def _status(self, session: str) -> rows.Status:
        return (await self._status_read(session))[0]

    async def _status_read(self, session: str) -> tuple[rows.Status, float]:
        answer = await self._door.read(session, "status-session")
        return self._single(answer, rows.Status), answer.latency

    async def _native(self, status: rows.Status, session: str) -> str:
        """The status; CONNECTED only if the page says so too. A hung page does not answer at all."""
        native = status.status
        if native == rows.CONNECTED:
            native = await self._agreed(session)
        self._memory.saw(session, native, self._clock.monotonic())
        return native

    async def _agreed(self, session: str) -> str:
        try:
            answer = await self._door.read(session, "check-connection-session")
        except GatewayError as error:
            if error.fault is GatewayFault.TIMEOUT:
                return rows.PAGE_HUNG
            raise
        return rows.CONNECTED if self._single(answer, rows.Check).status else rows.PAGE_DEAD

    async def _whose(self, session: str, native: str) -> tuple[rows.Device | None, Proof | None]:
        if native != rows.CONNECTED:
            return None, None
        known = self._memory.device(session, self._clock.monotonic())
        return (known, None) if known else await self._ask_whose(session)

    async def _ask_whose(self, session: str) -> tuple[rows.Device | None, Proof]:
        try:
            answer = await self._door.read(session, "host-device")
            if not answer.ok:
                return None, Proof.REFUTED if rows.no_client(answer) else Proof.INCONCLUSIVE
            device = self._http.decode(answer, rows.HostDevice).response
        except GatewayError as error:
            if error.fault in PASSING:
                return None, Proof.INCONCLUSIVE
            raise
        if device.phone is None:
            return None, Proof.INCONCLUSIVE
        self._memory.learned(session, device, self._clock.monotonic())
        return device, Proof.PROVED

    async def _must_exist(self, session: str) -> None:
        """Starting a session that never was would make one."""
        if session not in await self._names():
            raise GatewayError(GatewayFault.NOT_FOUND, "it has no such session", where=self.name)

    async def _revive(self, session: str, native: str) -> None:
        if native == rows.INITIALIZING:
            if self._memory.is_beyond_help(session):
                raise self._conflict(f"{rows.INITIALIZING} again after it was closed and started: {ONLY_THE_PROCESS}")
            self._memory.restarted(session)
        if native != rows.CLOSED:
            await self._shut(session)
            await self._clock.sleep(LETTING_GO)
        self._memory.started(session)
        # An empty body: with any other the session loses its stored webhook.
        self._door.good(await self._door.act(session, "start-session", body={}))

    async def _shut(self, session: str) -> None:
        """500 says that there was no client to close; the status becomes CLOSED all the same."""
        answer = await self._door.act(session, "close-session")
        if answer.status != 500:
            self._door.good(answer)

    async def _version_from(self, names: Sequence[str]) -> str:
        for session in names[:VERSION_TRIES]:
            try:
                version = (await self._status(session)).version
            except GatewayError as error:
                if error.fault in ITS_OWN:
                    continue
                raise
            if version:
                return version
        return ""

    def _about_stuck(self) -> tuple[str, ...]:
        stuck = self._memory.stuck(self._clock.monotonic())
        if not stuck:
            return ()
        more = f" and {len(stuck) - 1} more" if len(stuck) > 1 else ""
        return (f"{short(stuck[0], 40)}{more}: {rows.INITIALIZING} for too long; {ONLY_THE_PROCESS}.",)

    def _single(self, answer: Answer, shape: type[T]) -> T:
        """The answer about one session; whatever else came is that session's alone."""
        if not answer.ok:
            raise self._http.faults.bad_answer(answer.where, self._http.failure(answer).what)
        return self._http.decode(answer, shape)

    def _conflict(self, what: str) -> GatewayError:
        return GatewayError(GatewayFault.CONFLICT, what, where=self.name)
