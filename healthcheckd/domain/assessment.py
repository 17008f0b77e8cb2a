"""The verdict on one observation: pure, total, and with a named reason.

Two clocks run. Grading uses the time since `offline_since`, which starts at the first bad reading and runs on through
silence. The ledger counts only what was seen: silence and gaps are `unknown` there, never up and never down.
"""

from dataclasses import dataclass, replace
from datetime import datetime

from healthcheckd.domain import outages, recoveries
from healthcheckd.domain.accounts import LedgerKind, Pulse, StoppedBy, Vitals, digits
from healthcheckd.domain.incidents import IncidentStep
from healthcheckd.domain.ledger import Mark
from healthcheckd.domain.observations import Cause, Connection, Health, Observation, Proof
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason, Verdict, ended, never_seen_down


@dataclass(frozen=True, slots=True)
class Transition:
    """A change of connection or health."""

    at: datetime
    connection_from: Connection
    connection_to: Connection
    health_from: Health
    health_to: Health
    cause: Cause | None
    reason: Reason


@dataclass(frozen=True, slots=True)
class Assessment:
    """What one observation means: the new vital signs, and what follows from them.

    `quiet` marks a reading that changed nothing: a steady one needs no more stored than its instant, as that of the
    last look, of the last time Connected and, where it brought one, of the last proof; one out of date needs nothing.
    """

    vitals: Vitals
    reason: Reason
    transition: Transition | None = None
    marks: tuple[Mark, ...] = ()
    incident: IncidentStep | None = None
    quiet: bool = False


def assess(previous: Vitals, seen: Observation, policy: HealthPolicy) -> Assessment:
    """Judge `seen` against what was known before it."""
    if steady(previous, seen, policy):
        return Assessment(previous, Reason.STEADY, quiet=True)
    if previous.last_checked_at is not None and seen.at < previous.last_checked_at:
        return Assessment(previous, Reason.OUT_OF_DATE, quiet=True)
    verdict = _judge(_without_old_hopes(previous, seen, policy), seen, policy)
    return Assessment(
        vitals=verdict.vitals,
        reason=verdict.reason,
        transition=_transition(previous, verdict, seen.at),
        marks=_marks(previous, verdict, seen, policy),
        incident=verdict.incident,
    )


def steady(previous: Vitals | Pulse, seen: Observation, policy: HealthPolicy) -> bool:
    """The common case, told apart as cheaply as can be: Healthy before, Connected now, nothing new."""
    return (
        previous.health is Health.HEALTHY
        and seen.connection is Connection.CONNECTED
        and seen.found
        and not seen.silence
        and seen.proof is not Proof.REFUTED
        and previous.ledger is LedgerKind.UP
        and previous.first_bad_at is None
        and previous.stale_since is None
        and previous.offline_since is None
        and previous.recheck_at is None
        and previous.stopped_by is None
        and not previous.missing
        and not previous.proof_failures
        and not seen.restricted_why
        and seen.native == previous.native
        and seen.phone in {None, previous.phone}
        and previous.last_checked_at is not None
        and previous.last_checked_at <= seen.at <= previous.last_checked_at + 2 * policy.cadence
    )


def _judge(previous: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    if not seen.found:
        return outages.absence(previous, seen, policy)
    if not _says_something(seen):
        return outages.silence(previous, seen, policy)
    seen = _as_we_left_it(previous, seen)
    read = _read(previous, seen)
    if seen.connection is Connection.CONNECTED:
        return _connected(previous, read, seen, policy)
    if seen.connection is Connection.STOPPED and previous.stopped_by is not None:
        return _stopped_by_us(previous, read, seen, policy)
    if _never_linked(previous, seen):
        return _unlinked(previous, read, seen)
    return outages.fall(previous, read, seen, policy)


def _says_something(seen: Observation) -> bool:
    """A usable answer. A state that nobody knows says as little as no answer."""
    return seen.found and not seen.silence and seen.connection not in {Connection.UNKNOWN, Connection.UNREACHABLE}


def _as_we_left_it(previous: Vitals, seen: Observation) -> Observation:
    """Some gateways have one word for a client that was stopped and one that fell: nothing else was read since ours."""
    if not seen.perhaps_stopped or previous.stopped_by is None:
        return seen
    return replace(seen, connection=Connection.STOPPED, cause=Cause.STOPPED)


def _read(previous: Vitals, seen: Observation) -> Vitals:
    """What any usable answer says, whatever it means. Evidence is about one claim to be connected: it ends with it."""
    changed = seen.native != previous.native
    connected = seen.connection is Connection.CONNECTED
    return replace(
        previous,
        native=seen.native,
        native_since=seen.at if changed or previous.native_since is None else previous.native_since,
        linked=previous.linked or bool(seen.linked) or connected,
        phone=previous.phone or seen.phone,
        last_checked_at=seen.at,
        stale_since=None,
        missing=0,
        proof_failures=previous.proof_failures if connected else 0,
        restricted_until=seen.restricted_until or (None if connected else previous.restricted_until),
        restricted_why=seen.restricted_why or ("" if connected else previous.restricted_why),
        stopped_by=previous.stopped_by if seen.connection is Connection.STOPPED else None,
    )


def _connected(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    if _another_number(previous, seen):
        return recoveries.number_changed(previous, read, seen)
    proven = _weigh(read, seen)
    if proven.proof_failures >= policy.zombie_after:
        return outages.zombie(previous, proven, seen, policy)
    return recoveries.rise(previous, proven, seen, policy)


def _another_number(previous: Vitals, seen: Observation) -> bool:
    """A reading that names no number leaves it as it was."""
    if not seen.phone or not previous.phone:
        return previous.cause is Cause.NUMBER_CHANGED
    return digits(seen.phone) != digits(previous.phone)


def _weigh(read: Vitals, seen: Observation) -> Vitals:
    """Only a refutation counts; a reading without evidence changes nothing."""
    if seen.proof is Proof.REFUTED:
        return replace(read, proof_failures=read.proof_failures + 1)
    if seen.proof is Proof.PROVED:
        return replace(read, proof_failures=0, proof_at=seen.at)
    return read


def _never_linked(previous: Vitals, seen: Observation) -> bool:
    """A QR that nobody scanned times out into failures and starts: while it was never linked, these mean no more."""
    if previous.linked or seen.linked:
        return False
    stopped = seen.connection is Connection.STOPPED and previous.offline_since is None
    return stopped or seen.connection is Connection.NEEDS_PAIRING or _waits_for_scan(previous)


def _waits_for_scan(previous: Vitals) -> bool:
    return previous.cause is Cause.NEEDS_PAIRING and previous.health is Health.UNKNOWN


def _unlinked(previous: Vitals, read: Vitals, seen: Observation) -> Verdict:
    """Nobody ever linked it: nothing to watch, no incident, no mail, no share of uptime."""
    stopped = seen.connection is Connection.STOPPED and not _waits_for_scan(previous)
    vitals = replace(
        read,
        connection=seen.connection,
        health=Health.UNKNOWN,
        cause=Cause.STOPPED if stopped else Cause.NEEDS_PAIRING,
        first_bad_at=None,
        offline_since=None,
        recheck_at=None,
        ledger=LedgerKind.EXCLUDED,
        ledger_cause=None,
    )
    return ended(previous, Verdict(vitals, Reason.NEVER_LINKED, seen.at), seen.at)


def _stopped_by_us(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """On request: excluded. By our cleanup: incident and ledger stay as they were."""
    if previous.stopped_by is StoppedBy.CLEANUP:
        return Verdict(_cleaned_up(previous, read, seen, policy), Reason.STOPPED_BY_US, seen.at)
    vitals = replace(
        read,
        connection=Connection.STOPPED,
        health=Health.UNKNOWN,
        cause=Cause.STOPPED,
        first_bad_at=None,
        first_good_at=None,
        offline_since=None,
        connected_since=None,
        recheck_at=None,
        ledger=LedgerKind.EXCLUDED,
        ledger_cause=None,
    )
    return ended(previous, Verdict(vitals, Reason.STOPPED_BY_US, seen.at), seen.at)


def _cleaned_up(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Vitals:
    down = previous.offline_since is not None
    return replace(
        read,
        connection=Connection.STOPPED,
        health=outages.aged(previous, seen.at, policy),
        first_good_at=None,
        recheck_at=None,
        ledger=LedgerKind.DOWN if down else previous.ledger,
        ledger_cause=previous.cause if down else previous.ledger_cause,
    )


def _transition(previous: Vitals, verdict: Verdict, at: datetime) -> Transition | None:
    new = verdict.vitals
    if (new.connection, new.health) == (previous.connection, previous.health):
        return None
    return Transition(at, previous.connection, new.connection, previous.health, new.health, new.cause, verdict.reason)


def _marks(previous: Vitals, verdict: Verdict, seen: Observation, policy: HealthPolicy) -> tuple[Mark, ...]:
    new = verdict.vitals
    now = Mark(new.ledger, new.ledger_cause, verdict.since)
    if previous.last_checked_at is not None and _is_gap(previous, seen, policy):
        return (Mark(LedgerKind.UNKNOWN, None, previous.last_checked_at), now)
    if (new.ledger, new.ledger_cause) == (previous.ledger, previous.ledger_cause) and verdict.since == seen.at:
        return ()
    return (now,)


def _without_old_hopes(previous: Vitals, seen: Observation, policy: HealthPolicy) -> Vitals:
    """A fall or a recovery that waits for its second reading starts anew when silence or a gap comes between:
    what nobody saw is neither up nor down."""
    if _says_something(seen) and not _long_unread(previous, seen, policy):
        return previous
    if never_seen_down(previous):
        return replace(previous, first_bad_at=None, first_good_at=None, native_since=None)
    return replace(previous, first_good_at=None)


def _is_gap(previous: Vitals, seen: Observation, policy: HealthPolicy) -> bool:
    """Nobody looked for long. Silence is not a gap: it has its own mark already."""
    watched = previous.stale_since is None and previous.ledger is not LedgerKind.EXCLUDED
    return watched and _long_unread(previous, seen, policy)


def _long_unread(previous: Vitals, seen: Observation, policy: HealthPolicy) -> bool:
    return previous.last_checked_at is not None and seen.at - previous.last_checked_at > 2 * policy.cadence
