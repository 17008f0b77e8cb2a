"""GOWA: devices by its list, the truth about each by both its flags. Before version 8 it holds a single one."""

from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

from yarl import URL

from healthcheckd.domain.accounts import digits
from healthcheckd.domain.observations import Connection, Observation, Proof, missing, silent
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import gowa_rows as rows
from healthcheckd.gateways.adapter import Adapter, tell_unnamed
from healthcheckd.gateways.http import CONCURRENCY, LIST, Answer, short
from healthcheckd.gateways.singly import chunks, read_singly
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

SINGLE = "default"
"""The name of the one device of a build before version 8, which has none of its own."""
DEVICE = "X-Device-Id"
LATE = 504
"""Its word, after 45 s, for a device whose client does not answer."""
CODE_LIVES = timedelta(minutes=2)
UNGUARDED = "This GOWA answers without a password: whoever reaches it can use it. Set APP_BASIC_AUTH there."
REPLACED = "A second client with the credentials of one device ends this server's process, and so all its devices."


class GowaGateway(Adapter):
    """One GOWA server."""

    kind = "gowa"
    thorough = True
    complete = True

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        super().__init__(settings, clock, concurrency, own_statuses=frozenset({LATE}))
        self._single: bool | None = None
        """Whether it is a build with one device; None until the list was read."""
        self._pictures: dict[str, tuple[Pairing, float]] = {}

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        devices = await self._devices()

        async def read(session: str) -> Observation:
            device = devices[session]
            if device is None:
                return silent(session, self._clock.now(), "its row in the list is unreadable")
            return await self._quietly(session, device)

        for chunk in chunks(await read_singly(list(devices), read, self.name)):
            yield chunk

    async def observe(self, session: str) -> Observation:
        return await self._quietly(session)

    async def prove(self, session: str) -> Proof:
        """WhatsApp is asked whether the session's own number is registered there."""
        seen = await self.observe(session)
        if seen.connection is not Connection.CONNECTED or seen.phone is None:
            return Proof.INCONCLUSIVE
        try:
            answer = await self._http.read("user", "check", query={"phone": seen.phone}, headers=self._chosen(session))
        except GatewayError as error:
            if error.fault in {GatewayFault.TIMEOUT, GatewayFault.SERVER_ERROR, GatewayFault.RATE_LIMITED}:
                return Proof.INCONCLUSIVE
            raise
        return self._proof(answer)

    async def reconnect(self, session: str) -> None:
        """This route builds the client where there is none; the one below `/devices` fails then."""
        await self._learn(session)
        self._good(await self._http.act("app", "reconnect", method="GET", headers=self._chosen(session)), session)

    async def stop(self, session: str) -> None:
        await self._known(session)
        what = "GOWA cannot stop a device without unlinking it"
        raise GatewayError(GatewayFault.UNSUPPORTED, what, where=self.name)

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """An unlinked device shows a code whenever it is asked; one that is linked and down may yet be unlinked."""
        seen = await self._known(session)
        if seen.connection is Connection.CONNECTED:
            raise GatewayError(GatewayFault.CONFLICT, "it is connected: there is nothing to pair", where=self.name)
        if seen.connection is not Connection.NEEDS_PAIRING:
            await self.reconnect(session)

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        """Asked of an unlinked device only: the question ends the connection of any other."""
        if (await self._known(session)).connection is not Connection.NEEDS_PAIRING:
            return Pairing()
        if phone is not None:
            code = self._http.decode(self._good(await self._asked_code(session, digits(phone))), rows.Code)
            return Pairing(code=code.results.pair_code, lives=CODE_LIVES)
        kept, until = self._pictures.get(session, (Pairing(), 0.0))
        return kept if self._clock.monotonic() < until else await self._new_picture(session)

    async def check(self) -> GatewayCheck:
        started = self._clock.monotonic()
        devices = await self._devices()
        latency = self._clock.monotonic() - started
        about = await self._http.read("app", "info")
        version = self._http.decode(about, rows.Info).results.version if about.ok else ""
        listed = "app/status" if self._single else "devices"
        guarded = (await self._http.read_as_stranger(*listed.split("/"))).status == 401
        return GatewayCheck(
            version=version,
            key_ok=True if guarded else None,
            sessions=len(devices),
            latency=latency,
            proof=True,
            advice=(*(() if guarded else (UNGUARDED,)), *self._advice, REPLACED),
        )

    async def _new_picture(self, session: str) -> Pairing:
        """Each login ends the one before it, and its picture with it: one is shown as long as it lives."""
        route = ("app", "login") if self._single else ("devices", session, "login")
        shown = self._http.decode(self._good(await self._http.act(*route, method="GET")), rows.Login).results
        until = self._clock.monotonic() + shown.qr_duration
        picture = self._good(await self._http.read(*self._place(shown.qr_link), patient=True))
        pairing = Pairing(qr_png=picture.body, lives=timedelta(seconds=shown.qr_duration))
        self._pictures[session] = pairing, until
        return pairing

    async def _devices(self) -> dict[str, rows.Device | None]:
        """Its list. It is asked for the many first, each time anew: a server may have been upgraded since."""
        answer = await self._http.read("devices", limit=LIST)
        self._single = answer.status == 404 and not rows.said(answer).is_missing
        if self._single:
            self._good(await self._http.read("app", "status"))
            return {SINGLE: rows.Device(SINGLE)}
        listed = self._http.decode(self._good(answer), rows.Listed).results
        devices, unnamed = rows.devices(listed or [])
        tell_unnamed(self.name, unnamed)
        return devices

    async def _quietly(self, session: str, device: rows.Device | None = None) -> Observation:
        try:
            return await self._seen(session, device)
        except GatewayError as error:
            return self._silenced(session, error)

    async def _known(self, session: str) -> Observation:
        """A usable observation, or the reason why there is none."""
        seen = await self._seen(session)
        if not seen.found:
            raise self._unknown(session)
        if seen.silence:
            raise GatewayError(GatewayFault.BAD_ANSWER, seen.silence, where=self.name)
        return seen

    async def _learn(self, session: str) -> None:
        """What kind of build it is, and that a single one is not taken for another's."""
        if self._single is None:
            await self._devices()
        if self._single and session != SINGLE:
            raise self._unknown(session)

    def _unknown(self, session: str) -> GatewayError:
        return GatewayError(GatewayFault.NOT_FOUND, f"it has no device {short(session, 60)}", where=self.name)

    async def _seen(self, session: str, device: rows.Device | None = None) -> Observation:
        """Both flags, and the device's own row where the list has not just brought it."""
        if self._single is None:
            await self._devices()
        if self._single:
            return await self._only(session)
        if device is None:
            answer = await self._http.read("devices", session)
            if not answer.ok:
                return self._unusable(session, answer)
            device = self._http.decode(answer, rows.One).results
        answer = await self._http.read("devices", session, "status")
        if not answer.ok:
            return self._unusable(session, answer)
        flags = self._http.decode(answer, rows.Status).results
        if device.id != session or flags.device_id not in {None, session}:
            return silent(session, self._clock.now(), "the answer is about another device")
        return rows.observation(device, flags, self._clock.now(), answer.latency)

    async def _only(self, session: str) -> Observation:
        """The one device of an old build, whose address stands beside its flags."""
        if session != SINGLE:
            return missing(session, self._clock.now())
        answer = await self._http.read("app", "status")
        if not answer.ok:
            return self._unusable(session, answer)
        flags = self._http.decode(answer, rows.Status).results
        return rows.observation(rows.Device(session, jid=flags.device_id), flags, self._clock.now(), answer.latency)

    def _unusable(self, session: str, answer: Answer) -> Observation:
        at = self._clock.now()
        return missing(session, at) if rows.said(answer).is_missing else silent(session, at, self._failure(answer).what)

    async def _asked_code(self, session: str, phone: str) -> Answer:
        if self._single:
            return await self._http.act("app", "login-with-code", method="GET", query={"phone": phone})
        return await self._http.act("devices", session, "login", "code", query={"phone": phone})

    def _chosen(self, session: str) -> dict[str, str]:
        return {} if self._single else {DEVICE: self._http.quoted(session)}

    def _place(self, link: str) -> tuple[str, ...]:
        """Where the picture is, below our own address: the link's host is what the server takes itself for."""
        try:
            parts = URL(link).parts[1:]
        except ValueError:
            raise self._http.faults.bad_answer(self.name, "the link of its QR code cannot be read") from None
        base = tuple(part for part in URL(self._settings.url).parts if part not in {"/", ""})
        return parts[len(base) :] if parts[: len(base)] == base else parts

    def _proof(self, answer: Answer) -> Proof:
        if answer.ok:
            registered = self._http.decode(answer, rows.Check).results.is_on_whatsapp
            return Proof.PROVED if registered else Proof.INCONCLUSIVE
        never = answer.status in {404, 405} and not rows.said(answer).is_missing
        return Proof.UNSUPPORTED if never else Proof.INCONCLUSIVE

    def _good(self, answer: Answer, session: str = "") -> Answer:
        """The same answer if it is a success; raises what it means otherwise."""
        if answer.ok:
            return answer
        raise self._failure(answer, session)

    def _failure(self, answer: Answer, session: str = "") -> GatewayError:
        """It says 500 to whatever it cannot do; only the words tell."""
        said = rows.said(answer)
        words = short(self._http.credentials.scrub(said.message))
        if said.is_missing:
            return GatewayError(GatewayFault.NOT_FOUND, words or "no such device", where=answer.where)
        if said.is_unlinked:
            hint = f"healthcheck pair {self.name}/{session}" if session else ""
            return GatewayError(GatewayFault.CONFLICT, "it is not linked any more", where=answer.where, hint=hint)
        if answer.status == 500 and words:
            return GatewayError(GatewayFault.SERVER_ERROR, f"{words} (500)", where=answer.where)
        return self._http.failure(answer, words)
