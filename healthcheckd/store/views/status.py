"""The report people look at most."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.advice import advise
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.status import Info, NeedsPerson, NoticesOwed, StatusReport, Told, WouldHave
from healthcheckd.store.holds import why_held
from healthcheckd.store.rows import instant, instant_or_none, written
from healthcheckd.store.views import calm, fleet
from healthcheckd.store.views.blasts import ALONE, blasts
from healthcheckd.store.views.clauses import GRADE, LISTED, NEEDS_PERSON, SINCE
from healthcheckd.store.views.expiring import expiring
from healthcheckd.store.views.gateways import gateways
from healthcheckd.store.views.jobs import jobs, last_check
from healthcheckd.store.views.viewpoint import Viewpoint, ask, marks

SHOWN = 20
"""So many of those who need a person are in the report; the list has all."""

_DEAD_SHOWN = timedelta(days=7)
_CHECK = "whatsapp-health-check"


def status(connection: sqlite3.Connection, view: Viewpoint, by: str = "") -> StatusReport:
    """`by` is `gateway`, `customer`, `tag`, or empty for no groups. Raises `UnknownName`."""
    daemon = info(connection, view)
    needing = needs_person(connection, view)
    return StatusReport(
        at=view.now,
        daemon=daemon,
        accounts=fleet.counts(connection),
        checked_at=last_check(connection, _CHECK),
        gateways=gateways(connection, view),
        jobs=jobs(connection, view),
        blasts=blasts(connection, view),
        needs_person=needing,
        needs_person_total=_needing(connection) if len(needing) == SHOWN else len(needing),
        notices=_owed(connection, view),
        groups=fleet.groups(connection, by) if by else (),
        warnings=(*view.warnings, *expiring(connection, view.now)),
        would_have=_would_have(connection, daemon, view) if daemon.mode == "watch" else None,
        silences=calm.silences(connection, False, view),
        maintenance=calm.maintenance(connection, view),
    )


def info(connection: sqlite3.Connection, view: Viewpoint) -> Info:
    rows = ask(connection, "SELECT * FROM daemon")
    if not rows:
        return Info(alive=view.alive, database=view.database)
    [row] = rows
    stopped_at = instant_or_none(row["stopped_at"])
    return Info(
        name=row["name"],
        version=row["version"],
        pid=row["pid"],
        alive=view.alive,
        mode=row["mode"],
        held=why_held(connection, "", view.now),
        held_until=_held_until(connection, view),
        up_since=None if stopped_at else instant_or_none(row["started_at"]),
        beat_at=instant_or_none(row["beat_at"]),
        stopped_at=stopped_at,
        database=view.database,
    )


def needs_person(connection: sqlite3.Connection, view: Viewpoint) -> tuple[NeedsPerson, ...]:
    """The first few, worst first, longest first."""
    rows = ask(
        connection,
        f"SELECT key, gateway, session, name, gateway_name, health, connection, cause, incident, {SINCE} AS since,"
        " (SELECT kind FROM gateways WHERE gateways.name = accounts.gateway) AS kind,"
        " (SELECT acknowledged_by FROM incidents WHERE incidents.id = accounts.incident) AS acknowledged_by"
        f" FROM accounts WHERE {LISTED} AND {NEEDS_PERSON} AND {ALONE}"
        f" ORDER BY {GRADE}, since IS NULL, since, gateway, session LIMIT {SHOWN}",
    )
    told = _told(connection, [row["incident"] for row in rows if row["incident"] is not None])
    return tuple(_needs(row, told.get(row["incident"], ()), view) for row in rows)


def _needs(row: sqlite3.Row, told: tuple[Told, ...], view: Viewpoint) -> NeedsPerson:
    account = AccountId(row["gateway"], row["session"])
    cause = row["cause"] and Cause(row["cause"])
    since = instant_or_none(row["since"])
    advice = advise(account, cause, row["kind"])
    return NeedsPerson(
        id=str(account),
        title=row["name"] or row["gateway_name"] or row["session"],
        health=Health(row["health"]),
        connection=Connection(row["connection"]),
        cause=cause,
        since=since,
        down_seconds=view.age(since),
        told=told,
        next=advice.command,
        advice=advice.words,
        acknowledged_by=row["acknowledged_by"] or "",
    )


def _told(connection: sqlite3.Connection, incidents: list[int]) -> dict[int, tuple[Told, ...]]:
    """The latest message to each person about each of these outages, newest first."""
    rows = ask(
        connection,
        "SELECT incident, role, recipient, kind, max(sent_at) AS at FROM notices"
        f" WHERE incident IN ({marks(incidents)}) AND state = 'sent' GROUP BY incident, role, recipient"
        " ORDER BY at DESC",
        incidents,
    )
    told: dict[int, tuple[Told, ...]] = {}
    for row in rows:
        one = Told(row["role"], row["recipient"], row["kind"], instant(row["at"]))
        told[row["incident"]] = (*told.get(row["incident"], ()), one)
    return told


def _needing(connection: sqlite3.Connection) -> int:
    return int(ask(connection, f"SELECT count(*) FROM accounts WHERE {LISTED} AND {NEEDS_PERSON} AND {ALONE}")[0][0])


def _owed(connection: sqlite3.Connection, view: Viewpoint) -> NoticesOwed:
    [row] = ask(
        connection,
        "SELECT count(*) FILTER (WHERE due_at <= :now) AS owed, count(*) FILTER (WHERE due_at > :now) AS planned,"
        " min(due_at) FILTER (WHERE due_at <= :now) AS oldest FROM notices WHERE state = 'owed'",
        {"now": written(view.now)},
    )
    dead = "SELECT count(*) FROM notices WHERE state = 'dead' AND created_at >= ?"
    failing = "SELECT subject FROM incidents WHERE scope = 'channel' AND ended_at IS NULL ORDER BY subject"
    return NoticesOwed(
        owed=row["owed"],
        planned=row["planned"],
        dead=ask(connection, dead, (written(view.now - _DEAD_SHOWN),))[0][0],
        oldest_owed_at=instant_or_none(row["oldest"]),
        channels_failing=tuple(failed["subject"] for failed in ask(connection, failing)),
    )


def _held_until(connection: sqlite3.Connection, view: Viewpoint) -> datetime | None:
    """When the hold on everything runs out by itself."""
    rows = ask(connection, "SELECT until_at FROM holds WHERE gateway = '' AND until_at > ?", (written(view.now),))
    return instant_or_none(rows[0]["until_at"]) if rows else None


def _would_have(connection: sqlite3.Connection, daemon: Info, view: Viewpoint) -> WouldHave:
    span = {"since": written(daemon.up_since or view.now), "now": written(view.now)}
    attempts = "SELECT count(*) FROM attempts WHERE started_at IS NULL AND due_at BETWEEN :since AND :now"
    notices = "SELECT count(*) FROM notices WHERE sent_at IS NULL AND due_at BETWEEN :since AND :now"
    return WouldHave(
        since=daemon.up_since,
        reconnections=ask(connection, attempts, span)[0][0],
        notices=ask(connection, notices, span)[0][0],
    )
