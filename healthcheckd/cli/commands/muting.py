"""`healthcheck mute` and `unmute`: watched on, nobody told."""

from typing import Annotated

import typer

from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.targets import Targets, tell

app = command_group()


@app.command(epilog=examples("healthcheck mute eu/shop-12 --for 2h", "healthcheck mute --customer ACME --for '3 days'"))
@grouped
def mute(
    ctx: typer.Context,
    targets: Targets,
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help="2h, 3 days; without it, for good.")] = "",
) -> None:
    """Tell nobody of accounts for a while. They are watched on, and reconnected."""
    more = {"for": length} if length else {}
    tell(invocation(ctx), "mute", targets, **more)


@app.command(epilog=examples("healthcheck unmute eu/shop-12", "healthcheck unmute --customer ACME --yes"))
@grouped
def unmute(ctx: typer.Context, targets: Targets) -> None:
    """Tell of accounts again."""
    tell(invocation(ctx), "unmute", targets)
