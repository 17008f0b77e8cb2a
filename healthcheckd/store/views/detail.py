"""Everything about one account."""

import json
import sqlite3
from dataclasses import replace
from datetime import timedelta

from healthcheckd.domain.accounts import AccountId, Vitals
from healthcheckd.domain.consequences import consequences
from healthcheckd.domain.observations import Connection
from healthcheckd.domain.reports.accounts import (
    AccountDetail,
    AccountRow,
    Claim,
    Consequence,
    ContactRow,
    DayCount,
    ProofReport,
    VitalsReport,
)
from healthcheckd.domain.reports.history import IncidentRow
from healthcheckd.ports.control import Span
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.rows import STATE, instant_or_none, seconds, vitals_of
from healthcheckd.store.views.accounts import COLUMNS, account_row
from healthcheckd.store.views.calm import calm
from healthcheckd.store.views.history import attempts, history, incident_row
from healthcheckd.store.views.names import account_key
from healthcheckd.store.views.uptime import of_account
from healthcheckd.store.views.viewpoint import Viewpoint, ask

_MORE = "language, time_zone, disabled_at, daily_limit, stated"
_RECENT = Span(limit=20)
_SPANS = (timedelta(days=1), timedelta(days=7), timedelta(days=30))


def detail(connection: sqlite3.Connection, account: AccountId, view: Viewpoint) -> AccountDetail:
    """Raises `UnknownName`."""
    key = account_key(connection, account)
    [row] = ask(connection, f"SELECT {COLUMNS}, {_MORE} FROM account_states WHERE key = ?", (key,))
    vitals = vitals_of(tuple(ask(connection, f"SELECT {STATE} FROM account_states WHERE key = ?", (key,))[0]))
    line = calm(connection, view).told(account_row(row, view))
    return AccountDetail(
        account=line,
        gateway_name=row["gateway_name"],
        language=row["language"],
        time_zone=row["time_zone"],
        disabled_at=instant_or_none(row["disabled_at"]),
        daily_limit=row["daily_limit"],
        today=_today(connection, key, view),
        claim=_claim(vitals, view),
        proof=ProofReport(vitals.proof_at, view.age(vitals.proof_at), vitals.proof_failures),
        vitals=_vitals(vitals),
        incident=_incident(connection, vitals, view),
        history=history(connection, key, _RECENT),
        attempts=attempts(connection, key, _RECENT),
        uptime=of_account(connection, key, _SPANS, view),
        incidents=_incidents(connection, key, view),
        contacts=_contacts(connection, key, view),
        if_it_drops=_consequences(connection, key, line, view),
        stated=json.loads(row["stated"]),
    )


def _claim(vitals: Vitals, view: Viewpoint) -> Claim:
    return Claim(
        connection=vitals.connection,
        native=vitals.native,
        native_since=vitals.native_since,
        self_healing=vitals.self_healing,
        linked=vitals.linked,
        read_at=vitals.last_checked_at,
        age_seconds=view.age(vitals.last_checked_at),
    )


def _vitals(vitals: Vitals) -> VitalsReport:
    return VitalsReport(
        first_bad_at=vitals.first_bad_at,
        offline_since=vitals.offline_since,
        stale_since=vitals.stale_since,
        connected_since=vitals.connected_since if vitals.connection is Connection.CONNECTED else None,
        last_connected_at=vitals.last_connected_at,
        last_disconnected_at=vitals.last_disconnected_at,
        last_checked_at=vitals.last_checked_at,
        recheck_at=vitals.recheck_at,
        restricted_until=vitals.restricted_until,
        restricted_why=vitals.restricted_why,
        falls=vitals.falls,
        attempt_streak=vitals.attempt_streak,
        missing=vitals.missing,
        stopped_by=vitals.stopped_by or "",
    )


def _incident(connection: sqlite3.Connection, vitals: Vitals, view: Viewpoint) -> IncidentRow | None:
    """The outage that lasts, not the one before."""
    if not vitals.in_incident:
        return None
    rows = ask(connection, "SELECT * FROM incidents WHERE id = ?", (vitals.incident,))
    return incident_row(rows[0], view) if rows else None


def _incidents(connection: sqlite3.Connection, key: int, view: Viewpoint) -> tuple[IncidentRow, ...]:
    query = f"SELECT * FROM incidents WHERE account = ? ORDER BY started_at DESC, id DESC LIMIT {_RECENT.limit}"
    return tuple(incident_row(row, view) for row in ask(connection, query, (key,)))


def _today(connection: sqlite3.Connection, key: int, view: Viewpoint) -> DayCount:
    day = view.now.astimezone(view.zone).date().isoformat()
    query = "SELECT sent, received FROM message_counts WHERE account = ? AND day = ?"
    rows = ask(connection, query, (key, day))
    return DayCount(day, *rows[0]) if rows else DayCount(day)


def _contacts(connection: sqlite3.Connection, key: int, view: Viewpoint) -> tuple[ContactRow, ...]:
    return tuple(
        ContactRow(to.address, to.channel, to.name, to.language, to.time_zone, seconds(to.after))
        for to in audience_of(connection, view.directory, key).owners
    )


def _consequences(
    connection: sqlite3.Connection, key: int, line: AccountRow, view: Viewpoint
) -> tuple[Consequence, ...]:
    """Only who knows the configuration can tell."""
    if view.policy is None:
        return ()
    lines = consequences(audience_of(connection, view.directory, key), view.policy, view.now, _withheld(line, view))
    return tuple(replace(one, quiet_hours=_quiet_hours(one, view)) for one in lines)


def _quiet_hours(one: Consequence, view: Viewpoint) -> str:
    route = view.directory.route(one.role, one.channel, one.recipient)
    return str(route.quiet) if route and route.quiet else ""


def _withheld(line: AccountRow, view: Viewpoint) -> str:
    if not line.active:
        return "the account is not watched"
    if line.muted_until is not None and line.muted_until > view.now:
        return "the account is muted"
    if line.silenced_until is not None:
        return "the account is silenced"
    if line.maintained_until is not None:
        return "the account is in maintenance"
    return view.not_sent
