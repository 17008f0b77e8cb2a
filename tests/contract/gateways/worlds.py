"""One world per kind of gateway: a real server that a test can put into situations by name.

A further kind is one more class here and one more line in `WORLDS`; the suite itself stays as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol

from healthcheckd.domain.observations import Cause, Connection
from healthcheckd.settings import GatewaySettings, Origin, Secret
from healthcheckd.simulator import Script, ScriptedSession, Simulator, Step
from healthcheckd.simulator.scripts import Answer, Live, State

NAMES = (
    "a/b",
    "#?%",
    "100%25",
    "na me+x&y=z",
    "🛒 loja",
    "متجر",
    "é",
    "x" * 200,
    "..hidden",
    "semi;colon:@",
    "Shop_1-a",
)
PHONE = "5511988887777"
KEY = "right-key-7f3a"


class Situation(StrEnum):
    """What a session is in."""

    CONNECTED = "connected"
    CONNECTING = "connecting"
    DISCONNECTED = "disconnected"
    NEEDS_PAIRING = "needs pairing"
    STOPPED = "stopped"
    ZOMBIE = "claims to be connected"
    BANNED = "banned"
    FAILS = "answers 500"
    GARBAGE = "answers garbage"
    HANGS = "never answers"


class Trouble(StrEnum):
    """What the whole gateway is in."""

    DOWN = "nothing listens"
    DROPS = "drops every connection"
    HANGS = "never answers"
    FAILS = "answers 500"
    WRONG_KEY = "refuses the key"


STEPS: Mapping[Situation, Step] = {
    Situation.CONNECTED: Step(State.WORKING),
    Situation.CONNECTING: Step(State.STARTING, restart="up"),
    Situation.DISCONNECTED: Step(State.FAILED, restart="up"),
    Situation.NEEDS_PAIRING: Step(State.PAIRING, linked=False, restart="qr"),
    Situation.STOPPED: Step(State.STOPPED, restart="up"),
    Situation.ZOMBIE: Step(State.WORKING, live=Live.SILENT, restart="up"),
    Situation.BANNED: Step(State.FAILED, live=Live.BANNED),
    Situation.FAILS: Step(State.WORKING, answer=Answer.ERROR),
    Situation.GARBAGE: Step(State.WORKING, answer=Answer.GARBAGE),
    Situation.HANGS: Step(State.WORKING, answer=Answer.HANG),
}
"""Lives of a single step; `restart` is where a restart leads."""


class World(Protocol):
    """A running gateway of one kind. `reads` is what each situation that it shows has to be read as, with its cause;
    `unlisted` are those in which its list leaves a session out. `acts` is whether it can be told to do anything,
    `stops` whether it can stop a client and keep its credentials, `codes` whether it hands out a code to type beside a
    QR code on show, `tells_missing` whether a session that never was is not the same to it as a stopped one. `wrong`
    are settings with another key."""

    kind: ClassVar[str]
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]]
    unlisted: ClassVar[frozenset[Situation]]
    acts: ClassVar[bool]
    stops: ClassVar[bool]
    codes: ClassVar[bool]
    tells_missing: ClassVar[bool]
    tells_version: ClassVar[bool]
    push_name: ClassVar[str | None]
    names: ClassVar[Sequence[str]]
    wrong: ClassVar[Mapping[str, Any]]

    async def open(self) -> None: ...

    async def close(self) -> None: ...

    def settings(self, **changes: Any) -> GatewaySettings:
        """How to reach it, key included."""

    def put(self, session: str, situation: Situation) -> None:
        """A session of that name, in that situation from now on; a restart cures what a restart can cure."""

    async def trouble(self, trouble: Trouble) -> None: ...

    def deeds(self, session: str) -> list[str]:
        """The verbs that reached the gateway for the session, in order."""

    def hook(self, session: str) -> str:
        """Where the session posts to, in the gateway's own form; nothing where none was ever set."""


def reached_at(url: str, kind: str, **changes: Any) -> GatewaySettings:
    settings = GatewaySettings(
        name="main",
        kind=kind,
        url=url,
        api_key=Secret(KEY),
        timeout=timedelta(seconds=2),
        origin=Origin("healthcheckd.toml", 7),
    )
    return replace(settings, **changes)


class _Simulated:
    """The simulator in the dialect of a kind."""

    kind: ClassVar[str]
    steps: ClassVar[Mapping[Situation, Step]] = STEPS
    unlisted: ClassVar[frozenset[Situation]] = frozenset()
    acts: ClassVar[bool] = True
    stops: ClassVar[bool] = True
    codes: ClassVar[bool] = True
    tells_missing: ClassVar[bool] = True
    tells_version: ClassVar[bool] = True
    push_name: ClassVar[str | None] = "Shop"
    names: ClassVar[Sequence[str]] = NAMES
    wrong: ClassVar[Mapping[str, Any]] = {"api_key": Secret("stale-key")}

    def __init__(self) -> None:
        self._server = Simulator([], dialect=self.kind, api_key=KEY)

    async def open(self) -> None:
        await self._server.start()

    async def close(self) -> None:
        await self._server.stop()

    def settings(self, **changes: Any) -> GatewaySettings:
        return reached_at(self._server.url, self.kind, **changes)

    def put(self, session: str, situation: Situation) -> None:
        life = Script(situation.value, (self.steps[situation],), starting=0.001)
        self._server.add(ScriptedSession(session, life, PHONE, "Shop"))

    async def trouble(self, trouble: Trouble) -> None:
        if trouble is Trouble.DOWN:
            await self._server.stop()
        self._server.faults.down = trouble is Trouble.DROPS
        self._server.faults.hang = trouble is Trouble.HANGS
        self._server.faults.server_error = trouble is Trouble.FAILS
        self._server.faults.wrong_key = trouble is Trouble.WRONG_KEY

    def deeds(self, session: str) -> list[str]:
        return self._server.requests.verbs(session)

    def hook(self, session: str) -> str:
        return self._server.hook_of(session)


class WahaWorld(_Simulated):
    kind: ClassVar[str] = "waha"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.CONNECTING: (Connection.CONNECTING, None),
        Situation.DISCONNECTED: (Connection.FAILED, None),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        Situation.STOPPED: (Connection.STOPPED, Cause.STOPPED),
        Situation.BANNED: (Connection.FAILED, Cause.BANNED),
    }


class EvolutionWorld(_Simulated):
    kind: ClassVar[str] = "evolution"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.CONNECTING: (Connection.CONNECTING, None),
        Situation.DISCONNECTED: (Connection.DISCONNECTED, Cause.NETWORK),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        Situation.STOPPED: (Connection.STOPPED, Cause.STOPPED),
        Situation.BANNED: (Connection.FAILED, Cause.BANNED),
    }
    stops: ClassVar[bool] = False
    codes: ClassVar[bool] = False


class WwebjsWorld(_Simulated):
    """A session that is stopped, or just being started, is unknown to it."""

    kind: ClassVar[str] = "wwebjs"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.CONNECTING: (Connection.CONNECTING, None),
        Situation.DISCONNECTED: (Connection.FAILED, None),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        Situation.STOPPED: (Connection.STOPPED, Cause.STOPPED),
        Situation.BANNED: (Connection.FAILED, Cause.BANNED),
    }
    unlisted: ClassVar[frozenset[Situation]] = frozenset({Situation.STOPPED})
    tells_missing: ClassVar[bool] = False
    tells_version: ClassVar[bool] = False
    names: ClassVar[Sequence[str]] = ("x" * 200, "Shop_1-a")


class WppconnectWorld(_Simulated):
    """A browser that died is all that is wrong with it visibly; a ban looks like any other end, and so does a close."""

    kind: ClassVar[str] = "wppconnect"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.CONNECTING: (Connection.CONNECTING, None),
        Situation.DISCONNECTED: (Connection.DISCONNECTED, Cause.ZOMBIE),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        Situation.STOPPED: (Connection.DISCONNECTED, None),
    }
    codes: ClassVar[bool] = False


class GowaWorld(_Simulated):
    """It opens by name and password, cannot stop a device, and tells no ban from a lost link."""

    kind: ClassVar[str] = "gowa"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.CONNECTING: (Connection.CONNECTING, None),
        Situation.DISCONNECTED: (Connection.DISCONNECTED, None),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
    }
    stops: ClassVar[bool] = False
    wrong: ClassVar[Mapping[str, Any]] = {"basic_password": Secret("stale-password")}

    def __init__(self) -> None:
        self._server = Simulator([], dialect=self.kind, api_key=f"ops:{KEY}")

    def settings(self, **changes: Any) -> GatewaySettings:
        opening = {"api_key": None, "basic_user": "ops", "basic_password": Secret(KEY)}
        return reached_at(self._server.url, self.kind, **{**opening, **changes})


class WuzapiWorld(_Simulated):
    """A linked user that is stopped reads like one that is down; it tells no ban from a lost link, and no push name."""

    kind: ClassVar[str] = "wuzapi"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.CONNECTING: (Connection.CONNECTING, None),
        Situation.DISCONNECTED: (Connection.DISCONNECTED, None),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        Situation.STOPPED: (Connection.STOPPED, Cause.STOPPED),
    }
    steps: ClassVar[Mapping[Situation, Step]] = {
        **STEPS,
        Situation.STOPPED: Step(State.STOPPED, linked=False, restart="qr"),
    }
    push_name: ClassVar[str | None] = None


class MetaWorld(_Simulated):
    """Numbers that Meta itself keeps connected: there is nothing to restart, and no client to stop."""

    kind: ClassVar[str] = "meta"
    reads: ClassVar[Mapping[Situation, tuple[Connection, Cause | None]]] = {
        Situation.CONNECTED: (Connection.CONNECTED, None),
        Situation.DISCONNECTED: (Connection.DISCONNECTED, None),
        Situation.NEEDS_PAIRING: (Connection.NEEDS_PAIRING, Cause.NEEDS_PAIRING),
        Situation.BANNED: (Connection.FAILED, Cause.BANNED),
    }
    acts: ClassVar[bool] = False
    stops: ClassVar[bool] = False
    codes: ClassVar[bool] = False


WORLDS: tuple[type[World], ...] = (
    WahaWorld,
    WwebjsWorld,
    GowaWorld,
    WuzapiWorld,
    EvolutionWorld,
    WppconnectWorld,
    MetaWorld,
)
