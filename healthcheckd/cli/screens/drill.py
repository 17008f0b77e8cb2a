"""A drill: whom it reaches, and its trail as it goes."""

from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Screen, Style
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import count, lasting
from healthcheckd.domain.reports.drills import DrillLine, DrillPlan, DrillResult

_STYLES = {"accepted": Style.GOOD, "failed": Style.WARN, "given_up": Style.BAD}
_COLUMNS = (Column("TO", cut=True), Column("BY"), Column("AS"), Column("WHAT"), Column("IN A REAL OUTAGE"))


def draw_plan(screen: Screen, plan: DrillPlan) -> None:
    rows = [
        [
            target.recipient,
            target.channel.partition(":")[0],
            target.role or "program",
            f"TEST {phrase(target.kind)}" if target.kind else "events with test: true",
            f"after {lasting(target.after_seconds)}" if target.kind else "at once",
        ]
        for target in plan.targets
    ]
    screen.listing(_COLUMNS, [list(row) for row in rows])
    for remark in plan.remarks:
        screen.say(Part(remark, Style.WARN))


def draw_line(screen: Screen, line: DrillLine, zone: ZoneInfo) -> None:
    at = f"{line.at.astimezone(zone):%H:%M:%S}"
    if line.step == "graded":
        screen.say(f"{at}  graded    {line.what} ({line.words})")
        return
    said = phrase(line.what) if line.step == "sending" else f"{line.words}{f' ({line.hint})' if line.hint else ''}"
    tried = f", try {line.tries}" if line.tries > 1 else ""
    step = Part(f"{phrase(line.step):<9}", _STYLES.get(line.step, Style.PLAIN))
    way = line.channel if line.channel.startswith("webhook:") else f"{line.channel} to {line.recipient}"
    screen.say(f"{at}  ", step, f" {way}{tried}: {said}")


def draw_result(screen: Screen, result: DrillResult) -> None:
    if result.failed:
        screen.say(Part(f"{count(result.failed, 'way')} did not work", Style.BAD), f", {result.accepted} did.")
    else:
        screen.say(Part(f"All {result.accepted} accepted.", Style.GOOD), " No session, count or incident was touched.")
