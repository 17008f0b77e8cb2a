"""Outages in a table."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import NOTHING, clock, lasting
from healthcheckd.domain.exporting import table
from healthcheckd.domain.reports.history import IncidentRow

_COLUMNS = (
    Column("NO", right=True),
    Column("BEGAN"),
    Column("LASTED"),
    Column("WHAT"),
    Column("WHY", cut=True),
    Column("STATE"),
)
_SHARED = {"gateway": "gateway ", "network": "everything"}
_CSV = [
    "id",
    "scope",
    "subject",
    "cause",
    "started_at",
    "ended_at",
    "lasted_seconds",
    "outcome",
    "reopened",
    "detail",
    "acknowledged_by",
    "acknowledged_at",
    "acknowledgement",
]


def draw_incidents(screen: Screen, rows: Sequence[IncidentRow], now: datetime, zone: ZoneInfo) -> None:
    screen.listing(_COLUMNS, [_row(row, now, zone) for row in rows])


def as_csv(rows: Sequence[IncidentRow]) -> str:
    """With instants in UTC."""
    return table(_CSV, ([_cell(getattr(row, name)) for name in _CSV] for row in rows))


def subject(row: IncidentRow) -> str:
    """An account by its id alone, anything else by what it is."""
    if row.scope == "blast":
        level, _, name = row.subject.partition(":")
        return f"mass fall, {_SHARED.get(level, name)}{name if level == 'gateway' else ''}"
    return row.subject if row.scope == "account" else f"{row.scope} {row.subject}"


def cause(row: IncidentRow) -> str:
    known = row.cause if row.cause != "unknown" else ""
    return phrase(known) or row.detail.removeprefix(f"{row.scope} {row.subject}: ") or NOTHING


def state(row: IncidentRow) -> Part:
    if row.ended_at is not None:
        return Part(phrase(row.outcome) or "over", Style.DIM)
    if row.acknowledged_by:
        return Part(f"known to {row.acknowledged_by}", Style.WARN)
    return Part("lasts", Style.BAD)


def _row(row: IncidentRow, now: datetime, zone: ZoneInfo) -> list[Piece]:
    began = clock(row.started_at, now, zone)
    return [str(row.id), began, lasting(row.lasted_seconds), subject(row), cause(row), state(row)]


def _cell(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    return f"{value:.0f}" if isinstance(value, float) else "" if value is None else str(value)
