"""A request and its answer, as every dialect sees them, and the record of what was asked."""

from collections import deque
from collections.abc import Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple, Protocol
from urllib.parse import parse_qs, unquote

import msgspec

from healthcheckd.simulator.scripts import Answer
from healthcheckd.simulator.session import Claim, Player

JSON = "application/json; charset=utf-8"
TRUNCATED = b'{"name":"x","status":"WOR'


@dataclass(frozen=True, slots=True)
class Call:
    """One request. Segments are split on the path as sent and then decoded once, so `a%2Fb` is one name."""

    at: float
    """Simulated seconds."""
    method: str
    target: str
    """Path and query as sent."""
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    @property
    def segments(self) -> tuple[str, ...]:
        """The path's parts, decoded; one trailing slash does not count."""
        path = self.target.partition("?")[0]
        return tuple(unquote(part) for part in path.removeprefix("/").removesuffix("/").split("/"))

    def query(self, name: str) -> str:
        """The last value given for a query parameter, or nothing."""
        return parse_qs(self.target.partition("?")[2]).get(name, [""])[-1]

    def header(self, name: str) -> str:
        """The value of a header, or nothing."""
        return next((value for key, value in self.headers.items() if key.lower() == name.lower()), "")


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer; delays are real seconds."""

    status: int = 200
    body: bytes = b""
    content_type: str = JSON
    delay: float = 0.0
    hangs: bool = False
    headers: Mapping[str, str] = field(default_factory=dict)

    @staticmethod
    def json(value: Any, *, status: int = 200, delay: float = 0.0) -> "Reply":
        """An answer with a JSON body."""
        return Reply(status, msgspec.json.encode(value), delay=delay)

    def spoiled(self, claim: Claim, broken: "Reply") -> "Reply":
        """The same answer as the script of the session wants it; `broken` is the dialect's own failure."""
        match claim.step.answer:
            case Answer.ERROR:
                reply = broken
            case Answer.GARBAGE:
                reply = Reply(200, TRUNCATED)
            case Answer.HANG:
                reply = Reply(hangs=True)
            case Answer.NORMAL:
                reply = self
        return replace(reply, delay=reply.delay + claim.step.latency)


@dataclass(slots=True)
class Faults:
    """What is wrong with the whole gateway; may be switched at any time."""

    down: bool = False
    """Connections are closed without an answer."""
    wrong_key: bool = False
    server_error: bool = False
    empty_list: bool = False
    """The list is empty; sessions are still found singly."""
    hang: bool = False
    latency: float = 0.0
    """Real seconds before every answer."""


@dataclass(frozen=True, slots=True)
class Stage:
    """What a dialect may know when it answers: the accounts, the instant, the key, the faults; `memory` is for what it
    has to remember of a session."""

    players: Mapping[str, Player]
    now: float
    epoch: float
    """Simulated second 0 as a POSIX timestamp."""
    api_key: str | None
    faults: Faults
    memory: MutableMapping[str, str] = field(default_factory=dict)

    def claim(self, name: str) -> Claim | None:
        """What is claimed of a session, or nothing if there is none of that name."""
        player = self.players.get(name)
        claim = player.claim(self.now) if player else None
        return claim if claim and claim.step.listed else None

    def claims(self) -> list[Claim]:
        """What is claimed of all sessions."""
        return [claim for name in self.players if (claim := self.claim(name))]


def hook_key(name: str) -> str:
    """Where `Stage.memory` holds where a session posts to."""
    return f"hook of {name}"


class Deed(NamedTuple):
    """What a request would change: the verb, in the gateway's own word, and the session it is about."""

    session: str
    verb: str


class Dialect(Protocol):
    """One kind of gateway: its routes, shapes, status codes."""

    def deed(self, call: Call) -> Deed | None:
        """What the call is to change, whatever becomes of it; nothing for a mere question."""
        ...

    def answer(self, call: Call, stage: Stage) -> Reply:
        """The answer of a gateway of this kind; verbs take effect here."""
        ...

    def broken(self) -> Reply:
        """Its answer when something failed inside."""
        ...


class RequestLog:
    """The latest requests, oldest first, without headers and bodies; and how many there were in all."""

    def __init__(self, limit: int = 10_000) -> None:
        self._latest: deque[Call] = deque(maxlen=limit)
        self._deeds: deque[Deed] = deque(maxlen=limit)
        self.total = 0

    def append(self, call: Call, deed: Deed | None = None) -> None:
        """Keep a request; the oldest goes when the limit is reached."""
        self._latest.append(Call(call.at, call.method, call.target))
        if deed is not None:
            self._deeds.append(deed)
        self.total += 1

    def __iter__(self) -> Iterator[Call]:
        return iter(tuple(self._latest))

    def __len__(self) -> int:
        return len(self._latest)

    def count(self, method: str, *segments: str) -> int:
        """How many of the latest had this method and exactly this decoded path."""
        return sum(call.method == method and call.segments == segments for call in self)

    def verbs(self, session: str) -> list[str]:
        """The verbs that reached the gateway for a session, in order: `["restart", "stop"]`."""
        return [deed.verb for deed in self._deeds if deed.session == session]
