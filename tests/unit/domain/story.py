"""An account's life, told reading by reading and carried on as the store carries it; and the readings it is made of."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.assessment import Assessment, assess
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.ledger import Interval, record
from healthcheckd.domain.observations import Cause, Connection, Health, Observation, Proof, missing, silent
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
OURS = "5511988887777"
THEIRS = "4915112345678"

SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)

Reading = Callable[[datetime], Observation]


def reading(
    connection: Connection,
    native: str,
    *,
    cause: Cause | None = None,
    linked: bool | None = None,
    self_healing: bool = False,
    provisional: bool = False,
) -> Reading:
    return lambda at: Observation(
        "shop",
        at,
        connection,
        native,
        cause,
        linked=linked,
        self_healing=self_healing,
        provisional=provisional,
    )


def connected(
    proof: Proof | None = None, phone: str | None = OURS, restricted: str = "", until: datetime | None = None
) -> Reading:
    return lambda at: Observation(
        "shop",
        at,
        Connection.CONNECTED,
        "WORKING",
        linked=True,
        phone=phone,
        proof=proof,
        restricted_why=restricted,
        restricted_until=until,
    )


CONNECTED = connected()
PROVED = connected(Proof.PROVED)
REFUTED = connected(Proof.REFUTED)
OTHER_NUMBER = connected(phone=THEIRS)
RESTRICTED = connected(restricted="reach-out time lock")

CONNECTING = reading(Connection.CONNECTING, "STARTING", self_healing=True)
STOPPED = reading(Connection.STOPPED, "STOPPED", cause=Cause.STOPPED)
FAILED = reading(Connection.FAILED, "FAILED", self_healing=True, provisional=True)
FAILED_FOR_GOOD = reading(Connection.FAILED, "FAILED")
DISCONNECTED = reading(Connection.DISCONNECTED, "close", cause=Cause.NETWORK)
RETRYING = reading(Connection.DISCONNECTED, "close", cause=Cause.NETWORK, self_healing=True)
SCAN_QR = reading(Connection.NEEDS_PAIRING, "SCAN_QR_CODE", cause=Cause.NEEDS_PAIRING, linked=False)
LOGGED_OUT = reading(Connection.LOGGED_OUT, "close", cause=Cause.LOGGED_OUT)


def failed(cause: Cause) -> Reading:
    return reading(Connection.FAILED, "close", cause=cause)


def unknown_state(at: datetime) -> Observation:
    return Observation("shop", at, native="BRAND_NEW")


def no_answer(at: datetime) -> Observation:
    return silent("shop", at, "time-out")


def gateway_silent(at: datetime) -> Observation:
    return silent("shop", at, "connection refused", whole_gateway=True)


def gateway_silent_alone(at: datetime) -> Observation:
    """Silent, while another gateway answers."""
    return silent("shop", at, "connection refused", whole_gateway=True, elsewhere=True)


def absent(at: datetime) -> Observation:
    return missing("shop", at)


@dataclass(slots=True)
class Story:
    """What has become of the account so far. Instants are told as time since `NOON`."""

    vitals: Vitals = field(default_factory=Vitals)
    policy: HealthPolicy = field(default_factory=HealthPolicy)
    ledger: list[Interval] = field(default_factory=list)
    steps: list[IncidentStep] = field(default_factory=list)
    incidents: int = 0
    now: datetime = NOON

    def see(self, seen: Reading, at: timedelta) -> Assessment:
        """The reading `seen` at `NOON + at`."""
        self.now = NOON + at
        return self.take(seen(self.now))

    def later(self, seen: Reading, after: timedelta = timedelta(0)) -> Assessment:
        """The reading `seen`, `after` the one before."""
        return self.see(seen, self.now + after - NOON)

    def take(self, seen: Observation) -> Assessment:
        verdict = assess(self.vitals, seen, self.policy)
        if not verdict.quiet:
            self.vitals = self._numbered(verdict)
        elif verdict.reason is not Reason.OUT_OF_DATE:
            self.vitals = passed_over(self.vitals, seen)
        for mark in verdict.marks:
            self.ledger = record(self.ledger, mark)
        return verdict

    def kinds(self) -> list[str]:
        """The ledger, told as `kind FROM` in time since `NOON`."""
        return [f"{interval.kind} {told(interval.from_at - NOON)}" for interval in self.ledger]

    def _numbered(self, verdict: Assessment) -> Vitals:
        if verdict.incident is None:
            return verdict.vitals
        self.steps.append(verdict.incident)
        if verdict.incident.step is not Step.OPEN:
            return verdict.vitals
        self.incidents += 1
        return replace(verdict.vitals, incident=self.incidents)


def passed_over(vitals: Vitals, seen: Observation) -> Vitals:
    """What is kept of a steady reading."""
    proof_at = seen.at if seen.proof is Proof.PROVED else vitals.proof_at
    return replace(vitals, last_checked_at=seen.at, last_connected_at=seen.at, proof_at=proof_at)


def told(span: timedelta) -> str:
    """`-1h30m`, `5m`, `10s`, `0s`: short enough for a table."""
    seconds = round(abs(span.total_seconds()))
    hours, rest = divmod(seconds, 3600)
    parts = [f"{number}{unit}" for number, unit in ((hours, "h"), (rest // 60, "m"), (rest % 60, "s")) if number]
    return ("-" if span < timedelta(0) else "") + ("".join(parts) or "0s")


def lived(*readings: tuple[Reading, timedelta]) -> Story:
    """A life so far: each reading and when it was taken, since `NOON`."""
    story = Story()
    for seen, at in readings:
        story.see(seen, at)
    return story


def healthy() -> Story:
    """Connected, and known to be for long."""
    return lived((CONNECTED, -2 * DAY), (CONNECTED, -15 * MINUTE), (CONNECTED, 0 * MINUTE))


def down_for(span: timedelta, seen: Reading = DISCONNECTED) -> Story:
    """Fell at noon, and was last read `span` later, every 15 minutes till then."""
    story = healthy()
    for quarter in range(int(span / (15 * MINUTE)) + 1):
        story.see(seen, quarter * 15 * MINUTE)
    story.see(seen, span)
    return story


def grade(story: Story) -> tuple[Connection, Health, Cause | None]:
    vitals = story.vitals
    return vitals.connection, vitals.health, vitals.cause


def assert_gapless(ledger: list[Interval]) -> None:
    for one, other in pairwise(ledger):
        assert one.until_at == other.from_at
        assert one.from_at < other.from_at
        assert (one.kind, one.cause) != (other.kind, other.cause)
    assert not ledger or ledger[-1].until_at is None
