"""What a command changed, or would change."""

from healthcheckd.cli.output import Column, Screen
from healthcheckd.cli.words import NOTHING
from healthcheckd.domain.reports.accounts import Change, ChangeReport


def show_changes(screen: Screen, report: ChangeReport) -> None:
    if not report.changes:
        screen.say("nothing to change")
        return
    columns = [Column("ACCOUNT"), Column("WHAT"), Column("BEFORE", cut=True), Column("AFTER", cut=True)]
    screen.table(columns, [_row(change) for change in report.changes])


def _row(change: Change) -> list[str]:
    if change.key in {"add", "remove"}:
        return [change.account, "added" if change.key == "add" else "removed", "", ""]
    return [change.account, change.key.replace("_", " "), change.before or NOTHING, change.after or NOTHING]
