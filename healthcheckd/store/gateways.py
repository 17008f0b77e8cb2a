"""Gateways as rows: whether they answer, since when not, and what their first good reading showed."""

import sqlite3
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from healthcheckd.domain.contacts import Contact
from healthcheckd.domain.incidents import Ending, Scope, Step, Streak, after_failure, after_success
from healthcheckd.domain.notices import NoticeKind, NoticePlan, plan_for
from healthcheckd.domain.rounds import holds_back
from healthcheckd.errors import UnknownName
from healthcheckd.ports.store import Event, GatewayOutcome, GatewayStanding
from healthcheckd.store.blasts.detecting import gateway_fell
from healthcheckd.store.contacts import operators_of
from healthcheckd.store.incidents import describe, end_incident, open_incident, open_one
from healthcheckd.store.owing import HEARD, About, owe, supersede
from healthcheckd.store.planning import drop
from healthcheckd.store.rows import instant, instant_or_none, written, written_or_none
from healthcheckd.store.terms import Terms

RESTART = timedelta(minutes=3)
"""So long a gateway may take to start anew before anybody is told."""


def standing(connection: sqlite3.Connection, gateway: str, events: Iterable[Event] = ()) -> GatewayStanding:
    row = connection.execute(
        "SELECT silent_since, failures, last_error FROM gateways WHERE name = ?", (gateway,)
    ).fetchone()
    if row is None:
        raise UnknownName(f"there is no gateway {gateway!r}", hint="healthcheck gateways list")
    in_incident = open_one(connection, Scope.GATEWAY, gateway) is not None
    return GatewayStanding(gateway, instant_or_none(row[0]), row[1], in_incident, row[2], tuple(events))


def silent(connection: sqlite3.Connection) -> dict[str, datetime]:
    rows = connection.execute("SELECT name, silent_since FROM gateways WHERE silent_since IS NOT NULL")
    return {name: instant(since) for name, since in rows}


def record_outcome(connection: sqlite3.Connection, terms: Terms, outcome: GatewayOutcome) -> GatewayStanding:
    before = standing(connection, outcome.gateway)
    streak = Streak(before.failures, before.silent_since, before.in_incident)
    if outcome.error:
        after, step = after_failure(streak, outcome.at)
    else:
        after, step = after_success(streak)
    _save(connection, outcome, after)
    if step is None:
        return standing(connection, outcome.gateway)
    opens = step is Step.OPEN
    events = _open(connection, terms, outcome, after) if opens else _end(connection, terms, outcome, before)
    return standing(connection, outcome.gateway, events)


def first_look(connection: sqlite3.Connection, terms: Terms, gateway: str, now: datetime) -> int:
    """Once to a gateway: when too many are down, they are watched but neither restarted nor told of."""
    first = connection.execute(
        "UPDATE gateways SET first_look_at = ? WHERE name = ? AND first_look_at IS NULL", (written(now), gateway)
    )
    if not first.rowcount:
        return 0
    down, total = _down_and_total(connection, gateway)
    if not holds_back(len(down), total):
        return 0
    for key in down:
        connection.execute("UPDATE accounts SET adopted = 0 WHERE key = ?", (key,))
        drop(connection, key, "found down at the first look", now)
        # Not superseded but gone, so that they can be owed once somebody adopts the account.
        connection.execute("DELETE FROM notices WHERE account = ? AND state = 'owed'", (key,))
    payload = {"down": len(down), "total": total, "accounts": down}
    operators = operators_of(connection, terms.directory, gateway)
    plans = plan_for(operators, NoticeKind.MASS, now, written(now))
    owe(connection, plans, About(gateway=gateway, payload=payload), now)
    return len(down)


def add_latencies(connection: sqlite3.Connection, gateway: str, hour: datetime, buckets: Mapping[int, int]) -> None:
    connection.executemany(
        "INSERT INTO latencies (gateway, hour, bucket, count) VALUES (?, ?, ?, ?)"
        " ON CONFLICT DO UPDATE SET count = count + excluded.count",
        [(gateway, written(hour), bucket, count) for bucket, count in buckets.items()],
    )


def _down_and_total(connection: sqlite3.Connection, gateway: str) -> tuple[list[int], int]:
    rows = connection.execute(
        "SELECT key, first_bad_at IS NOT NULL OR offline_since IS NOT NULL FROM accounts"
        " WHERE gateway = ? AND active = 1 AND removed_at IS NULL",
        (gateway,),
    ).fetchall()
    return [key for key, down in rows if down], len(rows)


def _save(connection: sqlite3.Connection, outcome: GatewayOutcome, streak: Streak) -> None:
    connection.execute(
        "UPDATE gateways SET failures = ?, silent_since = ?, last_error = ?, fault = ?, hint = ?, asked_at = ?,"
        " answered_at = iif(?, answered_at, ?), latency = coalesce(?, latency),"
        " version = coalesce(nullif(?, ''), version) WHERE name = ?",
        (
            *(streak.failures, written_or_none(streak.since), outcome.error, outcome.fault, outcome.hint),
            *(written(outcome.at), bool(outcome.error), written(outcome.at), outcome.latency, outcome.version),
            outcome.gateway,
        ),
    )


def _open(connection: sqlite3.Connection, terms: Terms, outcome: GatewayOutcome, streak: Streak) -> list[Event]:
    began = streak.since or outcome.at
    incident = open_incident(connection, Scope.GATEWAY, outcome.gateway, began, cause=outcome.fault)
    describe(connection, incident, outcome.error)
    payload = {"error": outcome.error, "fault": outcome.fault, "hint": outcome.hint, "since": written(began)}
    about = About(incident, gateway=outcome.gateway, payload=payload)
    operators = operators_of(connection, terms.directory, outcome.gateway)
    plans = silence_plans(operators, began, outcome.at)
    owed = owe(connection, plans, about, outcome.at)
    return [_event(outcome, "silent"), *owed, *gateway_fell(connection, terms, began, outcome.at)]


def _end(connection: sqlite3.Connection, terms: Terms, outcome: GatewayOutcome, before: GatewayStanding) -> list[Event]:
    incident = open_one(connection, Scope.GATEWAY, outcome.gateway)
    if incident is None:
        return []
    end_incident(connection, incident, outcome.at, Ending.RECOVERED)
    supersede(connection, "incident = ?", (incident,), "the gateway answers again", outcome.at)
    owed = owe_gateway_up(connection, incident, outcome.gateway, before.silent_since, outcome.at)
    return [_event(outcome, "answering"), *owed]


def silence_plans(operators: Iterable[Contact], began: datetime, now: datetime) -> tuple[NoticePlan, ...]:
    """Each as soon as this contact wants to hear of an outage, if it says so; else once it is no restart."""
    dues = ((to, max(began + (RESTART if to.after is None else to.after), now)) for to in operators)
    return tuple(plan for to, due in dues for plan in plan_for([to], NoticeKind.GATEWAY_DOWN, due))


def owe_gateway_up(
    connection: sqlite3.Connection, incident: int, gateway: str, since: datetime | None, now: datetime
) -> list[Event]:
    """For those who were told that it was down."""
    told = connection.execute(
        "SELECT DISTINCT recipient, channel, language, time_zone FROM notices"
        f" WHERE incident = ? AND kind = ? AND {HEARD}",
        (incident, NoticeKind.GATEWAY_DOWN),
    ).fetchall()
    readers = [Contact(to, channel=channel, language=language, time_zone=zone) for to, channel, language, zone in told]
    plans = plan_for(readers, NoticeKind.GATEWAY_UP, now)
    about = About(incident, gateway=gateway, payload={"since": written_or_none(since)})
    return owe(connection, plans, about, now)


def _event(outcome: GatewayOutcome, state: str) -> Event:
    data = {"gateway": outcome.gateway, "state": state, "error": outcome.error, "fault": outcome.fault}
    return Event("gateway", outcome.at, data=data)
