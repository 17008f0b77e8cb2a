"""`healthcheck messages`: counted for the daily limits."""

from typing import Annotated

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import Account, AsJson

app = command_group(
    "messages",
    "Count messages for the daily limits.",
    "healthcheck messages add eu/shop-12 25",
)


@app.callback()
def messages() -> None:
    """Makes it a group: of a single command Typer would drop the name."""


@app.command(
    epilog=examples(
        "healthcheck messages add eu/shop-12 25",
        "healthcheck messages add eu/shop-12 3 --received",
        "healthcheck messages add eu/shop-12 25 --key batch-2026-01-31-7",
    )
)
def add(
    ctx: typer.Context,
    account: Account,
    number: Annotated[int, typer.Argument(metavar="N", min=1, help="How many.")],
    received: Annotated[bool, typer.Option("--received", help="Received, not sent.")] = False,
    key: Annotated[str, typer.Option("--key", help="The same key counts once, however often it is said.")] = "",
    json: AsJson = False,
) -> None:
    """Add to an account's messages of today."""
    call = invocation(ctx)
    counts = {"received" if received else "sent": number, "key": key}
    today = call.daemon.count_messages(call.daemon.resolve(account), counts)
    if json:
        call.out.json(today)
    else:
        call.out.say(f"{today.day}: {today.sent:,} sent, {today.received:,} received")
