"""`healthcheck audit`: who did what."""

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import AsJson, Limit, Since, Until
from healthcheckd.cli.output import Column
from healthcheckd.cli.spans import span

app = command_group()


@app.command(epilog=examples("healthcheck audit", "healthcheck audit --since '7 days' --limit 0 --json"))
def audit(ctx: typer.Context, since: Since = "", until: Until = "", limit: Limit = 50, json: AsJson = False) -> None:
    """Show what was done by hand or configured, and by whom."""
    call = invocation(ctx)
    rows = read(call, lambda source: source.audit(span(since, until, limit, call.here())))
    if json:
        call.out.json(rows)
        return
    columns = [Column("WHEN"), Column("WHO"), Column("HOW"), Column("WHAT", cut=True), Column("OUTCOME", cut=True)]
    call.out.listing(columns, [[call.stamp(row.at), row.who, row.how, row.what, row.outcome] for row in rows])
