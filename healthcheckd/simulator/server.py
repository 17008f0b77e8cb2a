"""The simulator: a real HTTP server with scripted accounts behind it."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from types import TracebackType
from typing import Self

from aiohttp import hdrs, web

from healthcheckd.errors import Refused, UnknownName
from healthcheckd.simulator.evolution import Evolution
from healthcheckd.simulator.exchange import Call, Dialect, Faults, Reply, RequestLog, Stage, hook_key
from healthcheckd.simulator.gowa import Gowa
from healthcheckd.simulator.meta import HOME, Meta
from healthcheckd.simulator.session import Claim, Player, ScriptedSession
from healthcheckd.simulator.waha import Waha
from healthcheckd.simulator.waha_shapes import CORE_2024, CURRENT
from healthcheckd.simulator.wppconnect import Wppconnect
from healthcheckd.simulator.wuzapi import Wuzapi
from healthcheckd.simulator.wwebjs import Wwebjs

DIALECTS: Mapping[str, Dialect] = {
    "waha": Waha(CURRENT),
    "waha-core-2024": Waha(CORE_2024),
    "wwebjs": Wwebjs(),
    "gowa": Gowa(),
    "gowa-7": Gowa(single=True),
    "wuzapi": Wuzapi(),
    "wuzapi-2025": Wuzapi(old=True),
    "evolution": Evolution(),
    "evolution-metrics": Evolution(metrics=True),
    "wppconnect": Wppconnect(),
    "meta": Meta(),
    "meta-20": Meta(unknown=frozenset({"whatsapp_business_manager_messaging_limit"})),
}

HOMES: Mapping[str, str] = {"meta": HOME, "meta-20": HOME}
"""The paths at which a gateway lives that is one of many behind its host and port."""


class Simulator:
    """A gateway with scripted accounts; simulated time begins when it is made."""

    def __init__(
        self,
        sessions: Sequence[ScriptedSession],
        *,
        dialect: str = "waha",
        api_key: str | None = None,
        speed: float = 1.0,
        seed: int = 0,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """`speed` is simulated seconds per second of `monotonic`. Raises `UnknownName` for a dialect not spoken."""
        if dialect not in DIALECTS:
            raise UnknownName(f"the simulator does not speak {dialect}", candidates=sorted(DIALECTS))
        self.epoch = datetime.now(UTC)
        """Simulated second 0, for the answers that carry an instant; may be set."""
        self.faults = Faults()
        self.requests = RequestLog()
        self.url = ""
        self._dialect = DIALECTS[dialect]
        self._home = HOMES.get(dialect, "")
        self._api_key = api_key
        self._speed = speed
        self._seed = seed
        self._monotonic = monotonic
        self._origin = monotonic()
        self._players: dict[str, Player] = {}
        self._memory: dict[str, str] = {}
        self._runner: web.ServerRunner | None = None
        for session in sessions:
            self.add(session)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self, host: str = "127.0.0.1", port: int = 0) -> None:
        """Listen; port 0 lets the system choose. Raises `Refused` when the address cannot be had."""
        if self._runner is not None:
            raise Refused("the simulator is listening already", where=self.url)
        # Cancelling the handler of a client that left is what ends a request that hangs.
        server = web.Server(self._handle, handler_cancellation=True, access_log=None)
        runner = web.ServerRunner(server, shutdown_timeout=0.1)
        await runner.setup()
        try:
            await web.TCPSite(runner, host, port).start()
        except OSError as error:
            await runner.cleanup()
            hint = "choose another port, or 0 for any free one"
            raise Refused(f"cannot listen: {error.strerror}", where=f"{host}:{port}", hint=hint) from error
        self._runner = runner
        self.url = f"http://{host}:{runner.addresses[0][1]}{self._home}"

    async def stop(self) -> None:
        """Stop listening and drop every connection; accounts live on, and `start` may be called again."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    @property
    def now(self) -> float:
        """Simulated seconds since the simulator was made."""
        return (self._monotonic() - self._origin) * self._speed

    def add(self, session: ScriptedSession) -> None:
        """A new account, whose script begins now. Raises `Refused` when the name is taken."""
        if session.name in self._players:
            raise Refused(f"there is a session called {session.name} already")
        self._players[session.name] = Player(session, seed=self._seed, now=self.now)

    def remove(self, name: str) -> None:
        """The account is gone: not listed, 404 singly. Raises `UnknownName`."""
        self._player(name)
        del self._players[name]

    def replace(self, session: ScriptedSession) -> None:
        """Another script or number under the same name, beginning now. Raises `UnknownName`."""
        self.remove(session.name)
        self.add(session)

    def scan(self, name: str, phone: str) -> None:
        """A phone scans the QR code on show. Raises `UnknownName`, and `Refused` when none is on show."""
        self._player(name).scan(phone, self.now)

    def claim(self, name: str) -> Claim:
        """What the gateway claims of an account now. Raises `UnknownName`."""
        return self._player(name).claim(self.now)

    def hook_of(self, name: str) -> str:
        """Where a session posts to, in the gateway's own form; nothing where none was ever set."""
        return self._memory.get(hook_key(name), "")

    def _player(self, name: str) -> Player:
        if name not in self._players:
            raise UnknownName(f"there is no session called {name}", candidates=sorted(self._players))
        return self._players[name]

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        call = Call(self.now, request.method, request.raw_path, request.headers, await request.read())
        self.requests.append(call, self._dialect.deed(call))
        if self.faults.down:
            return _hang_up(request)
        reply = self._reply(call)
        if reply.hangs:
            await asyncio.Event().wait()
        if wait := reply.delay + self.faults.latency:
            await asyncio.sleep(wait)
        return _response(reply)

    def _reply(self, call: Call) -> Reply:
        if self.faults.hang:
            return Reply(hangs=True)
        if self.faults.server_error:
            return self._dialect.broken()
        stage = Stage(self._players, call.at, self.epoch.timestamp(), self._api_key, self.faults, self._memory)
        return self._dialect.answer(call, stage)


def _response(reply: Reply) -> web.Response:
    headers = {str(hdrs.CONTENT_TYPE): reply.content_type} if reply.body else {}
    headers |= reply.headers
    return web.Response(status=reply.status, body=reply.body, headers=headers)


def _hang_up(request: web.BaseRequest) -> web.Response:
    """Close the connection; what is returned goes nowhere."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
