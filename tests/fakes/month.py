"""A month as the store and its rules live it: the faces are the daemon's own, the gateways a simulated truth.

Everything is one transaction, and nothing waits: what the daemon would do is done in steps of a minute, whenever
something is due.
"""

import sqlite3
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar, cast

from healthcheckd.daemon.wiring import policy_of
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.forecast import Sent
from healthcheckd.domain.observations import Connection, Observation, silent
from healthcheckd.ports.store import GatewayOutcome, OwedAttempt
from healthcheckd.settings import Settings
from healthcheckd.store.attempts import Attempts
from healthcheckd.store.core import Core
from healthcheckd.store.database import Store
from healthcheckd.store.notices import Notices
from healthcheckd.store.owner import Owner
from healthcheckd.store.rows import written
from healthcheckd.store.sweeps import Sweeps
from healthcheckd.store.terms import Terms, terms_of
from tests.fakes.troubles import Truth, seconds_of

START = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
DAY = timedelta(days=1)
MORNING = timedelta(hours=8)

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class _Inline:
    """An owner whose work is done at once, all in one transaction."""

    connection: sqlite3.Connection

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return work(self.connection)


@dataclass(slots=True)
class Month:
    connection: sqlite3.Connection
    terms: Terms
    truth: Truth
    now: datetime = START
    sent: list[tuple[datetime, Sent]] = field(default_factory=list)
    core: Core = field(init=False)
    _answered: dict[str, datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.core = Core(cast(Owner, _Inline(self.connection)), self.terms)

    async def live(self, *, digests: bool = False) -> None:
        """All the days of the truth."""
        sweeps, end = START, START + timedelta(days=self.truth.days)
        for _ in range(2):
            await self._sweep(everything=True)
            self.now += 2 * MINUTE
        for gateway in self.truth.sessions:
            await Sweeps(self.core).first_look(gateway, self.now)
        while self.now < end:
            self.truth.at(self._seconds())
            if self.now >= sweeps + self.cadence:
                sweeps += self.cadence
                await self._sweep()
                if digests and (sweeps - START) % DAY == MORNING:
                    await Notices(self.core).digest(self.now)
            await self._between()
            await self._deliver()
            self.now = await self._next(sweeps + self.cadence)

    @property
    def cadence(self) -> timedelta:
        return self.terms.policy.health.cadence

    def counted(self) -> Counter[Sent]:
        return Counter(one for _, one in self.sent)

    async def _sweep(self, *, everything: bool = False) -> None:
        restless = self._restless()
        for gateway, sessions in self.truth.sessions.items():
            if self.truth.is_away(gateway, self._seconds()):
                await self._unanswered(gateway)
                continue
            back = self._silent_since(gateway) is not None
            await self._outcome(gateway)
            blips = set(self.truth.blipping(gateway, self._seconds()))
            looked = sessions if everything or back else self._looked_at(gateway, restless.get(gateway, ()), blips)
            await self._apply(gateway, [self.truth.read(one, self.now, one in blips) for one in looked])

    def _looked_at(self, gateway: str, restless: Iterable[str], blips: set[str]) -> list[str]:
        """A sweep reads them all; what is well, and was, is no news to anybody."""
        troubled = (one for one in self.truth.now if one.startswith(gateway))
        return sorted({*restless, *blips, *troubled})

    async def _unanswered(self, gateway: str) -> None:
        await self._outcome(gateway, "timed out")
        since = self._silent_since(gateway)
        if since is not None and self.now - since >= self.terms.policy.health.unreachable_after:
            elsewhere = any(self.now - at < self.cadence for name, at in self._answered.items() if name != gateway)
            silence = [
                silent(one, self.now, "timed out", whole_gateway=True, elsewhere=elsewhere)
                for one in self.truth.sessions[gateway]
            ]
            await Sweeps(self.core).apply(gateway, silence, self.now)

    async def _outcome(self, gateway: str, error: str = "") -> None:
        if not error:
            self._answered[gateway] = self.now
        outcome = GatewayOutcome(gateway, self.now, error=error, fault="timeout" if error else "", latency=0.1)
        await Sweeps(self.core).gateway_outcome(outcome)

    async def _apply(self, gateway: str, seen: list[Observation]) -> None:
        """Those that were well were read a sweep ago, too."""
        before = written(self.now - self.cadence)
        self.connection.executemany(
            "UPDATE readings SET last_checked_at = ?1 WHERE last_checked_at < ?1 AND account IN"
            " (SELECT key FROM accounts WHERE gateway = ?2 AND session = ?3 AND offline_since IS NULL)",
            [(before, gateway, one.session) for one in seen],
        )
        if seen:
            await Sweeps(self.core).apply(gateway, seen, self.now)

    async def _between(self) -> None:
        """What the daemon does between its sweeps."""
        for gateway in self._silent():
            if not self.truth.is_away(gateway, self._seconds()):
                await self._outcome(gateway)
                await self._apply(gateway, [self.truth.read(one, self.now) for one in self.truth.sessions[gateway]])
            elif self._failures(gateway) < 2:
                await self._outcome(gateway, "timed out")
        for account in await Sweeps(self.core).rechecks(self.now, 10_000):
            if not self.truth.is_away(account.gateway, self._seconds()):
                await self._apply(account.gateway, [self.truth.read(account.session, self.now)])
        await Sweeps(self.core).tend_blasts(self.now)
        for attempt in await Attempts(self.core).due_attempts(self.now, 20):
            await self._attempt(attempt)

    async def _attempt(self, attempt: OwedAttempt) -> None:
        gateway, session = attempt.account
        if self.truth.is_away(gateway, self._seconds()):
            return
        await self._apply(gateway, [self.truth.read(session, self.now)])
        begun, _ = await Attempts(self.core).begin_attempt(attempt, self.now)
        if not begun:
            return
        self.truth.restart(session, self._seconds())
        after = self.truth.read(session, self.now)
        await self._apply(gateway, [after])
        result = "connected" if after.connection is Connection.CONNECTED else "failed"
        await Attempts(self.core).end_attempt(attempt, self.now, result)

    async def _deliver(self) -> None:
        for message in await Notices(self.core).due_messages(self.now, 1000):
            await Notices(self.core).sent(message, self.now, "250 OK")
            first = message[0]
            one = Sent(first.recipient, first.channel, str(first.payload["role"]), first.kind)
            self.sent.append((self.now, one))

    async def _next(self, sweep: datetime) -> datetime:
        dues = [
            sweep,
            await Sweeps(self.core).next_recheck(),
            await Attempts(self.core).next_attempt_at(),
            await Notices(self.core).next_notice_at(),
            self.now + MINUTE if self._silent() or self._fallen_together() else None,
        ]
        soonest = min(due for due in dues if due is not None)
        return max(soonest, self.now + MINUTE) if soonest < sweep else max(sweep, self.now + timedelta(seconds=1))

    def _seconds(self) -> float:
        return seconds_of(START, self.now)

    def _restless(self) -> dict[str, list[str]]:
        """Sessions that were not well when they were last read."""
        rows = self.connection.execute(
            "SELECT gateway, session FROM accounts WHERE health <> 'Healthy' OR recheck_at IS NOT NULL"
        )
        found: dict[str, list[str]] = {}
        for gateway, session in rows:
            found.setdefault(gateway, []).append(session)
        return found

    def _silent(self) -> list[str]:
        rows = self.connection.execute("SELECT name FROM gateways WHERE silent_since IS NOT NULL").fetchall()
        return [name for (name,) in rows]

    def _silent_since(self, gateway: str) -> datetime | None:
        [(since,)] = self.connection.execute("SELECT silent_since FROM gateways WHERE name = ?", (gateway,)).fetchall()
        return since and datetime.fromisoformat(since)

    def _failures(self, gateway: str) -> int:
        [(failures,)] = self.connection.execute("SELECT failures FROM gateways WHERE name = ?", (gateway,)).fetchall()
        return int(failures)

    def _fallen_together(self) -> bool:
        return self.connection.execute("SELECT 1 FROM blasts WHERE stage <> 'over' LIMIT 1").fetchone() is not None


async def lived(folder: Path, settings: Settings, truth: Truth) -> Month:
    """The database is made as the daemon makes it; then the month is lived on it."""
    path = folder / "healthcheckd.db"
    store = await Store.open(path, settings, policy_of(settings), START)
    await store.close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("BEGIN")
    month = Month(connection, terms_of(settings, policy_of(settings)), truth)
    await month.live(digests=settings.operator.digest is not None)
    return month


def account_ids(truth: Truth) -> list[AccountId]:
    return [AccountId(gateway, session) for gateway, sessions in truth.sessions.items() for session in sessions]
