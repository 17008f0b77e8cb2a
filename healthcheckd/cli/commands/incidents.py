"""`healthcheck incidents`: outages, and one of them from its beginning to its end."""

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import Reports, read
from healthcheckd.cli.options import AsJson, Limit, Since
from healthcheckd.cli.screens.incidents import as_csv, draw_incidents
from healthcheckd.cli.screens.trail import TrailScreen
from healthcheckd.cli.spans import span
from healthcheckd.domain.reports.history import IncidentRow
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import IncidentFilter

app = command_group(
    "incidents",
    "See outages, tell the story of one, and say that you know.",
    "healthcheck incidents list --open",
    "healthcheck incidents show 17",
    "healthcheck incidents ack 17 --comment 'new SIM card is on its way'",
)

Number = Annotated[
    int,
    typer.Argument(
        metavar="NUMBER", help="As incidents list numbers them.", autocompletion=complete.incidents, show_default=False
    ),
]


@dataclass(frozen=True, slots=True)
class Which:
    """Which outages are meant."""

    only_open: Annotated[bool, typer.Option("--open", help="That still last.")] = False
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Of this one.", autocompletion=complete.accounts)
    ] = ""
    gateway: Annotated[
        str,
        typer.Option(
            "--gateway", "-g", metavar="NAME", help="Of it and its accounts.", autocompletion=complete.gateways
        ),
    ] = ""
    scope: Annotated[
        str,
        typer.Option(
            "--scope", metavar="KIND", help="account, gateway, blast, job, channel.", autocompletion=complete.scopes
        ),
    ] = ""
    since: Since = ""
    limit: Limit = 50

    def found(self, source: Reports, here: datetime) -> list[IncidentRow]:
        about = source.resolve(self.account) if self.account else None
        wanted = IncidentFilter(self.only_open, about, self.gateway, self.scope)
        return list(source.incidents(wanted, span(self.since, "", self.limit, here)))


@app.command(
    "list",
    epilog=examples(
        "healthcheck incidents list --open",
        "healthcheck incidents list --account eu/shop-12 --since '30 days'",
        "healthcheck incidents list --scope gateway --limit 0 --csv > outages.csv",
    ),
)
@grouped
def list_incidents(
    ctx: typer.Context,
    which: Which,
    csv: Annotated[bool, typer.Option("--csv", help="For a spreadsheet; instants in UTC.")] = False,
    json: AsJson = False,
) -> None:
    """List outages, the newest first."""
    call = invocation(ctx)
    here = call.here()
    rows = read(call, lambda source: which.found(source, here))
    if json:
        call.out.json(rows)
    elif csv:
        call.out.raw(as_csv(rows))
    else:
        draw_incidents(call.out, rows, call.now(), call.zone)


@app.command(epilog=examples("healthcheck incidents show 17", "healthcheck incidents show 17 --json"))
def show(ctx: typer.Context, number: Number, json: AsJson = False) -> None:
    """Tell one outage from its beginning to its end. Every reading, attempt and message is there."""
    call = invocation(ctx)
    trail = read(call, lambda source: source.incident(number))
    if json:
        call.out.json(trail)
    else:
        TrailScreen(trail, call.now(), call.zone).draw(call.out)


@app.command(
    epilog=examples(
        "healthcheck incidents ack 17",
        "healthcheck incidents ack 17 --comment 'new SIM card is on its way'",
        "healthcheck incidents ack 17 --undo",
    )
)
def ack(
    ctx: typer.Context,
    number: Number,
    comment: Annotated[str, typer.Option("--comment", help="What you know of it.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Nobody knows of it after all.")] = False,
) -> None:
    """Say that you know. Operators hear no more of it, nobody is reminded; its recovery is told."""
    if undo and comment:
        raise UsageError("either a comment, or --undo", hint="healthcheck incidents ack --help")
    call = invocation(ctx)
    if undo:
        changed = call.daemon.take_back(number)
        call.out.say(f"incident {number} is open again" if changed else f"nobody had acknowledged incident {number}")
    else:
        changed = call.daemon.acknowledge(number, comment)
        call.out.say(f"incident {number} is acknowledged" if changed else f"incident {number} was acknowledged already")
