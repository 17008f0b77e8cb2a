"""What happened, as acts on the copy, each at its instant. The rules themselves are the daemon's own."""

import sqlite3
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple

from healthcheckd.domain.cron import Cadence, next_fire
from healthcheckd.domain.incidents import Ending, Scope, Step
from healthcheckd.domain.notices import NoticeKind, plan_for
from healthcheckd.store.acknowledging import acknowledge
from healthcheckd.store.contacts import audience_of, operators_of
from healthcheckd.store.failing import Ours, plans
from healthcheckd.store.forecasting.copying import OVERLAPPING
from healthcheckd.store.gateways import owe_gateway_up, silence_plans
from healthcheckd.store.incidents import end_incident
from healthcheckd.store.owing import About, owe, supersede
from healthcheckd.store.rows import Row, instant, written
from healthcheckd.store.terms import Terms

Act = Callable[[sqlite3.Connection, Terms, datetime], object]

_NOTICED = timedelta(minutes=1)
"""A gateway that is silent is asked once more before it counts."""

_OURS = {
    Scope.JOB: (NoticeKind.JOB_FAILED, NoticeKind.JOB_RECOVERED),
    Scope.CHANNEL: (NoticeKind.CHANNEL_FAILED, NoticeKind.CHANNEL_RECOVERED),
}


class Happening(NamedTuple):
    at: datetime
    act: Act


class Period(NamedTuple):
    since: datetime
    until: datetime

    @property
    def span(self) -> dict[str, str]:
        return {"since": written(self.since), "until": written(self.until)}


def of_machinery(source: sqlite3.Connection, period: Period) -> Iterator[Happening]:
    """Of gateways, jobs and channels."""
    rows = source.execute(
        "SELECT id, scope, subject, started_at, ended_at, how FROM incidents"
        f" WHERE scope IN ('gateway', 'job', 'channel') AND {OVERLAPPING}",
        period.span,
    )
    for id_, scope, subject, started_at, ended_at, how in rows.fetchall():
        silent = scope == Scope.GATEWAY
        fails, works = (_silence, _answer) if silent else (_fail, _work)
        yield Happening(instant(started_at) + (_NOTICED if silent else timedelta(0)), fails(id_, scope, subject))
        if ended_at is not None:
            yield Happening(instant(ended_at), works(id_, scope, subject) if how == Ending.RECOVERED else _gone(id_))


def of_people(source: sqlite3.Connection, period: Period) -> Iterator[Happening]:
    """What somebody acknowledged."""
    rows = source.execute(
        "SELECT id, acknowledged_by, acknowledgement, acknowledged_at FROM incidents"
        f" WHERE acknowledged_at IS NOT NULL AND {OVERLAPPING}",
        period.span,
    )
    for id_, by, comment, at in rows.fetchall():
        yield Happening(instant(at), _acknowledged(id_, (by, comment)))


def of_occasions(source: sqlite3.Connection, period: Period) -> Iterator[Happening]:
    """What is no outage, or no step of one: a first look, a quota, a cleanup, reconnections given up."""
    rows = source.execute(
        "SELECT DISTINCT kind, variant, account, gateway, incident, created_at FROM notices"
        " WHERE created_at BETWEEN :since AND :until"
        " AND (incident IS NULL AND kind IN ('mass', 'quota', 'cleanup') OR variant = 'exhausted')",
        period.span,
    )
    for *what, at in rows.fetchall():
        yield Happening(instant(at), _occasion(tuple(what)))


def of_digests(cadence: Cadence | None, terms: Terms, period: Period) -> Iterator[Happening]:
    at = period.since
    while cadence is not None and (at := next_fire(cadence, at, terms.zone)) <= period.until:
        yield Happening(at, _digest)


def _silence(incident: int, scope: str, gateway: str) -> Act:
    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        copy.execute("UPDATE gateways SET silent_since = ? WHERE name = ?", (written(at - _NOTICED), gateway))
        told = silence_plans(operators_of(copy, terms.directory, gateway), at - _NOTICED, at)
        owe(copy, told, About(incident, gateway=gateway), at)

    return act


def _answer(incident: int, scope: str, gateway: str) -> Act:
    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        copy.execute("UPDATE gateways SET silent_since = NULL WHERE name = ?", (gateway,))
        _gone(incident)(copy, terms, at)
        owe_gateway_up(copy, incident, gateway, None, at)

    return act


def _fail(incident: int, scope: str, subject: str) -> Act:
    return lambda copy, terms, at: _ours(copy, terms, (incident, scope, subject, Step.OPEN), at)


def _work(incident: int, scope: str, subject: str) -> Act:
    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        _gone(incident)(copy, terms, at)
        _ours(copy, terms, (incident, scope, subject, Step.END), at)

    return act


def _ours(copy: sqlite3.Connection, terms: Terms, what: tuple[int, str, str, Step], at: datetime) -> None:
    incident, scope, subject, step = what
    ours = Ours(Scope(scope), subject, *_OURS[Scope(scope)], avoid=subject if scope == Scope.CHANNEL else "")
    owe(copy, plans(copy, terms, ours, incident, (step, at)), About(incident), at)


def _gone(incident: int) -> Act:
    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        end_incident(copy, incident, at, Ending.RECOVERED)
        supersede(copy, "incident = ?", (incident,), "it is over", at)

    return act


def _acknowledged(incident: int, said: tuple[str, str]) -> Act:
    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        [(over,)] = copy.execute("SELECT ended_at IS NOT NULL FROM incidents WHERE id = ?", (incident,))
        if not over:
            acknowledge(copy, incident, said, at)

    return act


def _occasion(what: Row) -> Act:
    kind, variant, account, gateway, incident = what

    def act(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
        if account is not None:
            audience = audience_of(copy, terms.directory, account)
            readers = audience.owners if kind == NoticeKind.QUOTA and audience.owners else audience.operators
        else:
            readers = operators_of(copy, terms.directory, gateway) if gateway else terms.directory.of_everything()
        owe(copy, plan_for(readers, NoticeKind(kind), at, variant), About(incident, account, gateway), at)

    return act


def _digest(copy: sqlite3.Connection, terms: Terms, at: datetime) -> None:
    owe(copy, plan_for(terms.directory.of_everything(), NoticeKind.DIGEST, at, written(at)), About(), at)
