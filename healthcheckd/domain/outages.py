"""Bad readings, silence and absence: what counts, from when, and under which cause."""

from dataclasses import replace
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import LedgerKind, Vitals
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason, Verdict, ended

LASTING = frozenset(
    {
        Cause.LOGGED_OUT,
        Cause.BANNED,
        Cause.TEMPORARY_BAN,
        Cause.REPLACED,
        Cause.OUTDATED_CLIENT,
        Cause.RATE_LIMITED,
    }
)
"""Causes that hold until the account is Connected again: a gateway that later only says "failed" takes none back."""

TRANSIENT = frozenset({Cause.UNKNOWN, Cause.NETWORK, Cause.RESTART_REQUIRED, Cause.STUCK, Cause.ZOMBIE, Cause.FLAPPING})

GONE_AFTER = 2
"""Complete lists in a row without the session."""


def fall(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """A bad reading. It counts at once, or, where the news may be passing, once it has lasted."""
    bad_since = previous.first_bad_at or seen.at
    read = replace(read, first_bad_at=bad_since, self_healing=_still_retrying(previous, read, seen, policy))
    wait = _wait(seen, policy)
    if previous.offline_since is None and seen.at - bad_since < wait:
        return Verdict(replace(read, recheck_at=bad_since + wait), Reason.SETTLING, seen.at)
    return _outage(previous, read, seen, _cause(previous, read, seen, policy), policy)


def zombie(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """It claims to be connected, and twice in a row the evidence said otherwise."""
    bad_since = previous.first_bad_at or seen.at
    dead = replace(seen, connection=Connection.DISCONNECTED)
    return _outage(previous, replace(read, first_bad_at=bad_since), dead, Cause.ZOMBIE, policy)


def silence(previous: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """No usable answer. Silence is not death: the state stays; only after long is the account Unreachable."""
    since = previous.stale_since or seen.at
    stale = replace(previous, stale_since=since)
    if _unwatched(previous):
        return Verdict(replace(stale, recheck_at=None), Reason.WENT_SILENT, seen.at)
    if seen.at - since < policy.unreachable_after:
        unknown = replace(
            stale,
            health=grade(previous.offline_since, seen.at, policy) if previous.offline_since else previous.health,
            ledger=LedgerKind.UNKNOWN,
            ledger_cause=None,
            recheck_at=_again(previous, seen, policy),
        )
        return Verdict(unknown, Reason.WENT_SILENT, seen.at)
    return _unreachable(previous, stale, seen, policy)


def absence(previous: Vitals, seen: Observation) -> Verdict:
    """The gateway answers, and does not know the session: once may be chance, twice is gone."""
    times = previous.missing + 1
    read = replace(previous, missing=times, recheck_at=None)
    if times < GONE_AFTER:
        return Verdict(_unseen(read, seen), Reason.MISSED, seen.at)
    vitals = replace(
        read,
        connection=Connection.UNKNOWN,
        health=Health.UNKNOWN,
        cause=Cause.GONE,
        self_healing=False,
        first_bad_at=None,
        first_good_at=None,
        offline_since=None,
        stale_since=None,
        connected_since=None,
        last_checked_at=seen.at,
        ledger=LedgerKind.EXCLUDED,
        ledger_cause=None,
    )
    return ended(previous, Verdict(vitals, Reason.GONE, seen.at), seen.at)


def _unwatched(previous: Vitals) -> bool:
    """Nothing was ever known of it, or it does not count: silence about it says nothing."""
    return previous.ledger is LedgerKind.EXCLUDED and previous.health is Health.UNKNOWN


def _unseen(read: Vitals, seen: Observation) -> Vitals:
    if _unwatched(read):
        return read
    return replace(read, stale_since=read.stale_since or seen.at, ledger=LedgerKind.UNKNOWN, ledger_cause=None)


def grade(offline_since: datetime, at: datetime, policy: HealthPolicy) -> Health:
    return Health.CRITICAL if at - offline_since >= policy.critical_after else Health.WARNING


def _outage(previous: Vitals, read: Vitals, seen: Observation, cause: Cause, policy: HealthPolicy) -> Verdict:
    """An outage that counts, from its first bad reading on."""
    bad_since = read.first_bad_at or seen.at
    offline_since = previous.offline_since or bad_since
    falls = _falls(previous, bad_since, seen.at, policy)
    cause = Cause.FLAPPING if cause in TRANSIENT and len(falls) >= policy.flap_falls else cause
    health = grade(offline_since, seen.at, policy)
    vitals = replace(
        read,
        connection=Connection.LOGGED_OUT if cause is Cause.LOGGED_OUT else seen.connection,
        health=health,
        cause=cause,
        first_good_at=None,
        offline_since=offline_since,
        connected_since=None,
        last_disconnected_at=bad_since if previous.offline_since is None else previous.last_disconnected_at,
        recheck_at=_next_look(seen.at, offline_since, cause, policy) if health is Health.WARNING else None,
        falls=falls,
        attempt_streak=_streak(previous, bad_since, policy),
        ledger=LedgerKind.DOWN,
        ledger_cause=cause,
    )
    since = bad_since if previous.offline_since is None else seen.at
    return _with_incident(previous, Verdict(vitals, _reason(previous, vitals), since), offline_since, policy)


def _unreachable(previous: Vitals, stale: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    since = stale.stale_since or seen.at
    offline_since = previous.offline_since or since
    cause = previous.cause if previous.offline_since is not None else None
    if cause is None:
        cause = Cause.GATEWAY_DOWN if seen.whole_gateway else Cause.UNKNOWN
    theirs = seen.whole_gateway and seen.elsewhere
    vitals = replace(
        stale,
        connection=Connection.UNREACHABLE,
        health=grade(offline_since, seen.at, policy),
        cause=cause,
        offline_since=offline_since,
        recheck_at=None,
        ledger=LedgerKind.DOWN if theirs else LedgerKind.UNKNOWN,
        ledger_cause=Cause.GATEWAY_DOWN if theirs else None,
    )
    rewritten = theirs and previous.ledger is not LedgerKind.DOWN
    reason = Reason.UNREACHABLE if previous.connection is not Connection.UNREACHABLE else Reason.STILL_DOWN
    return _with_incident(previous, Verdict(vitals, reason, since if rewritten else seen.at), since, policy)


def _with_incident(previous: Vitals, verdict: Verdict, began: datetime, policy: HealthPolicy) -> Verdict:
    """Open an incident, reopen one that ended a moment ago, or note that its cause is another."""
    new = verdict.vitals
    if previous.in_incident:
        if new.cause is previous.cause:
            return verdict
        return replace(verdict, incident=IncidentStep(Step.RECAUSE, new.last_checked_at or began, new.cause))
    recent = previous.incident_ended_at is not None and began - previous.incident_ended_at < policy.reopen_within
    step = Step.REOPEN if recent else Step.OPEN
    vitals = replace(new, incident=previous.incident if recent else None, incident_ended_at=None)
    return replace(verdict, vitals=vitals, incident=IncidentStep(step, began, new.cause))


def _wait(seen: Observation, policy: HealthPolicy) -> timedelta:
    """How long the news must last before it counts. Gateways pass through these states in their housekeeping."""
    if seen.connection in {Connection.CONNECTING, Connection.STOPPED}:
        return policy.settle
    return policy.confirm if seen.provisional else timedelta(0)


def _still_retrying(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> bool:
    """A gateway that says the same failure twice, `confirm` apart, has given up."""
    given_up = (
        seen.provisional
        and previous.native == seen.native
        and read.native_since is not None
        and seen.at - read.native_since >= policy.confirm
    )
    return seen.self_healing and not given_up


def _cause(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Cause:
    if seen.connection is Connection.NEEDS_PAIRING:
        return Cause.LOGGED_OUT
    if previous.cause in LASTING and seen.cause in {None, Cause.UNKNOWN, Cause.STOPPED}:
        return previous.cause
    if seen.connection is Connection.CONNECTING:
        stuck = read.native_since is not None and seen.at - read.native_since >= policy.stuck_after
        return Cause.STUCK if stuck else seen.cause or Cause.UNKNOWN
    if seen.connection is Connection.STOPPED:
        return Cause.STOPPED
    return seen.cause or Cause.UNKNOWN


def _falls(previous: Vitals, bad_since: datetime, at: datetime, policy: HealthPolicy) -> tuple[datetime, ...]:
    """A fall is a bad reading after a Connected one, whether or not the recovery before it was confirmed."""
    recent = tuple(fall for fall in previous.falls if fall > at - policy.flap_window)
    if previous.offline_since is not None and previous.first_good_at is None:
        return recent
    began = at if previous.first_good_at is not None else bad_since
    return (*recent, began)[-policy.flap_falls :]


def _next_look(at: datetime, offline_since: datetime, cause: Cause, policy: HealthPolicy) -> datetime:
    """The moment it turns Critical; what may mend by itself is looked at sooner, and ever less often."""
    critical = offline_since + policy.critical_after
    if cause not in TRANSIENT:
        return critical
    return min(critical, at + max(policy.settle, (at - offline_since) / 4))


def _streak(previous: Vitals, bad_since: datetime, policy: HealthPolicy) -> int:
    steady = previous.connected_since is not None and bad_since - previous.connected_since >= policy.steady_after
    return 0 if steady else previous.attempt_streak


def _again(previous: Vitals, seen: Observation, policy: HealthPolicy) -> datetime | None:
    """One session's own silence is looked at once more soon; a whole gateway's is asked for elsewhere."""
    if seen.whole_gateway or previous.stale_since is not None:
        return None
    return seen.at + policy.settle


def _reason(previous: Vitals, new: Vitals) -> Reason:
    if previous.offline_since is None:
        if new.cause is Cause.ZOMBIE:
            return Reason.ZOMBIE
        return Reason.FELL if previous.last_connected_at is not None else Reason.FIRST_SEEN_DOWN
    if previous.first_good_at is not None:
        return Reason.RELAPSED
    if new.health is Health.CRITICAL and previous.health is not Health.CRITICAL:
        return Reason.TURNED_CRITICAL
    return Reason.STILL_DOWN
