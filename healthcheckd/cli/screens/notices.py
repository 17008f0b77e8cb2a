"""Messages in a table, and the outbox in numbers."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import NOTHING, ago, clock, stamp, took
from healthcheckd.domain.reports.history import NoticeRow, NoticeStats

_COLUMNS = (
    Column("NO", right=True),
    Column("STATE"),
    Column("WHEN"),
    Column("KIND"),
    Column("TO", cut=True),
    Column("ABOUT"),
    Column("TRIES", right=True),
)
_STYLES = {"sent": Style.GOOD, "owed": Style.WARN, "dead": Style.BAD}


def draw_notices(screen: Screen, rows: Sequence[NoticeRow], now: datetime, zone: ZoneInfo) -> None:
    """An error stands below what it kept from being sent."""
    errors: list[list[Piece]] = [[f"      {row.last_error}"] if row.last_error else [] for row in rows]
    screen.listing(_COLUMNS, [_row(row, now, zone) for row in rows], errors)


def draw_stats(screen: Screen, stats: NoticeStats, now: datetime, zone: ZoneInfo) -> None:
    oldest = f", the oldest since {clock(stats.oldest_owed_at, now, zone)}" if stats.oldest_owed_at else ""
    delays = (stats.delay_median_seconds, stats.delay_p95_seconds, stats.delay_max_seconds)
    facts = {
        "sent": f"{stats.sent:,}",
        "owed": f"{stats.owed:,}{oldest}",
        "given up": f"{stats.dead:,}",
        "superseded": f"{stats.superseded:,}",
        "delay": "{} usually, {} for one in twenty, {} at most".format(*map(took, delays)) if stats.sent else NOTHING,
    }
    screen.say(f"Since {stamp(stats.since, zone)}, {ago(stats.since, now)}:")
    screen.table([Column(""), Column("")], [[f"  {key}", value] for key, value in facts.items()])


def _row(row: NoticeRow, now: datetime, zone: ZoneInfo) -> list[Piece]:
    kind = phrase(row.kind) + (f", reminder {row.reminder}" if row.reminder else "")
    when = clock(row.sent_at or row.not_before or row.due_at, now, zone)
    about = row.account or row.gateway or NOTHING
    state = Part(row.state, _STYLES.get(row.state, Style.DIM))
    return [str(row.id), state, when, kind, row.recipient, about, str(row.tries)]
