"""One scripted account: script + simulated time + verbs received → what the gateway would claim."""

import base64
import random
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from healthcheckd.errors import Refused
from healthcheckd.simulator.scripts import FOREVER, Script, State, Step


class Verb(StrEnum):
    """What a gateway can be told to do to a session."""

    START = "start"
    STOP = "stop"
    RESTART = "restart"
    LOGOUT = "logout"


SET_UP = "being set up"
"""Label of the moments after a start, a restart or a scan; a script's own STARTING is a client that tries again."""


@dataclass(frozen=True, slots=True)
class ScriptedSession:
    """Who plays which script; `phone` is digits with the country code, without a plus sign."""

    name: str
    script: Script
    phone: str
    push_name: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What the gateway would claim of one session at one instant."""

    name: str
    step: Step
    since: float
    phone: str | None
    push_name: str
    qr: str

    @property
    def state(self) -> State:
        """The state claimed."""
        return self.step.state


class _Cue(NamedTuple):
    """Which step of the track is next, and its end if it was only interrupted."""

    number: int
    until: float | None = None


class _Scene(NamedTuple):
    """The step being played, and what follows."""

    step: Step
    since: float
    until: float
    then: _Cue
    restart: _Cue
    qr: str


class Player:
    """Plays one session's script. Instants are simulated seconds and must not go back."""

    def __init__(self, session: ScriptedSession, *, seed: int, now: float) -> None:
        self._session = session
        self._script = session.script
        self._track = session.script.track
        self._phone = session.phone
        self._random = random.Random(f"{seed}/{session.name}")  # noqa: S311 - repeatable on purpose
        self._scene = self._cut_to(_Cue(0), now)

    def claim(self, now: float) -> Claim:
        """What the gateway would claim now."""
        self._advance(now)
        step, phone = self._scene.step, self._scene.step.phone or self._phone
        return Claim(
            name=self._session.name,
            step=step,
            since=self._scene.since,
            phone=phone if step.linked else None,
            push_name=self._session.push_name,
            qr=self._scene.qr,
        )

    def hear(self, verb: Verb, now: float) -> None:
        """Do what a verb does; starting what runs already does nothing."""
        self._advance(now)
        match verb:
            case Verb.STOP:
                self._improvise(self._as_now(State.STOPPED, FOREVER), now, self._scene.restart)
            case Verb.LOGOUT:
                self._log_out(now)
            case Verb.RESTART:
                self._start(now, self._scene.restart)
            case Verb.START if self._scene.step.state is State.STOPPED:
                self._start(now, self._scene.restart)

    def scan(self, phone: str, now: float) -> None:
        """A phone scans the code on show: that number is linked, and up. Raises `Refused` when none is on show."""
        self._advance(now)
        if self._scene.step.state is not State.PAIRING:
            raise Refused(f"{self._session.name} shows no QR code to scan", hint="restart the session first")
        self._phone = phone
        step = Step(State.STARTING, self._script.starting, label=SET_UP)
        self._improvise(step, now, _Cue(self._script.index("up")))

    def _log_out(self, now: float) -> None:
        running = self._scene.step.state is not State.STOPPED
        step = Step(State.STARTING, self._script.starting) if running else Step(State.STOPPED)
        self._improvise(replace(step, linked=False), now, _Cue(self._script.index("qr")))

    def _start(self, now: float, cue: _Cue) -> None:
        self._improvise(replace(self._as_now(State.STARTING, self._script.starting), label=SET_UP), now, cue)

    def _as_now(self, state: State, lasts: float) -> Step:
        """An unscripted step that keeps the identity claimed now."""
        return Step(state, lasts, linked=self._scene.step.linked, phone=self._scene.step.phone)

    def _improvise(self, step: Step, now: float, cue: _Cue) -> None:
        self._scene = _Scene(step, now, now + step.lasts, then=cue, restart=cue, qr="")

    def _advance(self, now: float) -> None:
        while self._scene.until <= now:
            self._scene = self._cut_to(self._scene.then, self._scene.until)

    def _cut_to(self, cue: _Cue, at: float) -> _Scene:
        step = self._track[cue.number]
        until = at + self._length(step) if cue.until is None else cue.until
        then = _Cue(self._script.index(step.then) if step.then else cue.number + 1)
        restart = _Cue(self._script.index(step.restart)) if step.restart else _Cue(cue.number, until)
        return _Scene(step, at, until, then, restart, self._new_code() if step.state is State.PAIRING else "")

    def _length(self, step: Step) -> float:
        return step.lasts * (1 + step.jitter * self._random.uniform(-1, 1))

    def _new_code(self) -> str:
        """A code of the form WhatsApp shows: a reference and three keys."""
        parts = (base64.b64encode(self._random.randbytes(32)).decode() for _ in range(4))
        return "2@" + ",".join(parts)
