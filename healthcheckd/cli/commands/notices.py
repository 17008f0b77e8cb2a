"""`healthcheck notices`: what was told, what is owed, what was given up."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.last_known import Reports, read
from healthcheckd.cli.options import AsJson, Limit, Since
from healthcheckd.cli.screens.forecast import GROUPINGS, draw_forecast
from healthcheckd.cli.screens.notices import draw_notices, draw_stats
from healthcheckd.cli.spans import span
from healthcheckd.cli.words import count
from healthcheckd.domain.naming import check_known
from healthcheckd.domain.reports.history import NoticeRow
from healthcheckd.domain.selection import parse_since
from healthcheckd.errors import UsageError
from healthcheckd.ports.control import NoticeFilter

app = command_group(
    "notices",
    "See and retry the messages to owners and operators.",
    "healthcheck notices list --state owed",
    "healthcheck notices retry --all",
    "healthcheck notices forecast",
)

_NEWS = ("owed", "sent", "dead", "cancelled")
"""States that are listed where none is asked for: after every blip something was superseded."""


@dataclass(frozen=True, slots=True)
class Which:
    """Which messages are meant."""

    state: Annotated[
        list[str], typer.Option("--state", metavar="STATE", help="owed, sent, dead, superseded, cancelled.")
    ] = field(default_factory=list)
    everything: Annotated[bool, typer.Option("--all", help="Also what was superseded before it was sent.")] = False
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="About this one.", autocompletion=complete.accounts)
    ] = ""
    since: Since = ""
    limit: Limit = 50

    def found(self, source: Reports, here: datetime) -> list[NoticeRow]:
        states = tuple(self.state) or (() if self.everything else _NEWS)
        about = source.resolve(self.account) if self.account else None
        return list(source.notices(NoticeFilter(states, about), span(self.since, "", self.limit, here)))


@app.command(
    "list",
    epilog=examples(
        "healthcheck notices list",
        "healthcheck notices list --state owed --state dead",
        "healthcheck notices list --account eu/shop-12 --json",
    ),
)
@grouped
def list_notices(ctx: typer.Context, which: Which, json: AsJson = False) -> None:
    """List messages, the newest first. What became needless before it was sent is left out."""
    call = invocation(ctx)
    here = call.here()
    rows = read(call, lambda source: which.found(source, here))
    if json:
        call.out.json(rows)
    else:
        draw_notices(call.out, rows, call.now(), call.zone)


@app.command(epilog=examples("healthcheck notices retry 17 18", "healthcheck notices retry --all"))
def retry(
    ctx: typer.Context,
    notices: Annotated[
        list[int] | None, typer.Argument(metavar="[NUMBER]...", help="As notices list numbers them.")
    ] = None,
    everything: Annotated[bool, typer.Option("--all", help="All that were given up.")] = False,
) -> None:
    """Owe messages again that were given up."""
    if bool(notices) == everything:
        raise UsageError("name either some, or all", hint="healthcheck notices retry --all")
    call = invocation(ctx)
    retried = call.daemon.retry_notices(notices or ())
    call.out.say(f"{count(retried, 'notice')} owed again")


@app.command(epilog=examples("healthcheck notices stats", "healthcheck notices stats --since '30 days' --json"))
def stats(ctx: typer.Context, since: Since = "7 days", json: AsJson = False) -> None:
    """Count messages sent, owed and given up. Also tells how long they took."""
    call = invocation(ctx)
    found = read(call, lambda source: source.notice_stats(parse_since(since, call.here())))
    if json:
        call.out.json(found)
    else:
        draw_stats(call.out, found, call.now(), call.zone)


@app.command(epilog=examples("healthcheck notices forecast", "healthcheck notices forecast --last '30 days' --by kind"))
def forecast(
    ctx: typer.Context,
    last: Annotated[str, typer.Option("--last", metavar="WHEN", help="From then on: 7d, yesterday.")] = "7 days",
    by: Annotated[str, typer.Option("--by", metavar="WHAT", help="recipient or kind.")] = "recipient",
    json: AsJson = False,
) -> None:
    """Tell what would have been sent under the present settings. What happened lately is played again in memory."""
    check_known("grouping", by, GROUPINGS)
    call = invocation(ctx)
    found = call.daemon.forecast(parse_since(last, call.here()))
    if json:
        call.out.json(found)
    else:
        draw_forecast(call.out, found, by, call.zone)
