"""Uptime in a table, with how it is computed below it."""

import csv
from collections.abc import Sequence
from io import StringIO
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.words import lasting, percent, stamp
from healthcheckd.domain.exporting import guarded
from healthcheckd.domain.reports.history import UptimeRow

EXPLANATION = (
    "Uptime is up / (up + down). Unknown is time without a reading, as while the gateway was silent or the daemon"
    " away: it counts neither way and stands beside it. Excluded is time that was not watched: disabled, never linked,"
    " stopped on request, in maintenance. Percentages are rounded down."
)

_COLUMNS = (
    Column("NAME", cut=True),
    Column("UPTIME", right=True),
    Column("UP", right=True),
    Column("DOWN", right=True),
    Column("UNKNOWN", right=True),
    Column("EXCLUDED", right=True),
)
_CSV = "subject name from_at until_at accounts percentage up_seconds down_seconds unknown_seconds excluded_seconds"


def draw_uptime(screen: Screen, rows: Sequence[UptimeRow], zone: ZoneInfo, of: str = "account") -> None:
    """`of` is what each row is about: an account, or a customer."""
    screen.listing([Column(of.upper()), *_COLUMNS], [_row(row) for row in rows])
    if rows:
        screen.say()
        screen.say(f"From {stamp(rows[0].from_at, zone)} to {stamp(rows[0].until_at, zone)}.")
        screen.paragraph(EXPLANATION)


def as_csv(rows: Sequence[UptimeRow]) -> str:
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_CSV.split())
    for row in rows:
        writer.writerow([_cell(getattr(row, name)) for name in _CSV.split()])
    return out.getvalue()


def _row(row: UptimeRow) -> list[Piece]:
    lengths = (row.up_seconds, row.down_seconds, row.unknown_seconds, row.excluded_seconds)
    share = Part(percent(row.percentage), Style.WARN if row.down_seconds else Style.PLAIN)
    return [row.subject or "(none)", row.name, share, *(lasting(length) for length in lengths)]


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:.4f}".rstrip("0").rstrip(".") if isinstance(value, float) else guarded(str(value))
