"""Connected readings: steady, back from a blip, on the way back from an outage, or the wrong number."""

from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.accounts import LedgerKind, Vitals
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.observations import Cause, Connection, Health, Observation
from healthcheckd.domain.policy import HealthPolicy
from healthcheckd.domain.verdicts import Reason, Verdict, ended, never_seen_down


def rise(previous: Vitals, read: Vitals, seen: Observation, policy: HealthPolicy) -> Verdict:
    """A Connected reading that no proof contradicts. An outage ends only with a second one, `settle` later."""
    if never_seen_down(previous):
        return _up(previous, _good(previous, read, seen, seen.at), seen.at, policy)
    first_good = previous.first_good_at or seen.at
    if seen.at - first_good >= policy.settle:
        return _up(previous, _good(previous, read, seen, first_good), first_good, policy)
    vitals = replace(
        read,
        connection=Connection.CONNECTED,
        self_healing=False,
        first_good_at=first_good,
        last_connected_at=seen.at,
        recheck_at=first_good + policy.settle,
        ledger=LedgerKind.DOWN,
        ledger_cause=previous.cause,
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
        step = IncidentStep(Step.OPEN, seen.at, Cause.NUMBER_CHANGED, number=seen.phone or "")
    elif previous.cause is not Cause.NUMBER_CHANGED:
        step = IncidentStep(Step.RECAUSE, seen.at, Cause.NUMBER_CHANGED, number=seen.phone or "")
    return Verdict(vitals, Reason.NUMBER_CHANGED, seen.at, step)


def _up(previous: Vitals, good: Vitals, since: datetime, policy: HealthPolicy) -> Verdict:
    """Up since `since`: an outage ended with its first good reading, though only the second made it certain. Doubt is
    not left until the next sweep: what evidence refuted is looked at again soon."""
    calm_at = _calm_at(previous, policy)
    if calm_at is not None and good.last_checked_at is not None and calm_at > good.last_checked_at:
        unstable = replace(good, health=Health.WARNING, cause=Cause.FLAPPING, recheck_at=calm_at)
        return Verdict(unstable, Reason.UNSTABLE, since)
    if good.last_checked_at is not None and good.proof_failures > previous.proof_failures:
        good = replace(good, recheck_at=good.last_checked_at + policy.settle)
    verdict = Verdict(good, _reason(previous, good), since)
    return ended(previous, verdict, good.connected_since or since, Ending.RECOVERED)


def _calm_at(previous: Vitals, policy: HealthPolicy) -> datetime | None:
    """A flapping account is told of once: its incident stays open until fewer falls than make it one are recent."""
    flapping = previous.in_incident and previous.cause is Cause.FLAPPING and previous.falls
    return previous.falls[0] + policy.flap_window if flapping else None


def _good(previous: Vitals, read: Vitals, seen: Observation, since: datetime) -> Vitals:
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
        connected_since=previous.connected_since or since,
        last_connected_at=seen.at,
        recheck_at=None,
        ledger=LedgerKind.UP,
        ledger_cause=None,
    )


def _reason(previous: Vitals, good: Vitals) -> Reason:
    checks = (
        (previous.in_incident, Reason.RECOVERED),
        (bool(good.restricted_why), Reason.RESTRICTED),
        (previous.last_checked_at is None, Reason.FIRST_SEEN),
        (previous.stale_since is not None or previous.cause is Cause.GONE, Reason.RETURNED),
        (previous.first_bad_at is not None, Reason.BLIP_OVER),
        (previous.connection is not Connection.CONNECTED, Reason.CONNECTED),
        (previous.health is not good.health, Reason.UNRESTRICTED),
        (good.proof_failures > 0, Reason.UNPROVEN),
    )
    return next((reason for true, reason in checks if true), Reason.STEADY)
