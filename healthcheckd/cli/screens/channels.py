"""Channels in a table."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.words import NOTHING, clock
from healthcheckd.domain.reports.channels import ChannelRow

_COLUMNS = (
    Column("CHANNEL"),
    Column("KIND"),
    Column("STATE"),
    Column("OWED", right=True),
    Column("LAST"),
    Column("REACHES", cut=True),
)


def draw_channels(screen: Screen, rows: Sequence[ChannelRow], now: datetime, zone: ZoneInfo) -> None:
    """An error stands below the channel that has it."""
    errors: list[list[Piece]] = [[f"      {row.last_error}"] if row.last_error else [] for row in rows]
    screen.listing(_COLUMNS, [_row(row, now, zone) for row in rows], errors)


def _row(row: ChannelRow, now: datetime, zone: ZoneInfo) -> list[Piece]:
    if row.failing_since is not None:
        state = Part(f"fails since {clock(row.failing_since, now, zone)}", Style.BAD)
    elif row.last_error:
        state = Part("failed last", Style.WARN)
    else:
        state = Part("works", Style.GOOD) if row.last_ok_at else Part("nothing yet", Style.DIM)
    last = clock(row.last_ok_at, now, zone) if row.last_ok_at else NOTHING
    kind = f"{row.kind} via {row.via}" if row.via else row.kind
    return [row.name, kind, state, f"{row.owed:,}", last, ", ".join(row.used_by) or "nobody"]
