"""Silences in a table."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.words import clock
from healthcheckd.domain.reports.incidents import SilenceRow

_COLUMNS = (
    Column("NO", right=True),
    Column("STATE"),
    Column("UNTIL"),
    Column("WHAT", cut=True),
    Column("ACCOUNTS", right=True),
    Column("BY"),
)


def draw_silences(screen: Screen, rows: Sequence[SilenceRow], now: datetime, zone: ZoneInfo) -> None:
    """A comment stands below its silence."""
    comments: list[list[Piece]] = [[Part(f"    {row.comment}", Style.DIM)] if row.comment else [] for row in rows]
    screen.listing(_COLUMNS, [_row(row, now, zone) for row in rows], comments)


def _row(row: SilenceRow, now: datetime, zone: ZoneInfo) -> list[Piece]:
    over = f"ended by {row.ended_by}" if row.ended_by else "over"
    state = Part("in force", Style.WARN) if row.in_force else Part(over, Style.DIM)
    return [str(row.id), state, clock(row.until_at, now, zone), row.what, f"{row.reached:,}", row.by]
