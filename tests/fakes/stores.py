"""Stores in memory: they remember what they were told, and rule nothing."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId, Vitals
from healthcheckd.domain.observations import Connection, Health, Observation
from healthcheckd.ports.store import (
    Applied,
    AttemptPace,
    Event,
    GatewayOutcome,
    GatewayStanding,
    Known,
    OwedAttempt,
    RunRecord,
    Tended,
)
from tests.fakes.clock import NOON


@dataclass
class MemorySweeps:
    """A `SweepStore`. A recheck is over once the account was read."""

    vitals: dict[AccountId, Vitals] = field(default_factory=dict)
    inactive: set[AccountId] = field(default_factory=set)
    applied: list[tuple[str, Observation]] = field(default_factory=list)
    chunks: list[int] = field(default_factory=list)
    outcomes: list[GatewayOutcome] = field(default_factory=list)
    due: dict[AccountId, datetime] = field(default_factory=dict)
    unproven: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    latencies: dict[tuple[str, datetime], dict[int, int]] = field(default_factory=dict)
    first_looks: list[str] = field(default_factory=list)
    tended: int = 0
    asked_for_silent: int = 0
    doubtful: set[int] = field(default_factory=set)
    networks: dict[int, bool] = field(default_factory=dict)
    notices_each: int = 0
    broken: Exception | None = None

    def know(self, gateway: str, *sessions: str, connection: Connection = Connection.CONNECTED) -> None:
        for session in sessions:
            seen = Vitals(connection, Health.HEALTHY, last_checked_at=NOON - timedelta(minutes=15))
            self.vitals[AccountId(gateway, session)] = seen

    def seen(self, session: str) -> list[Observation]:
        return [one for _, one in self.applied if one.session == session]

    async def known(self, gateway: str) -> Sequence[Known]:
        ours = {one: vitals for one, vitals in self.vitals.items() if one.gateway == gateway}
        return [
            Known(one.session, one not in self.inactive, vitals.last_checked_at is not None, vitals.cause)
            for one, vitals in ours.items()
        ]

    async def apply(self, gateway: str, chunk: Sequence[Observation], now: datetime) -> Applied:
        if self.broken is not None:
            raise self.broken
        self.chunks.append(len(chunk))
        for one in chunk:
            account = AccountId(gateway, one.session)
            self.applied.append((gateway, one))
            self.due.pop(account, None)
            if one.found and not one.silence:
                before = self.vitals.get(account, Vitals())
                self.vitals[account] = replace(before, connection=one.connection, last_checked_at=one.at)
        events = tuple(Event("transition", now, AccountId(gateway, one.session)) for one in chunk)
        return Applied(notices=self.notices_each * len(chunk), events=events)

    async def gateway_outcome(self, outcome: GatewayOutcome) -> GatewayStanding:
        self.outcomes.append(outcome)
        return await self.standing(outcome.gateway)

    async def standing(self, gateway: str) -> GatewayStanding:
        silent: list[GatewayOutcome] = []
        for outcome in self.outcomes:
            if outcome.gateway == gateway:
                silent = [*silent, outcome] if outcome.error else []
        return GatewayStanding(gateway, silent[0].at if silent else None, len(silent), len(silent) >= 2)

    async def silent_gateways(self) -> Mapping[str, datetime]:
        self.asked_for_silent += 1
        standings = [await self.standing(name) for name in {outcome.gateway for outcome in self.outcomes}]
        return {one.name: one.silent_since for one in standings if one.silent_since is not None}

    async def first_look(self, gateway: str, now: datetime) -> int:
        self.first_looks.append(gateway)
        return 0

    async def tend_blasts(self, now: datetime) -> Tended:
        self.tended += 1
        return Tended(doubtful=tuple(sorted(self.doubtful)))

    async def note_network(self, blast: int, works: bool) -> None:
        self.doubtful.discard(blast)
        self.networks[blast] = works

    async def rechecks(self, now: datetime, limit: int) -> Sequence[AccountId]:
        return [account for account, at in self.due.items() if at <= now][:limit]

    async def next_recheck(self) -> datetime | None:
        return min(self.due.values(), default=None)

    async def least_proven(self, gateway: str, limit: int) -> Sequence[str]:
        return self.unproven[gateway][:limit]

    async def tally(self) -> Mapping[str, int]:
        counts = dict.fromkeys((health.value.lower() for health in Health), 0)
        for vitals in self.vitals.values():
            counts[vitals.health.value.lower()] += 1
        return {"total": len(self.vitals), **counts}

    async def record_latencies(self, gateway: str, hour: datetime, buckets: Mapping[int, int]) -> None:
        self.latencies[(gateway, hour)] = dict(buckets)


@dataclass
class MemoryAttempts:
    """An `AttemptStore`. `called_for` is asked before each; what it refuses is dropped."""

    owed: dict[int, OwedAttempt] = field(default_factory=dict)
    called_for: Callable[[AccountId], bool] = lambda account: True
    before: AttemptPace = field(default_factory=lambda: AttemptPace(0, {}))
    begun: list[OwedAttempt] = field(default_factory=list)
    dropped: list[OwedAttempt] = field(default_factory=list)
    ended: dict[int, tuple[str, str]] = field(default_factory=dict)
    broken: Exception | None = None

    def owe(self, *sessions: str, gateway: str = "main", at: datetime = NOON) -> None:
        for session in sessions:
            number = len(self.owed) + len(self.begun) + len(self.dropped) + 1
            account = AccountId(gateway, session)
            self.owed[number] = OwedAttempt(number, account, f"{account}@{number}", at)

    async def due_attempts(self, now: datetime, limit: int) -> Sequence[OwedAttempt]:
        return [one for one in self.owed.values() if one.due_at <= now][:limit]

    async def pace(self, now: datetime) -> AttemptPace:
        by_gateway = dict(self.before.by_gateway)
        for one in self.begun:
            by_gateway[one.account.gateway] = by_gateway.get(one.account.gateway, 0) + 1
        return AttemptPace(self.before.total + len(self.begun), by_gateway)

    async def begin_attempt(self, attempt: OwedAttempt, now: datetime) -> tuple[bool, tuple[Event, ...]]:
        if self.broken is not None:
            raise self.broken
        if self.owed.pop(attempt.id, None) is None:
            return False, ()
        if not self.called_for(attempt.account):
            self.dropped.append(attempt)
            return False, ()
        self.begun.append(attempt)
        return True, (Event("attempt", now, attempt.account, {"state": "started"}),)

    async def end_attempt(
        self, attempt: OwedAttempt, now: datetime, result: str, detail: str = ""
    ) -> tuple[Event, ...]:
        self.ended[attempt.id] = (result, detail)
        return (Event("attempt", now, attempt.account, {"state": result}),)

    async def interrupted_attempts(self, now: datetime) -> int:
        return 0

    async def next_attempt_at(self) -> datetime | None:
        return min((one.due_at for one in self.owed.values()), default=None)


@dataclass
class MemoryRuns:
    """A `RunStore` that keeps runs; the rest of the port is not asked for here."""

    records: list[RunRecord] = field(default_factory=list)
    interrupted: list[str] = field(default_factory=list)
    broken: Exception | None = None

    async def begin_run(self, job: str, by: str, now: datetime) -> RunRecord:
        if self.broken is not None:
            raise self.broken
        self.records.append(RunRecord(len(self.records), job, by, now))
        return self.records[-1]

    async def end_run(self, run: RunRecord, now: datetime, result: Mapping[str, int], error: str) -> tuple[Event, ...]:
        self.records[run.id] = replace(run, ended_at=now, result=result, error=error)
        return (Event("job", now, data={"job": run.job, "error": error}),)

    async def interrupt_run(self, run: RunRecord, now: datetime) -> None:
        self.interrupted.append(run.job)

    async def last_run(self, job: str) -> RunRecord | None:
        return next((one for one in reversed(self.records) if one.job == job), None)

    async def switched_on(self, job: str) -> bool:
        return True

    async def switch(self, job: str, on: bool, by: str, now: datetime) -> bool:
        return True

    async def close_day(self, day: str, now: datetime) -> int:
        return 0

    async def idle_clients(self, now: datetime) -> Sequence[AccountId]:
        return ()

    async def client_stopped(self, account: AccountId, now: datetime) -> None:
        return None

    async def trim(self, now: datetime) -> int:
        return 0

    async def audit(self, now: datetime, who: str, how: str, what: str, outcome: str) -> None:
        return None

    async def beat(self, now: datetime) -> None:
        return None

    async def held(self, gateway: str | None = None) -> str:
        return ""
