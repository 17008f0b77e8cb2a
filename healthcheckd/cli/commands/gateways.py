"""`healthcheck gateways`: the servers that hold the sessions."""

from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.last_known import read
from healthcheckd.cli.options import AsJson
from healthcheckd.cli.screens.gateways import draw_check, draw_gateways, draw_hook, draw_installed, draw_words
from healthcheckd.domain.naming import check_known
from healthcheckd.errors import ExitCode
from healthcheckd.settings import KINDS

app = command_group(
    "gateways",
    "See, check and rename the gateways.",
    "healthcheck gateways list",
    "healthcheck gateways check eu",
)

Name = Annotated[str, typer.Argument(metavar="GATEWAY", autocompletion=complete.gateways, show_default=False)]
Kind = Annotated[str, typer.Argument(metavar="[KIND]", autocompletion=complete.kinds, show_default=False)]


@app.command("list", epilog=examples("healthcheck gateways list", "healthcheck gateways list --json"))
def list_gateways(ctx: typer.Context, json: AsJson = False) -> None:
    """List the gateways, the silent ones first."""
    call = invocation(ctx)
    rows = read(call, lambda source: source.gateways())
    if json:
        call.out.json(rows)
    else:
        draw_gateways(call.out, rows, call.now(), call.zone)


@app.command(epilog=examples("healthcheck gateways check eu", "healthcheck gateways check eu --json"))
def check(ctx: typer.Context, gateway: Name, json: AsJson = False) -> None:
    """Ask a gateway now. Tells version, key, sessions, and what to do about what is wrong."""
    call = invocation(ctx)
    found = call.daemon.check_gateway(gateway)
    if json:
        call.out.json(found)
    else:
        draw_check(call.out, gateway, found)


@app.command(epilog=examples("healthcheck gateways hook eu", "healthcheck gateways hook eu --install"))
def hook(
    ctx: typer.Context,
    gateway: Name,
    show_secret: Annotated[bool, typer.Option("--show-secret", help="Show the secrets too.")] = False,
    install: Annotated[bool, typer.Option("--install", help="Set it there, for all accounts.")] = False,
    json: AsJson = False,
) -> int:
    """Show what makes a gateway post what happens, or set it.

    Evolution and WuzAPI can be told by --install. A session that posts elsewhere is left alone, for it has room for one
    address. The others read it from their environment, or would restart sessions.
    """
    call = invocation(ctx)
    if install:
        return _install(call, gateway, json)
    report = call.daemon.hook_of_gateway(gateway, show_secret)
    if json:
        call.out.json(report)
    else:
        draw_hook(call.out, report, call.now(), call.zone)
    return ExitCode.OK


def _install(call: Invocation, gateway: str, json: bool) -> int:
    """A failure where not all could be set."""
    done = call.daemon.install_hook(gateway)
    if json:
        call.out.json(done)
    else:
        draw_installed(call.out, done)
    return ExitCode.FAILED if done.failed else ExitCode.OK


@app.command(epilog=examples("healthcheck gateways rename eu europe", "healthcheck gateways rename eu europe --json"))
def rename(
    ctx: typer.Context,
    old: Annotated[str, typer.Argument(metavar="OLD", autocompletion=complete.gateways, show_default=False)],
    new: Annotated[str, typer.Argument(metavar="NEW", show_default=False)],
    json: AsJson = False,
) -> None:
    """Keep the history of a gateway that has a new name.

    The configuration names gateways: change it there first, then run this instead of a reload.
    """
    call = invocation(ctx)
    done = call.daemon.rename_gateway(old, new)
    if json:
        call.out.json(done)
        return
    call.out.say(f"{old} is {new} now, with its accounts and all their history.")
    for warning in done.warnings:
        call.err.say(warning)


@app.command(epilog=examples("healthcheck gateways states", "healthcheck gateways states waha --json"))
def states(ctx: typer.Context, kind: Kind = "", json: AsJson = False) -> None:
    """Show what gateways say, and what it is taken for."""
    from healthcheckd.gateways.vocabulary import ELSE, vocabulary

    call = invocation(ctx)
    if kind:
        check_known("kind of gateway", kind, KINDS)
    words = vocabulary(kind)
    if json:
        call.out.json(words)
    else:
        draw_words(call.out, words)
        call.out.say()
        call.out.paragraph(ELSE)
