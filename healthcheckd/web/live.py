"""Socket.IO: what was committed, told to programs and browsers as it happens."""

import asyncio
import logging
from collections.abc import Mapping

import socketio
from aiohttp import web

from healthcheckd.errors import HealthcheckError, UsageError
from healthcheckd.ports.clock import Clock
from healthcheckd.web.feed import Feed
from healthcheckd.web.guests import Door, Limits, Session, becomes_websocket, shown, uncompressed
from healthcheckd.web.outgoing import Outgoing

logger = logging.getLogger(__name__)

TIDY_SECONDS = 1.0
_GLANCE_SECONDS = 0.05
_ROOM = "/"

_OURS = frozenset({"connect async handler error", "disconnect async handler error"})
"""What the library says of a failure of ours."""


class LiveEvents:
    """Everybody comes in by a token, gets each message in its turn, and is let go when it takes none: nobody waits for
    another. `serve` answers requests."""

    def __init__(self, feed: Feed, door: Door, clock: Clock, limits: Limits | None = None) -> None:
        self._feed = feed
        self._door = door
        self._clock = clock
        self._limits = limits = limits or Limits()
        self._sessions: dict[str, Session] = {}
        self._leaving: list[tuple[float, Session]] = []
        self._io = _server(limits)
        self._io.on("connect", self._join)
        self._io.on("disconnect", self._leave)
        engine = self._io.eio
        self._inner = dict(engine.handlers)
        engine.create_queue = Outgoing
        for event, handler in (("connect", self._come), ("message", self._hear), ("disconnect", self._go)):
            engine.on(event, handler)

    def __len__(self) -> int:
        return len(self._sessions)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        self._check_size(request)
        await self._door.meet(request)
        session = self._sessions.get(request.query.get("sid", ""))
        if session is None:
            self._door.room(self._door.address(request), [session.address for session in self._sessions.values()])
        if becomes_websocket(request):
            request = uncompressed(request)
            if session is not None:
                session.take(request)
        return await self._answer(request)

    def _check_size(self, request: web.Request) -> None:
        """Before it comes in: strangers who never end could fill the memory together."""
        length = request.content_length
        if length is None and request.method == "POST":
            raise web.HTTPLengthRequired
        if length is not None and length > self._limits.largest:
            raise web.HTTPRequestEntityTooLarge(self._limits.largest, length)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        try:
            response: web.StreamResponse = await self._io.handle_request(request)
        except web.HTTPException:
            raise
        except Exception as error:
            # What cannot be read is let through up to here, and leaves its session behind.
            for session in [each for each in self._sessions.values() if each.wire is request]:
                await self._drop(session, "sends what is no Socket.IO")
            raise UsageError("what was sent is no Socket.IO") from error
        return response

    async def _come(self, key: str, environ: Mapping[str, web.Request]) -> object:
        request = environ["aiohttp.request"]
        wire = request if becomes_websocket(request) else None
        self._sessions[key] = Session(key, self._door.address(request), self._clock.monotonic(), wire)
        return await self._inner["connect"](key, environ)

    async def _hear(self, key: str, data: object) -> None:
        session = self._sessions.get(key)
        if session is None:
            return
        session.heard += 1
        if session.heard > self._limits.heard:
            await self._drop(session, "talks, where there is only something to hear")
        else:
            await self._inner["message"](key, data)

    async def _go(self, key: str, reason: str) -> None:
        """Whatever ended it, its line is cut soon after: what waits is sent if it is taken at once."""
        session = self._sessions.pop(key, None)
        await self._inner["disconnect"](key, reason)
        if session is not None:
            self._forget(session)
            self._leaving.append((self._clock.monotonic() + self._limits.farewell, session))
            await self._io.eio.sockets[key].queue.put(None)

    async def _join(self, listener: str, environ: Mapping[str, web.Request], auth: object) -> bool:
        session = self._sessions[self._io.manager.eio_sid_from_sid(listener, _ROOM)]
        try:
            guest = await self._door.let_in(session.address, shown(auth, environ["aiohttp.request"]))
        except HealthcheckError as error:
            told = {"code": error.code, "hint": error.hint}
            raise socketio.exceptions.ConnectionRefusedError(error.what, told) from None
        except Exception:
            logger.exception("A Socket.IO client could not be let in", extra={"action": "bug"})
            raise socketio.exceptions.ConnectionRefusedError("the daemon failed") from None
        if session.key not in self._sessions:
            return False
        session.guest, session.listener = guest, listener
        # It first runs when this call is over, and the client has been told that it is in.
        outgoing = self._io.eio.sockets[session.key].queue
        session.telling = asyncio.create_task(self._tell(session, outgoing), name="Socket.IO client")
        session.telling.add_done_callback(_report)
        logger.debug("User %s listens from %s", guest.who, session.address, extra={"action": "live_joined"})
        return True

    def _leave(self, listener: str, _: str) -> None:
        """Whoever takes leave and keeps the line is a stranger again."""
        for session in self._sessions.values():
            if session.listener == listener:
                self._forget(session)

    def _forget(self, session: Session) -> None:
        if session.telling is not None:
            session.telling.cancel()
        session.guest, session.listener, session.reader, session.telling = None, "", None, None
        session.since = self._clock.monotonic()

    async def _tell(self, session: Session, outgoing: Outgoing) -> None:
        with self._feed.follow() as session.reader:
            async for message in session.reader.messages():
                await outgoing.put_in_turn(message)

    async def keep_house(self) -> None:
        """For as long as it is not cancelled."""
        while True:
            await self._clock.sleep(TIDY_SECONDS)
            await self.tidy()

    async def tidy(self) -> None:
        """Ends strangers who stay strangers, guests whose time is over, and whoever takes nothing."""
        for session in list(self._sessions.values()):
            if session.guest is None:
                if self._clock.monotonic() - session.since > self._limits.handshake:
                    await self._end(session)
            elif why := session.guest.over(self._clock.now()):
                logger.info("User %s listens no more: %s", session.guest.who, why, extra={"action": "live_over"})
                await self._io.disconnect(session.listener)
                await self._end(session)
            elif session.reader is not None and session.reader.behind > self._limits.kept:
                await self._drop(session, "takes nothing")
        self._hang_up(self._clock.monotonic())

    def _hang_up(self, instant: float) -> None:
        """On those who left a while ago; the library would keep what it knows of them for long."""
        leaving, self._leaving = self._leaving, []
        for due_at, session in leaving:
            if due_at > instant:
                self._leaving.append((due_at, session))
            else:
                session.hang_up()
                self._io.eio.sockets.pop(session.key, None)

    async def _end(self, session: Session) -> None:
        """As if the line broke, after what waits for it: clients come back by themselves."""
        if (socket := self._io.eio.sockets.get(session.key)) is not None:
            await socket.close(wait=False, abort=True)

    async def _drop(self, session: Session, why: str) -> None:
        """A guest is told of in the log; strangers are too many."""
        who, level = (session.guest.who, logging.WARNING) if session.guest else ("(unknown)", logging.DEBUG)
        told = {"action": "live_dropped", "user": who, "source": session.address}
        logger.log(level, "A client of Socket.IO at %s %s and is let go: %s", session.address, why, who, extra=told)
        await self._end(session)
        session.hang_up()

    async def close(self) -> None:
        """The daemon ends."""
        for session in list(self._sessions.values()):
            await self._end(session)
        await self._io.shutdown()
        while any(session.connected for _, session in self._leaving):
            await self._clock.sleep(_GLANCE_SECONDS)
            self._hang_up(self._clock.monotonic())


def _server(limits: Limits) -> socketio.AsyncServer:
    """Origins are looked at before it is asked."""
    words = logging.getLogger(f"{__name__}.library")
    words.setLevel(logging.ERROR)
    words.addFilter(_is_ours)
    return socketio.AsyncServer(
        async_mode="aiohttp",
        cors_allowed_origins=[],
        cors_credentials=False,
        http_compression=False,
        max_http_buffer_size=limits.largest,
        ping_interval=limits.ping_every,
        ping_timeout=limits.ping_patience,
        logger=words,
        engineio_logger=words,
    )


def _is_ours(record: logging.LogRecord) -> bool:
    """All else is about what strangers send: they could fill the log with it."""
    record.action = "bug"
    return record.msg in _OURS


def _report(task: "asyncio.Task[None]") -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        logger.error("A Socket.IO client is told nothing any more", exc_info=error, extra={"action": "bug"})
