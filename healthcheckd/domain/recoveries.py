"""Connected readings: steady, back from a blip, on the way back from an outage, or the wrong number."""

from dataclasses import replace

from healthcheckd.domain.accounts import LedgerKind, Vitals
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason, Verdict, ended


def rise(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """A Connected reading that no proof contradicts. An outage ends only with a second one, `settle` later."""
    if previous.offline_since is None or _was_only_silence(previous):
        return _up(previous, read, seen)
    first_good = previous.first_good_at or seen.at
    quiet = policy.reopen_within if previous.cause is Cause.FLAPPING else policy.settle
    if seen.at - first_good >= quiet:
        return _recovered(previous, replace(read, first_good_at=first_good), seen)
    vitals = replace(
        read,
        connection=Connection.CONNECTED,
        self_healing=False,
        first_good_at=first_good,
        last_connected_at=seen.at,
        recheck_at=first_good + quiet,
        stopped_by=None,
    )
    return Verdict(vitals, Reason.RECOVERING, seen.at)


def number_changed(previous: Vitals, read: Vitals, seen: Observation) -> Verdict:
    """The session is up with somebody else's number. The account's own is not here: down, but it never ages."""
    opens = not previous.in_incident
    vitals = replace(
        read,
        connection=Connection.CONNECTED,
        health=Health.WARNING,
        cause=Cause.NUMBER_CHANGED,
        self_healing=False,
        first_bad_at=None,
        first_good_at=None,
        offline_since=None,
        connected_since=None,
        recheck_at=None,
        ledger=LedgerKind.DOWN,
        ledger_cause=Cause.NUMBER_CHANGED,
        incident_ended_at=None,
        incident=None if opens else previous.incident,
    )
    step = None
    if opens:
        step = IncidentStep(Step.OPEN, seen.at, Cause.NUMBER_CHANGED)
    elif previous.cause is not Cause.NUMBER_CHANGED:
        step = IncidentStep(Step.RECAUSE, seen.at, Cause.NUMBER_CHANGED)
    return Verdict(vitals, Reason.NUMBER_CHANGED, seen.at, step)


def _was_only_silence(previous: Vitals) -> bool:
    """Never seen down: the first answer is enough, nothing has to settle."""
    return previous.connection is Connection.UNREACHABLE and previous.offline_since == previous.stale_since


def _up(previous: Vitals, read: Vitals, seen: Observation) -> Verdict:
    verdict = Verdict(_good(previous, read, seen), _reason(previous, read), seen.at)
    return ended(previous, verdict, seen.at, Ending.RECOVERED)


def _recovered(previous: Vitals, read: Vitals, seen: Observation) -> Verdict:
    """The outage ended with the first good reading, though only the second made it certain."""
    first_good = read.first_good_at or seen.at
    vitals = replace(_good(previous, read, seen), connected_since=first_good)
    return ended(previous, Verdict(vitals, Reason.RECOVERED, first_good), first_good, Ending.RECOVERED)


def _good(previous: Vitals, read: Vitals, seen: Observation) -> Vitals:
    return replace(
        read,
        connection=Connection.CONNECTED,
        health=Health.WARNING if seen.restricted_why else Health.HEALTHY,
        cause=None,
        self_healing=False,
        adopted=True,
        first_bad_at=None,
        first_good_at=None,
        offline_since=None,
        connected_since=previous.connected_since or seen.at,
        last_connected_at=seen.at,
        recheck_at=None,
        stopped_by=None,
        ledger=LedgerKind.UP,
        ledger_cause=None,
    )


def _reason(previous: Vitals, read: Vitals) -> Reason:
    checks = (
        (bool(read.restricted_why), Reason.RESTRICTED),
        (read.proof_failures > 0, Reason.UNPROVEN),
        (previous.last_checked_at is None, Reason.FIRST_SEEN),
        (previous.in_incident, Reason.RECOVERED),
        (previous.stale_since is not None, Reason.RETURNED),
        (previous.first_bad_at is not None, Reason.BLIP_OVER),
    )
    return next((reason for true, reason in checks if true), Reason.STEADY)
