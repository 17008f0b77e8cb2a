"""`healthcheck stats`: how many accounts stand where."""

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import AsJson
from healthcheckd.cli.output import Column
from healthcheckd.cli.screens import terms

app = command_group()


@app.command(epilog=examples("healthcheck stats", "healthcheck stats --json"))
def stats(ctx: typer.Context, json: AsJson = False) -> None:
    """Count accounts by health and connection."""
    call = invocation(ctx)
    rows = read(call, lambda source: source.stats())
    if json:
        call.out.json(rows)
        return
    columns = [Column("HEALTH"), Column("CONNECTION"), Column("ACCOUNTS", right=True)]
    lines = [[terms.health(row.healthStatus), row.connectionStatus.value, f"{row.count:,}"] for row in rows]
    call.out.listing(columns, lines)
