"""`healthcheck silence`: nobody is told for a while, of one account or of many."""

from dataclasses import dataclass, field
from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import AsJson
from healthcheckd.cli.screens.silences import draw_silences
from healthcheckd.cli.words import clock, count
from healthcheckd.domain.matching import is_pattern
from healthcheckd.domain.selection import parse_until
from healthcheckd.errors import UsageError

app = command_group(
    "silence",
    "Tell nobody of some accounts for a while. They are watched on, and reconnected.",
    "healthcheck silence add --gateway eu --for 2h --comment 'host moves'",
    "healthcheck silence list",
    "healthcheck silence end 3",
)

_Some = list[str]


@dataclass(frozen=True, slots=True)
class Whom:
    """What is stated has to hold; several values of one kind are alternatives."""

    account: Annotated[
        _Some,
        typer.Option("--account", metavar="ACCOUNT", help="This one, or a pattern.", autocompletion=complete.accounts),
    ] = field(default_factory=list)
    gateway: Annotated[
        _Some,
        typer.Option("--gateway", "-g", metavar="NAME", help="It and its accounts.", autocompletion=complete.gateways),
    ] = field(default_factory=list)
    tag: Annotated[_Some, typer.Option("--tag", metavar="TAG", help="With this tag.")] = field(default_factory=list)
    customer: Annotated[_Some, typer.Option("--customer", metavar="NAME", help="Of this customer.")] = field(
        default_factory=list
    )

    def said(self, call: Invocation) -> dict[str, object]:
        accounts = [name if is_pattern(name) else str(call.daemon.resolve(name)) for name in self.account]
        return {"accounts": accounts, "gateways": self.gateway, "tags": self.tag, "customers": self.customer}


@app.command(
    epilog=examples(
        "healthcheck silence add --gateway eu --for 2h --comment 'host moves'",
        "healthcheck silence add --account 'eu/shop-*' --until 2026-02-01",
        "healthcheck silence add --customer ACME --tag test --for '3 days'",
    )
)
@grouped
def add(
    ctx: typer.Context,
    whom: Whom,
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help="2h, 3 days; 30 days at most.")] = "",
    until: Annotated[
        str, typer.Option("--until", metavar="WHEN", help="Up to then: 2026-02-01, 2026-02-01T14:00.")
    ] = "",
    comment: Annotated[str, typer.Option("--comment", help="Why; status shows it.")] = "",
    json: AsJson = False,
) -> None:
    """Silence accounts until a time. What is still down then is told then; what ended meanwhile is not."""
    if bool(length) == bool(until):
        raise UsageError("say when it ends: --for or --until", hint="healthcheck silence add … --for 2h")
    call = invocation(ctx)
    end = {"for": length} if length else {"until": parse_until(until, call.here()).isoformat()}
    row = call.daemon.silence({**whom.said(call), **end, "comment": comment})
    if json:
        call.out.json(row)
    else:
        ends_at = clock(row.until_at, call.now(), call.zone)
        reached = count(row.reached, "account")
        call.out.say(f"silence {row.id} until {ends_at}: {row.what} ({reached} now)")


@app.command(
    "list",
    epilog=examples("healthcheck silence list", "healthcheck silence list --all", "healthcheck silence list --json"),
)
def list_silences(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also those that are over.")] = False,
    json: AsJson = False,
) -> None:
    """List silences in force."""
    call = invocation(ctx)
    rows = read(call, lambda source: source.silences(everything))
    if json:
        call.out.json(rows)
    else:
        draw_silences(call.out, rows, call.now(), call.zone)


@app.command(epilog=examples("healthcheck silence end 3"))
def end(
    ctx: typer.Context,
    number: Annotated[
        int,
        typer.Argument(
            metavar="NUMBER", help="As silence list numbers them.", autocompletion=complete.silences, show_default=False
        ),
    ],
) -> None:
    """End a silence before its time. What it held back and still is so is told now."""
    call = invocation(ctx)
    ended = call.daemon.end_silence(number)
    call.out.say(f"silence {number} has ended" if ended else f"silence {number} was over already")
