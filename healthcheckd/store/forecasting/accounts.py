"""Accounts that fall, alone and together, as acts on the copy."""

import sqlite3
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from healthcheckd.domain.accounts import Vitals
from healthcheckd.domain.assessment import Transition
from healthcheckd.domain.incidents import Ending, IncidentStep, Step
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.retelling import Moment, Outage, retell
from healthcheckd.domain.verdicts import Reason
from healthcheckd.store.blasts.standing import open_blasts
from healthcheckd.store.blasts.tending import end, settle
from healthcheckd.store.forecasting.copying import OVERLAPPING
from healthcheckd.store.forecasting.happenings import Act, Happening, Period
from healthcheckd.store.incidents import step_incident
from healthcheckd.store.owing import About, follow_step
from healthcheckd.store.rows import Row, instant, instant_or_none, written_or_none
from healthcheckd.store.terms import Terms


def of_accounts(source: sqlite3.Connection, period: Period) -> Iterator[Happening]:
    changes = _changes(source, period)
    for account, outages in _outages(source, period).items():
        for moment in retell(outages, changes[account]):
            if moment.at <= period.until:
                yield Happening(moment.at, _befalls(account, moment))


def of_blasts(source: sqlite3.Connection, period: Period) -> Iterator[Happening]:
    """One that turned out to be a part of another was never told of."""
    rows = source.execute(
        "SELECT blasts.incident, level, name, total, opened_at, network, settled_at, incidents.ended_at"
        f" FROM blasts JOIN incidents ON incidents.id = blasts.incident WHERE {OVERLAPPING}"
        f" AND NOT (how = '{Ending.WITHDRAWN}' AND settled_at IS NULL)",
        period.span,
    )
    for *blast, settled_at, ended_at in rows.fetchall():
        parts = ("blast_gateways", "gateway"), ("blast_members", "account, incident, joined_at")
        held = [
            source.execute(f"SELECT blast, {columns} FROM {table} WHERE blast = ?", blast[:1]).fetchall()
            for table, columns in parts
        ]
        yield Happening(instant(blast[4]), _opens(tuple(blast), held))
        if settled_at is not None:
            yield Happening(instant(settled_at), _settles(blast[0]))
        if ended_at is not None:
            yield Happening(instant(ended_at), _ends(blast[0]))


def _outages(source: sqlite3.Connection, period: Period) -> dict[int, list[Outage]]:
    rows = source.execute(
        "SELECT account, id, started_at, ended_at, coalesce(how, '') FROM incidents"
        f" WHERE account IS NOT NULL AND {OVERLAPPING} ORDER BY started_at, id",
        period.span,
    )
    found = defaultdict(list)
    for account, id_, started_at, ended_at, how in rows:
        found[account].append(Outage(id_, instant(started_at), instant_or_none(ended_at), how))
    return found


def _changes(source: sqlite3.Connection, period: Period) -> defaultdict[int, list[Transition]]:
    """Of accounts with outages in the period, since the first of these."""
    rows = source.execute(
        "WITH fallen AS MATERIALIZED (SELECT account, min(started_at) AS since FROM incidents"
        f" WHERE account IS NOT NULL AND {OVERLAPPING} GROUP BY account)"
        " SELECT transitions.account, at, connection_from, connection_to, health_from, health_to, cause, reason"
        " FROM fallen CROSS JOIN transitions ON transitions.account = fallen.account AND at >= fallen.since"
        " WHERE at <= :until ORDER BY at, transitions.id",
        period.span,
    )
    found = defaultdict(list)
    for account, *change in rows:
        found[account].append(_transition(tuple(change)))
    return found


def _transition(row: Row) -> Transition:
    at, connection_from, connection_to, health_from, health_to, cause, reason = row
    return Transition(
        instant(at),
        Connection(connection_from),
        Connection(connection_to),
        Health(health_from),
        Health(health_to),
        cause and Cause(cause),
        Reason(reason),
    )


def _befalls(account: int, moment: Moment) -> Act:
    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        _stand(copy, account, moment.vitals)
        if moment.step is not None:
            _step(copy, terms, account, moment, moment.step)

    return act


def _stand(copy: sqlite3.Connection, account: int, vitals: Vitals) -> None:
    copy.execute(
        "UPDATE accounts SET connection = ?, health = ?, cause = ?, offline_since = ?, recheck_at = ?, incident = ?,"
        " incident_ended_at = ? WHERE key = ?",
        (
            *(vitals.connection, vitals.health, vitals.cause, written_or_none(vitals.offline_since)),
            *(written_or_none(vitals.recheck_at), vitals.incident, written_or_none(vitals.incident_ended_at), account),
        ),
    )


def _step(copy: sqlite3.Connection, terms: Terms, account: int, moment: Moment, step: IncidentStep) -> None:
    if step.step is Step.OPEN:
        copy.execute("UPDATE incidents SET cause = ? WHERE id = ?", (step.cause, moment.incident))
    else:
        step_incident(copy, (account, ""), moment.incident, step)
    [(adopted,)] = copy.execute("SELECT adopted FROM accounts WHERE key = ?", (account,)).fetchall()
    vitals = replace(moment.vitals, adopted=bool(adopted))
    follow_step(copy, terms, About(moment.incident, account), step, vitals, moment.at)


def _opens(blast: Row, held: list[list[Row]]) -> Act:
    incident, level, name, total, opened_at, network = blast
    gateways, members = held

    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        copy.execute(
            "INSERT INTO blasts (incident, level, name, total, opened_at, network, stage_since)"
            " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?5)",
            (incident, level, name, total, opened_at, network),
        )
        copy.executemany("INSERT INTO blast_gateways (blast, gateway) VALUES (?, ?)", gateways)
        copy.executemany("INSERT INTO blast_members (blast, account, incident, joined_at) VALUES (?, ?, ?, ?)", members)

    return act


def _settles(incident: int) -> Act:
    return lambda copy, terms, at: [
        settle(copy, terms, blast, at) for blast in open_blasts(copy) if blast.incident == incident
    ]


def _ends(incident: int) -> Act:
    return lambda copy, terms, at: [end(copy, blast, at) for blast in open_blasts(copy) if blast.incident == incident]
