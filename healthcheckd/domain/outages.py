"""Bad readings, silence and absence: what counts, from when, and under which cause."""

from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.accounts import LedgerKind, Vitals
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason, Verdict, ended, never_seen_down

LASTING = frozenset(
    {
        Cause.LOGGED_OUT,
        Cause.BANNED,
        Cause.TEMPORARY_BAN,
        Cause.REPLACED,
        Cause.OUTDATED_CLIENT,
        Cause.RATE_LIMITED,
        Cause.NUMBER_CHANGED,
    }
)
"""Causes that hold until the account is Connected again: a gateway that later says "failed" takes none back, nor does
one whose unscanned QR ran out like a lost network."""

FALLS = frozenset({Cause.UNKNOWN, Cause.NETWORK, Cause.RESTART_REQUIRED})
"""Causes of a plain fall; many of them in a row are flapping."""

TRANSIENT = FALLS | {Cause.STUCK, Cause.ZOMBIE, Cause.FLAPPING}

PASSING = frozenset({Connection.CONNECTING, Connection.STOPPED})
"""States that gateways pass through in their housekeeping."""

GONE_AFTER = 2
"""Complete lists in a row without the session."""


def fall(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """A bad reading. It counts at once, or, where the news may be passing, once it has lasted."""
    bad_since = previous.first_bad_at or seen.at
    counts_at = _counts_at(bad_since, read, seen, policy)
    if never_seen_down(previous) and seen.at < counts_at:
        # What went silent stays stale meanwhile: passing news between two silences must not hide it for ever.
        waiting = replace(read, first_bad_at=bad_since, stale_since=previous.stale_since, recheck_at=counts_at)
        return Verdict(waiting, Reason.SETTLING, seen.at)
    down = replace(read, self_healing=seen.self_healing and not _given_up(read, seen, policy))
    return _outage(previous, down, seen, _cause(previous, read, seen, policy), policy)


def zombie(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """It claims to be connected, and twice in a row the evidence said otherwise; mostly it does not say why."""
    dead = replace(seen, connection=Connection.DISCONNECTED)
    return _outage(previous, read, dead, _lasting(previous, seen) or seen.cause or Cause.ZOMBIE, policy)


def silence(previous: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """No usable answer. Silence is not death: the state stays; only after long is the account Unreachable."""
    since = previous.stale_since or seen.at
    stale = replace(previous, stale_since=since)
    if _unwatched(previous):
        return Verdict(replace(stale, recheck_at=None), Reason.WENT_SILENT, seen.at)
    if seen.at - since < policy.unreachable_after:
        unknown = replace(
            stale,
            health=aged(previous, seen.at, policy),
            ledger=LedgerKind.UNKNOWN,
            ledger_cause=None,
            recheck_at=_again(previous, seen, policy),
        )
        return Verdict(unknown, Reason.WENT_SILENT, seen.at)
    return _unreachable(previous, stale, seen, policy)


def absence(previous: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """The gateway answers, and does not know the session: once may be chance, twice is gone."""
    since = previous.stale_since or seen.at
    # A client that is being restarted may be missing for seconds, however often one looks.
    times = previous.missing + (not previous.missing or seen.at - since >= policy.settle)
    read = replace(previous, missing=times, stale_since=since, recheck_at=None)
    if times < GONE_AFTER:
        return Verdict(_unseen(read, seen, policy), Reason.MISSED, seen.at)
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
    return previous.ledger is LedgerKind.EXCLUDED


def _unseen(read: Vitals, seen: Observation, policy: HealthPolicy) -> Vitals:
    if _unwatched(read):
        return read
    return replace(read, health=aged(read, seen.at, policy), ledger=LedgerKind.UNKNOWN, ledger_cause=None)


def aged(vitals: Vitals, at: datetime, policy: HealthPolicy) -> Health:
    """The grade of an account of which nothing new is known: an outage goes on ageing."""
    return vitals.health if vitals.offline_since is None else _grade(vitals.offline_since, at, policy)


def _grade(offline_since: datetime, at: datetime, policy: HealthPolicy) -> Health:
    return Health.CRITICAL if at - offline_since >= policy.critical_after else Health.WARNING


def _outage(previous: Vitals, read: Vitals, seen: Observation, cause: Cause, policy: HealthPolicy) -> Verdict:
    """An outage that counts, from its first bad reading on."""
    bad_since = read.first_bad_at or seen.at
    offline_since = previous.offline_since or bad_since
    fell_at = _fell_at(previous, bad_since, seen.at)
    falls = _falls(previous, fell_at, policy)
    cause = Cause.FLAPPING if cause in FALLS and len(falls) >= policy.flap_falls else cause
    health = _grade(offline_since, seen.at, policy)
    vitals = replace(
        read,
        connection=Connection.LOGGED_OUT if cause is Cause.LOGGED_OUT else seen.connection,
        health=health,
        cause=cause,
        first_bad_at=bad_since,
        first_good_at=None,
        offline_since=offline_since,
        connected_since=None,
        last_disconnected_at=fell_at or previous.last_disconnected_at,
        recheck_at=_next_look(seen.at, offline_since, cause, policy) if health is Health.WARNING else None,
        falls=falls,
        attempt_streak=_streak(previous, bad_since, policy),
        ledger=LedgerKind.DOWN,
        ledger_cause=cause,
    )
    since = bad_since if never_seen_down(previous) else seen.at
    return _with_incident(previous, Verdict(vitals, _reason(previous, vitals), since), seen.at, policy)


def _unreachable(previous: Vitals, stale: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    since = stale.stale_since or seen.at
    offline_since = previous.offline_since or since
    theirs = seen.whole_gateway and seen.elsewhere
    vitals = replace(
        stale,
        connection=Connection.UNREACHABLE,
        health=_grade(offline_since, seen.at, policy),
        cause=_cause_unseen(previous, seen),
        offline_since=offline_since,
        connected_since=None,
        attempt_streak=_streak(previous, since, policy),
        recheck_at=None,
        ledger=LedgerKind.DOWN if theirs else LedgerKind.UNKNOWN,
        ledger_cause=Cause.GATEWAY_DOWN if theirs else None,
    )
    rewritten = theirs and previous.ledger is not LedgerKind.DOWN
    reason = Reason.UNREACHABLE if previous.connection is not Connection.UNREACHABLE else Reason.STILL_DOWN
    return _with_incident(previous, Verdict(vitals, reason, since if rewritten else seen.at), seen.at, policy)


def _with_incident(previous: Vitals, verdict: Verdict, at: datetime, policy: HealthPolicy) -> Verdict:
    """Open an incident, reopen one, or note that its cause is another."""
    new = verdict.vitals
    if previous.offline_since is not None:
        recaused = IncidentStep(Step.RECAUSE, at, new.cause)
        return verdict if new.cause is previous.cause else replace(verdict, incident=recaused)
    began = new.offline_since or at
    step = Step.REOPEN if _goes_on(previous, began, policy) else Step.OPEN
    vitals = replace(new, incident=previous.incident if step is Step.REOPEN else None, incident_ended_at=None)
    return replace(verdict, vitals=vitals, incident=IncidentStep(step, began, new.cause))


def _goes_on(previous: Vitals, began: datetime, policy: HealthPolicy) -> bool:
    """Whether an outage belongs to the incident before: that ended a moment ago, or is open on a Connected account."""
    if previous.incident_ended_at is None:
        return previous.in_incident
    return began - previous.incident_ended_at < policy.reopen_within


def _counts_at(bad_since: datetime, read: Vitals, seen: Observation, policy: HealthPolicy) -> datetime:
    """When the news counts if it lasts: a passing state after `settle`, a failure that may pass after `confirm`."""
    if seen.connection in PASSING:
        return bad_since + policy.settle
    if seen.provisional:
        return min(bad_since + policy.settle, (read.native_since or seen.at) + policy.confirm)
    return seen.at


def _given_up(read: Vitals, seen: Observation, policy: HealthPolicy) -> bool:
    """A gateway that says the same failure twice, `confirm` apart, no longer tries."""
    return seen.provisional and read.native_since is not None and seen.at - read.native_since >= policy.confirm


def _cause(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Cause:
    if seen.connection is Connection.NEEDS_PAIRING:
        return Cause.LOGGED_OUT
    if (lasting := _lasting(previous, seen)) is not None:
        return lasting
    if seen.connection is Connection.CONNECTING:
        stuck = read.native_since is not None and seen.at - read.native_since >= policy.stuck_after
        return Cause.STUCK if stuck else seen.cause or _known_cause(previous)
    if seen.connection is Connection.STOPPED:
        return Cause.STOPPED
    return seen.cause or _known_cause(previous)


def _lasting(previous: Vitals, seen: Observation) -> Cause | None:
    """The cause that still holds, though the reading names none as weighty."""
    was_back = previous.connection is Connection.CONNECTED and previous.cause is not Cause.NUMBER_CHANGED
    if was_back or previous.cause not in LASTING or seen.cause in LASTING:
        return None
    return previous.cause


def _known_cause(previous: Vitals) -> Cause:
    """A reading that names no cause takes none back while the outage goes on."""
    if previous.offline_since is None or previous.cause is None or previous.cause not in FALLS:
        return Cause.UNKNOWN
    return previous.cause


def _cause_unseen(previous: Vitals, seen: Observation) -> Cause | None:
    """Silence has a cause of its own only where nothing was wrong before it."""
    if not never_seen_down(previous) or previous.cause is Cause.NUMBER_CHANGED:
        return previous.cause
    return Cause.GATEWAY_DOWN if seen.whole_gateway else Cause.UNKNOWN


def _fell_at(previous: Vitals, bad_since: datetime, at: datetime) -> datetime | None:
    """When this outage began, or a recovery that was not yet confirmed broke off; None while it merely goes on."""
    if never_seen_down(previous):
        return bad_since
    return at if previous.connection is Connection.CONNECTED else None


def _falls(previous: Vitals, fell_at: datetime | None, policy: HealthPolicy) -> tuple[datetime, ...]:
    """The latest falls, each within the window before the last."""
    if fell_at is None:
        return previous.falls
    recent = (fall for fall in previous.falls if fall > fell_at - policy.flap_window)
    return (*recent, fell_at)[-policy.flap_falls :]


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
    if never_seen_down(previous):
        if new.cause is Cause.ZOMBIE:
            return Reason.ZOMBIE
        return Reason.FELL if previous.last_connected_at is not None else Reason.FIRST_SEEN_DOWN
    if previous.connection is Connection.CONNECTED:
        return Reason.RELAPSED
    if new.health is Health.CRITICAL and previous.health is not Health.CRITICAL:
        return Reason.TURNED_CRITICAL
    return Reason.STILL_DOWN
