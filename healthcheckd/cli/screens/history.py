"""What happened: changes and reconnections in tables."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Piece
from healthcheckd.cli.screens import terms
from healthcheckd.cli.words import NOTHING, moment
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.history import AttemptRow, HistoryRow

Table = tuple[list[Column], list[list[Piece]]]


def change_rows(changes: Sequence[HistoryRow], now: datetime, zone: ZoneInfo, *, with_account: bool) -> Table:
    """Columns and rows, in the order given."""
    columns = [Column("WHEN"), Column("ACCOUNT"), Column("HEALTH"), Column("CONNECTION"), Column("WHY", cut=True)]
    rows: list[list[Piece]] = [
        [moment(one.at, now, zone), one.id, _health(one.health_from, one.health_to), _connection(one), _why(one)]
        for one in changes
    ]
    return (columns, rows) if with_account else _without(1, columns, rows)


def attempt_rows(attempts: Sequence[AttemptRow], now: datetime, zone: ZoneInfo) -> Table:
    columns = [Column("WHEN"), Column("WHAT"), Column("RESULT"), Column("DETAIL", cut=True), Column("BY")]
    return columns, [
        [
            moment(one.started_at or one.due_at, now, zone),
            one.verb,
            terms.phrase(one.result) or "owed",
            one.detail,
            one.by or NOTHING,
        ]
        for one in attempts
    ]


def _without(place: int, columns: list[Column], rows: list[list[Piece]]) -> Table:
    return columns[:place] + columns[place + 1 :], [row[:place] + row[place + 1 :] for row in rows]


def _health(before: Health, after: Health) -> Piece:
    return terms.health(after) if before is after else f"{before.value} → {after.value}"


def _connection(one: HistoryRow) -> str:
    before, after = one.connection_from, one.connection_to
    return _word(after) if before is after else f"{_word(before)} → {_word(after)}"


def _word(connection: Connection) -> str:
    return terms.standing(connection)


def _why(one: HistoryRow) -> str:
    cause = terms.phrase(one.cause.value) if one.cause and one.cause is not Cause.UNKNOWN else ""
    reason = terms.phrase(one.reason)
    return f"{cause}: {reason}" if cause and reason and cause != reason else cause or reason or NOTHING
