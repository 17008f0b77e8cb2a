"""WuzAPI: users by the admin's list, which is live; each user's own calls with the token that the list shows."""

import asyncio
import base64
import binascii
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta

import msgspec

from healthcheckd.domain.accounts import digits
from healthcheckd.domain.observations import Connection, Observation, Proof, missing, silent
from healthcheckd.errors import GatewayError, GatewayFault
from healthcheckd.gateways import wuzapi_rows as rows
from healthcheckd.gateways.adapter import Adapter, tell_unnamed
from healthcheckd.gateways.http import CONCURRENCY, LIST, Answer, short
from healthcheckd.gateways.singly import chunks, read_singly
from healthcheckd.ports.clock import Clock
from healthcheckd.ports.gateway import GatewayCheck, Pairing
from healthcheckd.settings import GatewaySettings

REFUSED = 401
CODE_LIVES = timedelta(minutes=2)
NO_CLIENT = "no session"
SHOWS_NONE = frozenset({NO_CLIENT, "not connected", "already logged in"})
ALREADY = "already connected"
PICTURE = "data:image/png;base64,"
STUCK = "its dead client is in the way, and old builds of WuzAPI let go of it only when their process ends"
UNGUARDED = "This WuzAPI shows its users and their tokens to everybody. Set WUZAPI_ADMIN_TOKEN there."


class _Health(msgspec.Struct):
    version: str = ""


class WuzapiGateway(Adapter):
    """One WuzAPI server. It keeps the users' tokens, and which of them it stopped: nothing in a row shows that."""

    kind = "wuzapi"
    thorough = True
    complete = True

    def __init__(self, settings: GatewaySettings, clock: Clock, concurrency: int = CONCURRENCY) -> None:
        super().__init__(settings, clock, concurrency, key_header="Authorization", own_statuses=frozenset({REFUSED}))
        self._users: dict[str, rows.Known] = {}
        self._edition = 0
        self._listing = asyncio.Lock()
        self._stopped: dict[str, list[str]] = {}
        """What each was subscribed to when we stopped it, which old builds forget."""

    async def sessions(self) -> AsyncIterator[Sequence[Observation]]:
        await self._list()
        users = list(self._users.values())
        seen = [self._observed(user, flags) for user in users if (flags := user.flags)]
        asked = [user.session for user in users if not user.flags]
        for chunk in chunks([*seen, *await read_singly(asked, self.observe, self.name)]):
            yield chunk

    async def observe(self, session: str) -> Observation:
        try:
            return await self._asked(session)
        except GatewayError as error:
            return self._silenced(session, error)

    async def prove(self, session: str) -> Proof:
        """WhatsApp is asked whether the user's own number is registered there."""
        seen = await self.observe(session)
        if seen.connection is not Connection.CONNECTED or seen.phone is None:
            return Proof.INCONCLUSIVE
        user = await self._known(session)
        try:
            answer = await self._act(user, "user", "check", body={"Phone": [seen.phone]})
        except GatewayError as error:
            if error.fault in {GatewayFault.TIMEOUT, GatewayFault.SERVER_ERROR, GatewayFault.RATE_LIMITED}:
                return Proof.INCONCLUSIVE
            raise
        if answer.status in {404, 405}:
            return Proof.UNSUPPORTED
        return Proof.PROVED if answer.ok and rows.said(answer).registered else Proof.INCONCLUSIVE

    async def reconnect(self, session: str) -> None:
        """The list is read anew before it: the subscriptions that are sent along must be those of now."""
        await self._list()
        await self._connect(await self._known(session))

    async def stop(self, session: str) -> None:
        user = await self._known(session)
        events = self._stopped.get(session) or user.events
        answer = await self._act(user, "session", "disconnect", body={})
        if not answer.ok:
            flags = (await self._status(user))[1]
            if flags is None or flags.connected or flags.loggedin:
                raise self._failure(answer, user)
        self._stopped[session] = events

    async def begin_pairing(self, session: str, phone: str | None = None) -> None:
        """A connect shows a code where there is no login; not while one is on show, which somebody may be scanning."""
        seen = await self._usable(session)
        if seen.connection is Connection.NEEDS_PAIRING:
            return
        if seen.connection is Connection.CONNECTED:
            raise GatewayError(GatewayFault.CONFLICT, "it is connected: there is nothing to pair", where=self.name)
        await self.reconnect(session)

    async def pairing(self, session: str, phone: str | None = None) -> Pairing:
        if (await self._usable(session)).connection is not Connection.NEEDS_PAIRING:
            return Pairing()
        user = await self._known(session)
        if phone is not None:
            answer = self._good(await self._act(user, "session", "pairphone", body={"Phone": digits(phone)}), user)
            return Pairing(code=rows.said(answer).text("LinkingCode"), lives=CODE_LIVES)
        answer = await self._http.read("session", "qr", headers=user.opening, patient=True)
        if rows.said(answer).words.lower() in SHOWS_NONE:
            return Pairing()
        return Pairing(qr_png=self._picture(self._good(answer, user)))

    async def check(self) -> GatewayCheck:
        started = self._clock.monotonic()
        await self._list()
        latency = self._clock.monotonic() - started
        health = await self._http.read("health")
        guarded = (await self._http.read_as_stranger("admin", "users")).status == REFUSED
        return GatewayCheck(
            version=self._version(health),
            key_ok=True if guarded else None,
            sessions=len(self._users),
            latency=latency,
            proof=True,
            advice=self._advice if guarded else (UNGUARDED, *self._advice),
        )

    async def _list(self) -> None:
        """Its users; those who wait while one reading is under way take what it brings."""
        edition = self._edition
        async with self._listing:
            if edition != self._edition:
                return
            answer = self._good(await self._http.read("admin", "users", limit=LIST))
            users, unnamed = rows.known(self._http.decode(answer, rows.Listed).data or [])
            self._users = {user.session: user for user in users}
            self._edition += 1
        tell_unnamed(self.name, unnamed)

    async def _asked(self, session: str) -> Observation:
        """The status of a user is asked with its own token; a refused one has been changed, or its user is gone."""
        user = self._users.get(session)
        answer, flags = await self._status(user) if user else (None, None)
        if user is None or (answer is not None and answer.status == REFUSED):
            await self._list()
            known, user = user, self._users.get(session)
            if user is None:
                return missing(session, self._clock.now())
            if known is not None and known.token == user.token:
                return silent(session, self._clock.now(), "its token is refused, though the list shows it")
            answer, flags = await self._status(user)
        if answer is None or flags is None:
            why = "not the JSON expected" if answer is None or answer.ok else self._failure(answer, user).what
            return silent(session, self._clock.now(), why)
        return self._observed(user, flags, answer.latency)

    async def _status(self, user: rows.Known) -> tuple[Answer, rows.User | None]:
        """The answer, and its flags where it is usable. Old builds say 500 where there is no client."""
        answer = await self._http.read("session", "status", headers=user.opening)
        said = rows.said(answer)
        if answer.status == 500 and said.words.lower() == NO_CLIENT:
            return answer, rows.User(connected=False, loggedin=False)
        return answer, said.flags if answer.ok else None

    def _observed(self, user: rows.Known, flags: rows.User, latency: float | None = None) -> Observation:
        if flags.connected or flags.loggedin:
            self._stopped.pop(user.session, None)
        stopped = user.session in self._stopped
        return rows.observation(user, flags, self._clock.now(), stopped=stopped, latency=latency)

    async def _usable(self, session: str) -> Observation:
        """An observation, or the reason why there is none."""
        seen = await self._asked(session)
        if not seen.found:
            raise self._unknown(session)
        if seen.silence:
            raise GatewayError(GatewayFault.BAD_ANSWER, seen.silence, where=self.name)
        return seen

    async def _known(self, session: str) -> rows.Known:
        if session not in self._users:
            await self._list()
        if session not in self._users:
            raise self._unknown(session)
        return self._users[session]

    def _unknown(self, session: str) -> GatewayError:
        return GatewayError(GatewayFault.NOT_FOUND, f"it has no user {short(session, 60)!r}", where=self.name)

    async def _connect(self, user: rows.Known) -> None:
        """Old builds refuse while there is any client, even a dead one: it is taken away first, once."""
        answer = await self._dial(user)
        if not answer.ok and ALREADY in rows.said(answer).words.lower():
            if (await self._asked(user.session)).connection in {Connection.CONNECTED, Connection.NEEDS_PAIRING}:
                return
            await self._act(user, "session", "disconnect", body={})
            answer = await self._dial(user)
            if not answer.ok and ALREADY in rows.said(answer).words.lower():
                raise GatewayError(GatewayFault.CONFLICT, STUCK, where=answer.where)
        self._good(answer, user)
        self._stopped.pop(user.session, None)

    async def _dial(self, user: rows.Known) -> Answer:
        """Old builds take an empty `Subscribe` for all events, and so would send their owner's webhook everything."""
        events = user.events or self._stopped.get(user.session, [])
        return await self._act(user, "session", "connect", body={"Subscribe": events, "Immediate": True})

    async def _act(self, user: rows.Known, *route: str, body: dict[str, object]) -> Answer:
        return await self._http.act(*route, body=body, headers=user.opening)

    def _picture(self, answer: Answer) -> bytes:
        shown = rows.said(answer).text("QRCode").removeprefix(PICTURE)
        try:
            return base64.b64decode(shown, validate=True)
        except (binascii.Error, ValueError):
            raise self._http.faults.bad_answer(answer.where, "its QR code is not a picture") from None

    def _version(self, answer: Answer) -> str:
        """Old builds have no such route."""
        return self._http.decode(answer, _Health).version if answer.ok else ""

    def _good(self, answer: Answer, user: rows.Known | None = None) -> Answer:
        """The same answer if it is a success; raises what it means otherwise."""
        if answer.ok:
            return answer
        raise self._failure(answer, user)

    def _failure(self, answer: Answer, user: rows.Known | None = None) -> GatewayError:
        """It says 500 to whatever it cannot do; only the words tell. A user's token is cut out of them too."""
        words = rows.said(answer).words
        if user and user.token:
            words = words.replace(user.token.reveal(), "****")
        if answer.status == 500 and words:
            words = short(self._http.credentials.scrub(words))
            return GatewayError(GatewayFault.SERVER_ERROR, f"{words} (500)", where=answer.where)
        return self._http.failure(answer, words)
