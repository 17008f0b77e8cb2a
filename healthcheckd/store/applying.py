"""One chunk of observations, assessed and written: state, history, ledger, incidents, and what is owed."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId, Vitals
from healthcheckd.domain.assessment import Assessment, Transition, assess, steady
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.ledger import Mark
from healthcheckd.domain.observations import Observation, Proof
from healthcheckd.domain.verdicts import Reason
from healthcheckd.domain.webhooks import Occurrence
from healthcheckd.ports.store import Applied, Event
from healthcheckd.store import lookup
from healthcheckd.store.announcing import Announced, announce
from healthcheckd.store.blasts.detecting import Fall, accounts_fell, as_planned, falls_now
from healthcheckd.store.incidents import step_incident
from healthcheckd.store.ledger import write_marks
from healthcheckd.store.lookup import Found, Glance
from healthcheckd.store.maintenance import over, stretches, turn
from healthcheckd.store.moves import moved_here
from healthcheckd.store.owing import About, follow_step
from healthcheckd.store.planning import drop, replan
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms


@dataclass(slots=True)
class Batch:
    """What a chunk comes to. Steady accounts only have their instant written, all at once at the end."""

    connection: sqlite3.Connection
    terms: Terms
    gateway: str
    now: datetime
    steady: list[tuple[str, bool, int]] = field(default_factory=list)
    renamed: list[tuple[str, int]] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    happened: list[Announced] = field(default_factory=list)
    falls: list[Fall] = field(default_factory=list)
    changed: int = 0
    notices: int = 0
    dropped: int = 0


def apply_chunk(
    connection: sqlite3.Connection, terms: Terms, gateway: str, chunk: Sequence[Observation], now: datetime
) -> Applied:
    turn(connection, terms, now)
    batch = Batch(connection, terms, gateway, now)
    news = _pass_over_steady(batch, chunk)
    known = lookup.by_sessions(connection, gateway, [seen.session for seen in news]) if news else {}
    for seen in news:
        found = known.get(seen.session)
        if found is None or not found.vitals.linked:
            found = _met(batch, found, seen)
        if found is not None and found.active:
            known[seen.session] = _take(batch, found, seen)
    _write_steady(batch)
    announce(connection, terms, batch.happened, now)
    batch.events += accounts_fell(connection, terms, gateway, batch.falls, now)
    return Applied(batch.changed, batch.notices, batch.dropped, tuple(batch.events))


def _pass_over_steady(batch: Batch, chunk: Sequence[Observation]) -> Sequence[Observation]:
    """Nearly all of nearly every chunk is no news, and told apart without looking closely. Returns the rest."""
    sessions = {seen.session for seen in chunk}
    if len(sessions) < len(chunk):
        return chunk
    known = dict(lookup.glances(batch.connection, batch.gateway, sessions))
    return [seen for seen in chunk if not _passed_over(batch, known.get(seen.session), seen)]


def _passed_over(batch: Batch, glance: Glance | None, seen: Observation) -> bool:
    if glance is None or not steady(glance.pulse, seen, batch.terms.policy.health):
        return False
    batch.steady.append((written(seen.at), seen.proof is Proof.PROVED, glance.key))
    if seen.push_name and seen.push_name != glance.gateway_name:
        batch.renamed.append((seen.push_name, glance.key))
    return True


def _take(batch: Batch, found: Found, seen: Observation) -> Found:
    """Returns the account as it is afterwards: a chunk may hold two readings of one session."""
    assessment = assess(found.vitals, seen, batch.terms.policy.health)
    if seen.push_name and seen.push_name != found.gateway_name:
        batch.renamed.append((seen.push_name, found.key))
    if assessment.reason is Reason.OUT_OF_DATE:
        batch.dropped += 1
        return found
    if assessment.quiet:
        batch.steady.append((written(seen.at), seen.proof is Proof.PROVED, found.key))
        return found
    return replace(found, vitals=_write(batch, found, assessment))


def _write(batch: Batch, found: Found, assessment: Assessment) -> Vitals:
    vitals, incident = assessment.vitals, None
    if assessment.incident is not None:
        incident = _step(batch, found, assessment.incident)
        if assessment.incident.step is not Step.END:
            vitals = replace(vitals, incident=incident)
    lookup.save(batch.connection, found.key, found.vitals, vitals)
    _write_marks(batch, found, assessment.marks)
    if assessment.transition is not None:
        _record(batch, found, assessment.transition)
        _announce(batch, found, assessment.transition, vitals)
    if assessment.incident is not None:
        _owe_notices(batch, found, assessment.incident, vitals, incident)
    _owe_attempt(batch, found, vitals)
    return vitals


def _step(batch: Batch, found: Found, step: IncidentStep) -> int:
    incident = step_incident(batch.connection, (found.key, found.name), found.vitals.incident, step)
    data = {"incident": incident, "step": step.step.value, "cause": step.cause, "at": written(step.at)}
    batch.events.append(Event("incident", batch.now, found.id, data))
    if (fell_at := falls_now(batch.connection, incident, found.vitals, step)) is not None:
        _fell(batch, found, Fall(found.key, incident, fell_at))
    return incident


def _write_marks(batch: Batch, found: Found, marks: Sequence[Mark]) -> None:
    if marks:
        since = min(mark.from_at for mark in marks)
        out = stretches(batch.connection, batch.terms, found.id, since, batch.now)
        write_marks(batch.connection, found.key, marks, out)


def _fell(batch: Batch, found: Found, fall: Fall) -> None:
    """What goes down during maintenance was meant to."""
    if over(batch.connection, batch.terms, found.id, batch.now) is None:
        batch.falls.append(fall)
    else:
        as_planned(batch.connection, fall)


def _record(batch: Batch, found: Found, transition: Transition) -> None:
    batch.changed += 1
    data = {
        "connection_from": transition.connection_from.value,
        "connection_to": transition.connection_to.value,
        "health_from": transition.health_from.value,
        "health_to": transition.health_to.value,
        "cause": transition.cause,
        "reason": transition.reason.value,
    }
    batch.connection.execute(
        "INSERT INTO transitions (account, at, connection_from, connection_to, health_from, health_to, cause, reason)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (found.key, written(transition.at), *data.values()),
    )
    batch.events.append(Event("transition", transition.at, found.id, data))


def _announce(batch: Batch, found: Found, transition: Transition, vitals: Vitals) -> None:
    if not batch.terms.subscriptions:
        return
    in_incident = next((each for each in (vitals, found.vitals) if each.in_incident), None)
    occurrence = Occurrence(
        account=found.id,
        at=transition.at,
        connections=(transition.connection_from, transition.connection_to),
        healths=(transition.health_from, transition.health_to),
        cause=transition.cause,
        reason=transition.reason.value,
        offline=_offline(found.vitals, vitals, transition.at),
        incident=in_incident.incident if in_incident else None,
    )
    batch.happened.append(Announced(found.key, occurrence))


def _offline(before: Vitals, after: Vitals, at: datetime) -> timedelta:
    """How long the outage lasts; when it ends, how long it lasted, up to the first good reading."""
    if after.offline_since is not None:
        return at - after.offline_since
    return (before.first_good_at or at) - before.offline_since if before.offline_since else timedelta(0)


def _owe_notices(batch: Batch, found: Found, step: IncidentStep, vitals: Vitals, incident: int | None) -> None:
    """A withdrawn incident is no longer the account's, yet what was owed for it has to go."""
    about = About(incident, found.key, id=found.id, payload={"number": step.number} if step.number else {})
    owed = follow_step(batch.connection, batch.terms, about, step, vitals, batch.now)
    batch.notices += bool(owed)
    batch.events += owed


def _owe_attempt(batch: Batch, found: Found, vitals: Vitals) -> None:
    if vitals.offline_since is not None:
        replan(batch.connection, batch.terms, found.key, vitals, batch.now)
    elif found.vitals.offline_since is not None:
        drop(batch.connection, found.key, "nothing calls for it", batch.now, asked=True)


def _met(batch: Batch, found: Found | None, seen: Observation) -> Found | None:
    """The account of a session that was never linked before: as it was, moved here, or made now."""
    if seen.silence or not seen.found:
        return found
    key = moved_here(batch.connection, batch.gateway, seen, found)
    if key is None and found is None:
        key = _discovered(batch, seen)
    return found if key is None else lookup.by_key(batch.connection, key)


def _discovered(batch: Batch, seen: Observation) -> int | None:
    """A new account, where the gateway discovers; or a known one, whose name was written with other bytes."""
    connection, gateway = batch.connection, batch.gateway
    key = lookup.same_session(connection, gateway, seen.session)
    if key is not None:
        connection.execute("UPDATE accounts SET session = ? WHERE key = ?", (seen.session, key))
        return key
    if not lookup.discovers(connection, gateway, seen.session):
        return None
    return lookup.create(connection, AccountId(gateway, seen.session), batch.now)


def _write_steady(batch: Batch) -> None:
    batch.connection.executemany(
        "UPDATE readings SET last_checked_at = max(last_checked_at, ?1), last_connected_at = ?1,"
        " proof_at = iif(?2, ?1, proof_at) WHERE account = ?3",
        batch.steady,
    )
    batch.connection.executemany("UPDATE accounts SET gateway_name = ? WHERE key = ?", batch.renamed)
