"""Messages owed, sent and given up."""

import sqlite3
from collections.abc import Sequence
from datetime import datetime

from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.history import NoticeRow, NoticeStats
from healthcheckd.ports.control import NoticeFilter, Span
from healthcheckd.store.rows import instant, instant_or_none, written
from healthcheckd.store.views.names import account_key
from healthcheckd.store.views.viewpoint import Viewpoint, ask, marks, within

STATES = ("owed", "sent", "superseded", "cancelled", "dead")


def notices(connection: sqlite3.Connection, wanted: NoticeFilter, span: Span) -> tuple[NoticeRow, ...]:
    """Newest first. Raises `UnknownName` for an account or a state that does not exist."""
    for state in wanted.states:
        check_known("state", state, STATES)
    key = account_key(connection, wanted.account) if wanted.account else None
    condition, values, limit = within(span, "created_at", key)
    if wanted.states:
        condition += f" AND state IN ({marks(wanted.states)})"
    rows = ask(
        connection,
        "SELECT notices.*, accounts.gateway || '/' || session AS about"
        " FROM notices LEFT JOIN accounts ON accounts.key = account"
        f" WHERE {condition} ORDER BY notices.created_at DESC, notices.id DESC{limit}",
        [*values, *wanted.states],
    )
    return tuple(notice_row(row) for row in rows)


def notice_stats(connection: sqlite3.Connection, since: datetime, view: Viewpoint) -> NoticeStats:
    """What became of the messages made owed since then; what is owed and due now counts however old it is."""
    span = {"since": written(since), "now": written(view.now)}
    [row] = ask(
        connection,
        "SELECT count(*) FILTER (WHERE state = 'sent') AS sent, count(*) FILTER (WHERE state = 'dead') AS dead,"
        " count(*) FILTER (WHERE state IN ('superseded', 'cancelled')) AS superseded"
        " FROM notices WHERE created_at >= :since",
        span,
    )
    [owed] = ask(connection, "SELECT count(*), min(due_at) FROM notices WHERE state = 'owed' AND due_at <= :now", span)
    delays = _delays(connection, since)
    return NoticeStats(
        since=since,
        sent=row["sent"],
        owed=owed[0],
        dead=row["dead"],
        superseded=row["superseded"],
        oldest_owed_at=instant_or_none(owed[1]),
        delay_median_seconds=percentile(delays, 50),
        delay_p95_seconds=percentile(delays, 95),
        delay_max_seconds=percentile(delays, 100),
    )


def percentile(ascending: Sequence[float], percent: int) -> float | None:
    """The smallest value that at least so many percent do not exceed; None of nothing."""
    if not ascending:
        return None
    return ascending[max(-(-len(ascending) * percent // 100) - 1, 0)]


def _delays(connection: sqlite3.Connection, since: datetime) -> list[float]:
    rows = ask(
        connection,
        "SELECT due_at, sent_at FROM notices WHERE state = 'sent' AND sent_at IS NOT NULL AND created_at >= ?",
        (written(since),),
    )
    return sorted(max((instant(row["sent_at"]) - instant(row["due_at"])).total_seconds(), 0.0) for row in rows)


def notice_row(row: sqlite3.Row) -> NoticeRow:
    """From all columns of `notices`, and the account that it is `about`."""
    return NoticeRow(
        id=row["id"],
        key=row["key"],
        kind=row["kind"],
        channel=row["channel"],
        recipient=row["recipient"],
        state=row["state"],
        role=row["role"],
        account=row["about"] or "",
        gateway=row["gateway"] or "",
        incident=row["incident"],
        reminder=row["reminder"],
        created_at=instant(row["created_at"]),
        due_at=instant(row["due_at"]),
        not_before=instant_or_none(row["not_before"]),
        sent_at=instant_or_none(row["sent_at"]),
        tries=row["tries"],
        last_error=row["last_error"],
        message_id=row["message_id"] or "",
        words=row["words"],
        ended_at=instant_or_none(row["ended_at"]),
        held_by=row["held_by"],
        held_until=instant_or_none(row["held_until"]),
    )
