"""What the engine asks of the store, split by who asks. Every call is one transaction and may be awaited from any
task; cancelling the awaiter does not undo it. All instants are aware UTC."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from healthcheckd.domain.accounts import Account, AccountId, Vitals
from healthcheckd.domain.observations import Cause, Observation


@dataclass(frozen=True, slots=True)
class Event:
    """Something that was committed: `kind` is `transition`, `attempt`, `notice`, `incident`, `job` or `gateway`."""

    kind: str
    at: datetime
    account: AccountId | None = None
    data: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Applied:
    """What one chunk of observations did. `notices` counts accounts for which a notice was made owed."""

    changed: int = 0
    notices: int = 0
    dropped: int = 0
    events: tuple[Event, ...] = ()


class Renamed(NamedTuple):
    """A gateway that has another name in the configuration than it had."""

    old: str
    new: str


class Known(NamedTuple):
    """What a sweep needs to know of an account beforehand. `seen` is whether it was ever read."""

    session: str
    active: bool
    seen: bool
    cause: Cause | None


@dataclass(frozen=True, slots=True)
class GatewayOutcome:
    """How asking a gateway went: `error` is empty after a usable answer; `latency` in seconds."""

    gateway: str
    at: datetime
    error: str = ""
    fault: str = ""
    latency: float | None = None
    version: str = ""
    hint: str = ""


@dataclass(frozen=True, slots=True)
class GatewayStanding:
    """A gateway as last known. `in_incident` after two failures in a row."""

    name: str
    silent_since: datetime | None
    failures: int
    in_incident: bool
    last_error: str = ""
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Tended:
    """What time did to those that fell together. `doubtful` are the incidents of everything at once, of which it is to
    be found out whether it is our own network."""

    events: tuple[Event, ...] = ()
    doubtful: tuple[int, ...] = ()


class SweepStore(Protocol):
    """For the sweep and the recheck loop."""

    async def known(self, gateway: str) -> Sequence[Known]: ...

    async def apply(self, gateway: str, chunk: Sequence[Observation], now: datetime) -> Applied:
        """Assess each observation inside one transaction; sessions never seen before become accounts where the gateway
        discovers. An observation older than the account's last reading is dropped."""

    async def gateway_outcome(self, outcome: GatewayOutcome) -> GatewayStanding:
        """Record an answer or a failure; the second failure in a row opens an incident, an answer ends it."""

    async def standing(self, gateway: str) -> GatewayStanding: ...

    async def silent_gateways(self) -> Mapping[str, datetime]:
        """By name, and since when."""

    async def first_look(self, gateway: str, now: datetime) -> int:
        """After the first complete list of a gateway: hold back accounts when too many are down; returns how many."""

    async def tend_blasts(self, now: datetime) -> Tended:
        """Tell of accounts that fell together, choose who comes back first, and end what is over. Costs nothing while
        none did."""

    async def note_network(self, blast: int, works: bool) -> None:
        """What the probes said while everything was down."""

    async def rechecks(self, now: datetime, limit: int) -> Sequence[AccountId]:
        """Accounts whose next reading is due before the next sweep, most overdue first."""

    async def next_recheck(self) -> datetime | None: ...

    async def least_proven(self, gateway: str, limit: int) -> Sequence[str]:
        """Connected sessions of a gateway that answers, the one whose newest proof is oldest first."""

    async def tally(self) -> Mapping[str, int]:
        """Active accounts: `total` and one count for each health, lower case."""

    async def record_latencies(self, gateway: str, hour: datetime, buckets: Mapping[int, int]) -> None:
        """Add to the hourly histogram: upper bound in milliseconds → count."""


@dataclass(frozen=True, slots=True)
class OwedAttempt:
    """One reconnection that is due. `forced` ones were asked for by a person who said so."""

    id: int
    account: AccountId
    slot: str
    due_at: datetime
    by: str = ""
    forced: bool = False


@dataclass(frozen=True, slots=True)
class AttemptPace:
    """Attempts started within the last minute: in all, and by gateway."""

    total: int
    by_gateway: Mapping[str, int]


class AttemptStore(Protocol):
    """For the reconnector."""

    async def due_attempts(self, now: datetime, limit: int) -> Sequence[OwedAttempt]:
        """Due attempts that nothing forbids: account active, adopted, not in a hold; gateway not silent; nobody who
        fell with it has to come back first."""

    async def pace(self, now: datetime) -> AttemptPace: ...

    async def begin_attempt(self, attempt: OwedAttempt, now: datetime) -> tuple[bool, tuple[Event, ...]]:
        """Mark it started, if the account's state (just read) still calls for it and its caps allow; else drop or
        postpone it. True means: make it now, exactly once."""

    async def end_attempt(
        self, attempt: OwedAttempt, now: datetime, result: str, detail: str = ""
    ) -> tuple[Event, ...]:
        """`result` is `connected`, `still_down`, `refused` or `error`; plans the next one where one is called for."""

    async def interrupted_attempts(self, now: datetime) -> int:
        """At start: attempts begun and never ended are closed as `interrupted`; they count as made."""

    async def next_attempt_at(self) -> datetime | None: ...


@dataclass(frozen=True, slots=True)
class NoticeSubject:
    """One account a notice speaks of, as it stands when the notice is about to go."""

    account: Account
    vitals: Vitals


@dataclass(frozen=True, slots=True)
class OwedNotice:
    """One message owed. `subjects` are the accounts it speaks of; several notices may share a `message_id` and then
    go as one message. `payload` is plain data the letter needs beside them. `reminder` counts from 0.
    `owed_since` is from when on it could have gone; None, since it was made."""

    id: int
    key: str
    kind: str
    channel: str
    recipient: str
    language: str
    time_zone: str
    message_id: str
    incident: int | None
    started_at: datetime | None
    ended_at: datetime | None
    reminder: int
    tries: int
    created_at: datetime
    subjects: tuple[NoticeSubject, ...] = ()
    payload: Mapping[str, object] = field(default_factory=dict)
    owed_since: datetime | None = None


class NoticeStore(Protocol):
    """For the outbox."""

    async def due_messages(
        self, now: datetime, limit: int, jammed: Collection[str] = ()
    ) -> Sequence[Sequence[OwedNotice]]:
        """Messages to send now, each a group of notices for one recipient with one Message-ID, fixed before it is
        returned; none for a `jammed` channel. Each was checked against the account's present state: what is superseded,
        too old or muted is not among them. Accounts without a fresh reading since the start wait."""

    async def sent(self, notices: Sequence[OwedNotice], now: datetime, words: str) -> tuple[Event, ...]: ...

    async def postponed(
        self, notices: Sequence[OwedNotice], until: datetime, error: str, *, unclear: bool = False
    ) -> None:
        """`unclear`: it may have been accepted all the same, as also what was lent out and never heard of again."""

    async def dead(self, notices: Sequence[OwedNotice], now: datetime, error: str) -> tuple[Event, ...]:
        """Given up for good; the operator is told of it by another notice where that makes sense."""

    async def channel_outcome(self, channel: str, now: datetime, error: str) -> tuple[Event, ...]:
        """An empty error is success. The second failure in a row opens the channel's incident."""

    async def next_notice_at(self, jammed: Collection[str] = ()) -> datetime | None:
        """When the next is due, of those for channels that are not `jammed`."""


@dataclass(frozen=True, slots=True)
class RunRecord:
    """One run of a job: `result` are its counts, `error` is empty after success."""

    id: int
    job: str
    started_by: str
    started_at: datetime
    ended_at: datetime | None = None
    result: Mapping[str, int] = field(default_factory=dict)
    error: str = ""


class RunStore(Protocol):
    """For jobs and the daemon's own life."""

    async def begin_run(self, job: str, by: str, now: datetime) -> RunRecord: ...

    async def end_run(
        self, run: RunRecord, now: datetime, result: Mapping[str, int], error: str
    ) -> tuple[Event, ...]: ...

    async def interrupt_run(self, run: RunRecord, now: datetime) -> None:
        """Cut off by a stop: neither a success nor a failure of the job."""

    async def last_run(self, job: str) -> RunRecord | None: ...

    async def switched_on(self, job: str) -> bool: ...

    async def switch(self, job: str, on: bool, by: str, now: datetime) -> bool:
        """False when it already was so."""

    async def close_day(self, day: str, now: datetime) -> int:
        """Close the counters of every day up to and including `day` (YYYY-MM-DD); returns how many accounts."""

    async def idle_clients(self, now: datetime) -> Sequence[AccountId]:
        """Clients that nobody uses, by the rules of `inactive-client-cleanup`."""

    async def client_stopped(self, account: AccountId, now: datetime) -> None: ...

    async def trim(self, now: datetime) -> int:
        """Delete what retention no longer keeps; returns rows."""

    async def audit(self, now: datetime, who: str, how: str, what: str, outcome: str) -> None: ...

    async def beat(self, now: datetime) -> None: ...

    async def held(self, gateway: str | None = None) -> str:
        """Why nothing may be restarted now (hold, restored database, watch mode); empty when it may."""
