"""`healthcheck events`: what happens, as it happens."""

from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.last_known import Reports, read
from healthcheckd.cli.screens.events import draw_event, from_history
from healthcheckd.domain.reports.operation import EventRow
from healthcheckd.errors import ExitCode
from healthcheckd.ports.control import Span

app = command_group()

_RECENT = 20


@app.command(
    epilog=examples(
        "healthcheck events --follow",
        "healthcheck events --follow --kind transition --account eu/shop-12",
        "healthcheck events --follow --json | while read -r line; do …; done",
    )
)
def events(
    ctx: typer.Context,
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Of this one.", autocompletion=complete.accounts)
    ] = "",
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="transition, attempt, notice, incident, job or gateway.")
    ] = "",
    json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> int:
    """Show what changed lately, or what happens as it happens."""
    call = invocation(ctx)
    if not follow:
        for row in reversed(read(call, lambda source: _recent(source, account))):
            _tell(call, row, json)
        return ExitCode.OK
    try:
        _follow(call, account, kind, json)
    except KeyboardInterrupt:
        return ExitCode.OK
    return ExitCode.OK


def _follow(call: Invocation, account: str, kind: str, json: bool) -> None:
    only = call.daemon.resolve(account) if account else None
    for row in call.daemon.events(only, kind):
        if row is not None:
            _tell(call, row, json)
            call.out.flush()


def _recent(source: Reports, account: str) -> list[EventRow]:
    only = source.resolve(account) if account else None
    return [from_history(row) for row in source.history(only, Span(limit=_RECENT))]


def _tell(call: Invocation, row: EventRow, json: bool) -> None:
    if json:
        call.out.json_line(row)
    else:
        draw_event(call.out, row, call.zone)
