"""What each reader would have been sent, beside what was sent."""

from collections import Counter
from textwrap import wrap
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Piece, Screen
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import ago, count, stamp
from healthcheckd.domain.reports.forecast import ForecastReport, ForecastRow

_WIDTH = 80

GROUPINGS = ("recipient", "kind")

_READERS = (
    Column("RECIPIENT", cut=True),
    Column("ROLE"),
    Column("CHANNEL"),
    Column("FORECAST", right=True),
    Column("SENT", right=True),
    Column("KINDS"),
)
_KINDS = (Column("KIND"), Column("FORECAST", right=True), Column("SENT", right=True))


def draw_forecast(screen: Screen, report: ForecastReport, by: str, zone: ZoneInfo) -> None:
    screen.say(f"Since {stamp(report.since, zone)}, {ago(report.since, report.until)}:")
    screen.say(f"{count(report.forecast, 'message')} under the present settings, {report.sent:,} really sent")
    if by == "kind":
        screen.listing(_KINDS, _by_kind(report))
    else:
        screen.listing(_READERS, [_row(row) for row in report.rows])
    for sentence in report.advice:
        for line in wrap(sentence, _WIDTH):
            screen.say(line)


def _row(row: ForecastRow) -> list[Piece]:
    kinds = ", ".join(f"{phrase(one.kind)} {one.forecast:,}" for one in row.kinds if one.forecast)
    return [row.recipient, row.role, row.channel, f"{row.forecast:,}", f"{row.sent:,}", kinds]


def _by_kind(report: ForecastReport) -> list[list[Piece]]:
    forecast, sent = Counter[str](), Counter[str]()
    for row in report.rows:
        for one in row.kinds:
            forecast[one.kind] += one.forecast
            sent[one.kind] += one.sent
    kinds = sorted(forecast, key=lambda kind: (-forecast[kind], -sent[kind], kind))
    return [[phrase(kind), f"{forecast[kind]:,}", f"{sent[kind]:,}"] for kind in kinds]
