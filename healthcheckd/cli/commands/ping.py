"""`healthcheck ping`: whether the daemon answers; for containers and load balancers."""

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import AsJson
from healthcheckd.cli.words import ago

app = command_group()

PATIENCE = 5.0
"""Seconds; less than a container's health check waits itself."""


@app.command(epilog=examples("healthcheck ping", "healthcheck ping --json", "HEALTHCHECK CMD healthcheck ping"))
def ping(ctx: typer.Context, json: AsJson = False) -> None:
    """Ask the daemon whether it is there. Ends with 0, or with 4 when it is not."""
    call = invocation(ctx)
    call.client.timeout = PATIENCE
    info = call.daemon.info()
    if json:
        call.out.json(info)
    else:
        since = ago(info.up_since, call.now())
        call.out.say(f"healthcheckd {info.version} answers, process {info.pid}, started {since}")
