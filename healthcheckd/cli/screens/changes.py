"""What a command changed, or would change."""

from datetime import datetime
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Screen
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import NOTHING, stamp
from healthcheckd.domain.accounts import FOR_GOOD
from healthcheckd.domain.reports.accounts import Change, ChangeReport


def show_changes(screen: Screen, report: ChangeReport, zone: ZoneInfo) -> None:
    if not report.changes:
        screen.say("nothing to change")
        return
    columns = [Column("ACCOUNT"), Column("WHAT"), Column("BEFORE", cut=True), Column("AFTER", cut=True)]
    screen.table(columns, [_row(change, zone) for change in report.changes])


def _row(change: Change, zone: ZoneInfo) -> list[str]:
    if change.key in {"add", "remove"}:
        return [change.account, "added" if change.key == "add" else "removed", "", ""]
    values = (_value(change.key, value, zone) for value in (change.before, change.after))
    return [change.account, phrase(change.key), *values]


def _value(key: str, value: str, zone: ZoneInfo) -> str:
    if value and key.endswith("_until"):
        until = datetime.fromisoformat(value)
        return "for good" if until.year == FOR_GOOD.year else stamp(until, zone)
    return value or NOTHING
