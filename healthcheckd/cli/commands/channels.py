"""`healthcheck channels`: the ways by which people are told."""

from typing import Annotated

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import AsJson
from healthcheckd.cli.screens.channels import draw_channels

app = command_group(
    "channels",
    "See and try the ways by which people are told.",
    "healthcheck channels list",
    "healthcheck channels test team",
)


@app.command("list", epilog=examples("healthcheck channels list", "healthcheck channels list --json"))
def list_channels(ctx: typer.Context, json: AsJson = False) -> None:
    """List the channels: does each work, whom does it reach."""
    call = invocation(ctx)
    rows = call.daemon.channels()
    if json:
        call.out.json(rows)
    else:
        draw_channels(call.out, rows, call.now(), call.zone)


@app.command(
    epilog=examples("healthcheck channels test team", 'healthcheck channels test sms --to "+55 11 98888-7777"')
)
def test(
    ctx: typer.Context,
    channel: Annotated[str, typer.Argument(metavar="CHANNEL", show_default=False)],
    to: Annotated[str, typer.Option("--to", metavar="ADDRESS", help="Else the channel's first contact.")] = "",
    json: AsJson = False,
) -> None:
    """Send one test message; print what the service says."""
    call = invocation(ctx)
    answer = call.daemon.test_channel(channel, to)
    if json:
        call.out.json({"channel": channel, "answer": answer})
    else:
        call.out.say(f"accepted: {answer}")
