"""`healthcheck history`: what changed, and when."""

from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import Reports, read
from healthcheckd.cli.options import AsJson, Limit, Since, Until
from healthcheckd.cli.screens.history import change_rows
from healthcheckd.cli.spans import span
from healthcheckd.domain.reports.history import HistoryRow

app = command_group()


@app.command(
    epilog=examples(
        "healthcheck history",
        "healthcheck history eu/shop-12 --since '3 days'",
        "healthcheck history --since 2026-01-01 --until 2026-02-01 --limit 0 --json",
    )
)
def history(
    ctx: typer.Context,
    account: Annotated[
        str, typer.Argument(metavar="[ACCOUNT]", autocompletion=complete.accounts, show_default=False)
    ] = "",
    since: Since = "",
    until: Until = "",
    limit: Limit = 50,
    json: AsJson = False,
) -> None:
    """Show what changed, the newest first."""
    call = invocation(ctx)
    asked = span(since, until, limit, call.here())

    def found(source: Reports) -> list[HistoryRow]:
        return list(source.history(source.resolve(account) if account else None, asked))

    rows = read(call, found)
    if json:
        call.out.json(rows)
    else:
        call.out.listing(*change_rows(rows, call.now(), call.zone, with_account=not account))
        if rows:
            call.out.say()
            whose = f" --account {account}" if account else ""
            call.out.say(f"Each outage as a whole: healthcheck incidents list{whose}")
