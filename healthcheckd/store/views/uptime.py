"""Uptime from the ledger: what is not known is never counted as up."""

import sqlite3
from datetime import datetime, timedelta

from healthcheckd.domain.ledger import Uptime
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.history import UptimeRow
from healthcheckd.domain.selection import Selection
from healthcheckd.ports.control import Span
from healthcheckd.store.rows import written
from healthcheckd.store.views.accounts import where
from healthcheckd.store.views.clauses import TITLE
from healthcheckd.store.views.names import check_selection
from healthcheckd.store.views.viewpoint import Viewpoint, ask

USUAL = timedelta(days=30)
"""The span looked at where none is asked for."""

_SUBJECTS = {
    "account": ("gateway || '/' || session", TITLE),
    "customer": ("customer", "customer"),
}
_SECONDS = (
    "sum((julianday(min(coalesce(until_at, :until), :until)) - julianday(max(from_at, :since))) * 86400)"
    " FILTER (WHERE kind = '{0}') AS {0}"
)
_KINDS = ", ".join(_SECONDS.format(kind) for kind in ("up", "down", "unknown", "excluded"))


def uptime(
    connection: sqlite3.Connection, selection: Selection, span: Span, by: str, view: Viewpoint
) -> tuple[UptimeRow, ...]:
    """By `account` or `customer`. Without a span, the last 30 days; nothing is known of what is still to come."""
    check_known("grouping", by, tuple(_SUBJECTS))
    check_selection(connection, selection)
    until = min(span.until or view.now, view.now)
    since = min(span.since or until - USUAL, until)
    rows = ask(connection, *_query(selection, by, span.limit, since, until))
    return tuple(_row(row, since, until) for row in rows)


def of_account(
    connection: sqlite3.Connection, key: int, lengths: tuple[timedelta, ...], view: Viewpoint
) -> tuple[UptimeRow, ...]:
    """One account over several spans that end now."""
    rows = []
    for length in lengths:
        since = view.now - length
        [row] = ask(
            connection,
            f"SELECT {_SUBJECTS['account'][0]} AS subject, {_SUBJECTS['account'][1]} AS title, 1 AS amount, {_KINDS}"
            f" FROM accounts {_LEDGER} WHERE accounts.key = :key",
            {"key": key, "since": written(since), "until": written(view.now)},
        )
        rows.append(_row(row, since, view.now))
    return tuple(rows)


_LEDGER = (
    "LEFT JOIN ledger ON ledger.account = accounts.key AND from_at < :until AND coalesce(until_at, :until) > :since"
)


def _query(
    selection: Selection, by: str, limit: int, since: datetime, until: datetime
) -> tuple[str, dict[str, object]]:
    subject, title = _SUBJECTS[by]
    condition, values = where(selection)
    # Named and numbered values do not mix in one statement, so the selection's become named too.
    names = {f"v{number}": value for number, value in enumerate(values)}
    for name in names:
        condition = condition.replace("?", f":{name}", 1)
    chosen = f"SELECT key FROM account_states WHERE {condition}"
    query = (
        f"SELECT {subject} AS subject, {title} AS title, count(DISTINCT accounts.key) AS amount, {_KINDS}"
        f" FROM accounts {_LEDGER} WHERE accounts.key IN ({chosen}) GROUP BY subject ORDER BY subject"
        + (f" LIMIT {limit:d}" if limit else "")
    )
    return query, {**names, "since": written(since), "until": written(until)}


def _row(row: sqlite3.Row, since: datetime, until: datetime) -> UptimeRow:
    up, down, unknown, excluded = (round(row[kind] or 0.0, 3) for kind in ("up", "down", "unknown", "excluded"))
    whole = row["amount"] * (until - since).total_seconds()
    unwatched = max(whole - up - down - unknown - excluded, 0.0)
    return UptimeRow(
        subject=row["subject"],
        name=row["title"],
        from_at=since,
        until_at=until,
        up_seconds=up,
        down_seconds=down,
        unknown_seconds=unknown,
        excluded_seconds=round(excluded + unwatched, 3),
        accounts=row["amount"],
        percentage=Uptime(up=timedelta(seconds=up), down=timedelta(seconds=down)).percentage,
    )
