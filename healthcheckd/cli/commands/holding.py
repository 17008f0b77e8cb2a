"""`healthcheck hold` and `release`: hands off, for maintenance."""

from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation

app = command_group()

_NOT_AS_A_WHOLE = "nothing was on hold as a whole; what one gateway is held by ends with --gateway NAME"


def _named(gateway: str | None) -> str | None:
    """An empty name is a slip, such as an empty variable of a shell, and must not mean all of them."""
    if gateway == "":
        raise typer.BadParameter("a name is missing; without --gateway everything is meant")
    return gateway


Gateway = Annotated[
    str | None,
    typer.Option(
        "--gateway", "-g", metavar="NAME", help="Only this one.", autocompletion=complete.gateways, callback=_named
    ),
]


@app.command(
    epilog=examples("healthcheck hold --gateway eu --for 2h --comment 'host moves'", "healthcheck hold --for 30min")
)
def hold(
    ctx: typer.Context,
    gateway: Gateway = None,
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help="2h; without it, until released.")] = "",
    comment: Annotated[str, typer.Option("--comment", help="Why; status shows it.")] = "",
) -> None:
    """Restart and clean up nothing for a while. Watching and telling go on."""
    call = invocation(ctx)
    changed = call.daemon.hold(gateway or "", length, comment)
    where = f"gateway {gateway}" if gateway else "everything"
    until = f" for {length}" if length else " until healthcheck release"
    call.out.say(f"{where} is on hold{until}" if changed else f"{where} was on hold already")


@app.command(epilog=examples("healthcheck release", "healthcheck release --gateway eu"))
def release(ctx: typer.Context, gateway: Gateway = None) -> None:
    """End a hold. Ends the watch mode that a restored database starts in, too."""
    call = invocation(ctx)
    released = call.daemon.release(gateway or "")
    if gateway:
        call.out.say(f"gateway {gateway} {'is released' if released else 'was not on hold'}")
    else:
        call.out.say("everything is released" if released else _NOT_AS_A_WHOLE)
