"""Webhooks in a table."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.words import NOTHING, clock
from healthcheckd.domain.reports.webhooks import WebhookRow

_COLUMNS = (
    Column("WEBHOOK"),
    Column("AT", cut=True),
    Column("STATE"),
    Column("OWED", right=True),
    Column("TAKEN", right=True),
    Column("GIVEN UP", right=True),
    Column("LAST"),
)


def draw_webhooks(screen: Screen, rows: Sequence[WebhookRow], now: datetime, zone: ZoneInfo) -> None:
    """What was taken and given up is of the last seven days; an error stands below the webhook that has it."""
    errors: list[list[Piece]] = [[f"      {row.last_error}"] if row.last_error else [] for row in rows]
    screen.listing(_COLUMNS, [_row(row, now, zone) for row in rows], errors)


def _row(row: WebhookRow, now: datetime, zone: ZoneInfo) -> list[Piece]:
    if row.failing_since is not None:
        state = Part(f"fails since {clock(row.failing_since, now, zone)}", Style.BAD)
    elif row.last_error:
        state = Part("failed last", Style.WARN)
    else:
        state = Part("works", Style.GOOD) if row.last_sent_at else Part("nothing yet", Style.DIM)
    last = clock(row.last_sent_at, now, zone) if row.last_sent_at else NOTHING
    return [row.name, row.place, state, f"{row.owed:,}", f"{row.sent:,}", f"{row.dead:,}", last]
