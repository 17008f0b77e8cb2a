"""What each reader would have been sent under the present settings, and what they were."""

import sqlite3
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from healthcheckd.domain.cron import Cadence
from healthcheckd.domain.forecast import Count, Sent, advise, loud, period
from healthcheckd.domain.reports.forecast import ForecastReport, ForecastRow
from healthcheckd.store.forecasting.happenings import Period
from healthcheckd.store.forecasting.replay import replayed
from healthcheckd.store.rows import written
from healthcheckd.store.terms import Terms

_CALMER = (timedelta(minutes=30), timedelta(hours=1), timedelta(hours=3))
"""What else `notify.operator_after` could be."""


def forecast(
    connection: sqlite3.Connection, terms: Terms, digest: Cadence | None, since: datetime, now: datetime
) -> ForecastReport:
    span = Period(since, now)
    sent = _sent(connection, span)

    def counted(terms: Terms) -> Count:
        found = replayed(connection, terms, digest, span)
        return Count(found, sent, period(since, now), terms.directory.pagers)

    present = counted(terms)
    rows = present.rows()
    calmer = {after: counted(_with(terms, after)).rows() for after in _calmer(terms)} if loud(rows) else {}
    patience = terms.policy.notices.operator_after
    return ForecastReport(
        since=since,
        until=now,
        forecast=present.foretold.total(),
        sent=sent.total(),
        rows=rows,
        advice=tuple(
            advise(row, row.channel in terms.directory.pagers, patience, _same(row, calmer)) for row in loud(rows)
        ),
    )


def _sent(connection: sqlite3.Connection, span: Period) -> Counter[Sent]:
    rows = connection.execute(
        "SELECT recipient, channel, role, kind, count(DISTINCT message_id) FROM notices"
        " WHERE sent_at >= ? AND sent_at <= ? GROUP BY 1, 2, 3, 4",
        (written(span.since), written(span.until)),
    )
    return Counter({Sent(*row[:4]): row[4] for row in rows.fetchall()})


def _calmer(terms: Terms) -> list[timedelta]:
    return [after for after in _CALMER if after > terms.policy.notices.operator_after]


def _with(terms: Terms, after: timedelta) -> Terms:
    return replace(terms, policy=replace(terms.policy, notices=replace(terms.policy.notices, operator_after=after)))


def _same(row: ForecastRow, calmer: Mapping[timedelta, tuple[ForecastRow, ...]]) -> dict[timedelta, int]:
    """How many the same reader would get."""
    reader = (row.recipient, row.channel, row.role)
    return {
        after: sum(one.counted for one in rows if (one.recipient, one.channel, one.role) == reader)
        for after, rows in calmer.items()
    }
