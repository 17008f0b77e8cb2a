"""What of our own can fail, channels and jobs: failures in a row, and the incident that the second makes of them."""

import sqlite3
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from healthcheckd.domain.contacts import Contact
from healthcheckd.domain.incidents import Ending, Scope, Step, Streak, after_failure, after_success
from healthcheckd.domain.notices import NoticeKind, NoticePlan, plan_for
from healthcheckd.ports.store import Event
from healthcheckd.store.incidents import describe, end_incident, open_incident, open_one
from healthcheckd.store.owing import HEARD, About, owe, supersede
from healthcheckd.store.rows import instant_or_none, listed, written, written_or_none
from healthcheckd.store.terms import Terms


@dataclass(frozen=True, slots=True)
class Ours:
    """A part of our own that can fail: how its failure and its recovery are told, and on which channel not."""

    scope: Scope
    subject: str
    failed: NoticeKind
    recovered: NoticeKind
    avoid: str = ""


def channel_outcome(
    connection: sqlite3.Connection, terms: Terms, channel: str, now: datetime, error: str
) -> tuple[Event, ...]:
    row = connection.execute("SELECT failures, failed_since FROM channels WHERE name = ?", (channel,)).fetchone()
    open_now = open_one(connection, Scope.CHANNEL, channel) is not None
    before = Streak(row[0], instant_or_none(row[1]), open_now) if row else Streak()
    after, step = after_failure(before, now) if error else after_success(before)
    connection.execute(
        "INSERT INTO channels (name, failures, failed_since, last_error, last_ok_at) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET failures = excluded.failures, failed_since = excluded.failed_since,"
        " last_error = excluded.last_error, last_ok_at = coalesce(excluded.last_ok_at, last_ok_at)",
        (channel, after.failures, written_or_none(after.since), error, None if error else written(now)),
    )
    # A channel that fails cannot carry the news of its own failure.
    ours = Ours(Scope.CHANNEL, channel, NoticeKind.CHANNEL_FAILED, NoticeKind.CHANNEL_RECOVERED, avoid=channel)
    payload = {"channel": channel, "error": error}
    return follow(connection, terms, ours, step, (after.since or now, now), payload)


def forget_others(connection: sqlite3.Connection, present: Collection[str], now: datetime) -> None:
    """Channels that left the configuration fail no longer: their incidents end."""
    gone = connection.execute(
        "DELETE FROM channels WHERE name NOT IN (SELECT value FROM json_each(?)) RETURNING name",
        (listed(list(present)),),
    ).fetchall()
    for (name,) in gone:
        if (incident := open_one(connection, Scope.CHANNEL, name)) is not None:
            end_incident(connection, incident, now, Ending.WITHDRAWN)
            supersede(connection, "incident = ?", (incident,), "the channel left the configuration", now)


def follow(
    connection: sqlite3.Connection,
    terms: Terms,
    ours: Ours,
    step: Step | None,
    times: tuple[datetime, datetime],
    payload: Mapping[str, object],
) -> tuple[Event, ...]:
    """Open or end the incident, and tell the operators; `times` are when it began, and now."""
    if step is None:
        return ()
    began, now = times
    if step is Step.OPEN:
        incident = open_incident(connection, ours.scope, ours.subject, began)
        describe(connection, incident, str(payload["error"]))
    else:
        incident = open_one(connection, ours.scope, ours.subject) or 0
        end_incident(connection, incident, now, Ending.RECOVERED)
        supersede(connection, "incident = ?", (incident,), "it works again", now)
    owed = plans(connection, terms, ours, incident, (step, now))
    data = {"scope": ours.scope.value, "subject": ours.subject, "step": step.value, "incident": incident, **payload}
    return (Event("incident", now, data=data), *owe(connection, owed, About(incident, payload=payload), now))


def plans(
    connection: sqlite3.Connection, terms: Terms, ours: Ours, incident: int, happened: tuple[Step, datetime]
) -> list[NoticePlan]:
    """The failure for every operator; the recovery for those who were told of the failure."""
    step, now = happened
    if step is Step.OPEN:
        to = [one for one in terms.directory.of_everything() if one.channel != ours.avoid]
        return list(plan_for(to, ours.failed, now))
    told = connection.execute(
        "SELECT DISTINCT recipient, channel, language, time_zone FROM notices"
        f" WHERE incident = ? AND kind = ? AND {HEARD}",
        (incident, ours.failed),
    ).fetchall()
    readers = [Contact(to, channel=channel, language=language, time_zone=zone) for to, channel, language, zone in told]
    return list(plan_for(readers, ours.recovered, now))
