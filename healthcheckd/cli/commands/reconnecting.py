"""`healthcheck reconnect`: by hand, within the caps."""

from typing import Annotated

import typer

from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.targets import Targets, tell

app = command_group()


@app.command(
    epilog=examples(
        "healthcheck reconnect eu/shop-12",
        "healthcheck reconnect --gateway eu --cause stuck",
        "healthcheck reconnect eu/shop-12 --force",
    )
)
@grouped
def reconnect(
    ctx: typer.Context,
    targets: Targets,
    force: Annotated[bool, typer.Option("--force", help="Even if banned, replaced or logged out.")] = False,
) -> None:
    """Reinitialise clients by hand. The limits on attempts hold all the same."""
    tell(invocation(ctx), "reconnect", targets, force=force)
