"""`healthcheck webhooks`: programs that are told of every change."""

from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import AsJson, Since
from healthcheckd.cli.screens.webhooks import draw_webhooks
from healthcheckd.cli.words import count
from healthcheckd.domain.selection import parse_since
from healthcheckd.errors import UsageError

app = command_group(
    "webhooks",
    "See and try the programs that are told of every change.",
    "healthcheck webhooks list",
    "healthcheck webhooks test crm",
)

Name = Annotated[str, typer.Argument(metavar="WEBHOOK", show_default=False)]


@app.command("list", epilog=examples("healthcheck webhooks list", "healthcheck webhooks list --json"))
def list_webhooks(ctx: typer.Context, json: AsJson = False) -> None:
    """List the webhooks, and how each does.

    What was taken and given up is of the last seven days.
    """
    call = invocation(ctx)
    rows = call.daemon.webhooks()
    if json:
        call.out.json(rows)
    else:
        draw_webhooks(call.out, rows, call.now(), call.zone)


@app.command(epilog=examples("healthcheck webhooks test crm"))
def test(ctx: typer.Context, webhook: Name, json: AsJson = False) -> None:
    """Post one event, whatsapp.test, signed like all others."""
    call = invocation(ctx)
    answer = call.daemon.test_webhook(webhook)
    if json:
        call.out.json({"webhook": webhook, "answer": answer})
    else:
        call.out.say(f"taken: {answer}")


@app.command(
    epilog=examples(
        "healthcheck webhooks replay crm --dead",
        "healthcheck webhooks replay crm --since 2h",
        "healthcheck webhooks replay crm --account eu/shop-12 --since 2026-01-31",
    )
)
def replay(
    ctx: typer.Context,
    webhook: Name,
    since: Since = "",
    account: Annotated[
        str, typer.Option("--account", metavar="ACCOUNT", help="Of this one.", autocompletion=complete.accounts)
    ] = "",
    dead: Annotated[bool, typer.Option("--dead", help="That were given up.")] = False,
    json: AsJson = False,
) -> None:
    """Post events again, in order. Their keys stay the same, and they are marked as replayed."""
    if not (since or account or dead):
        raise UsageError(
            "say which events: --since, --account, --dead", hint=f"healthcheck webhooks replay {webhook} --dead"
        )
    call = invocation(ctx)
    from_then = parse_since(since, call.now()) if since else None
    replayed = call.daemon.replay_webhook(webhook, from_then, account, dead)
    if json:
        call.out.json({"webhook": webhook, "replayed": replayed})
    else:
        call.out.say(f"{count(replayed, 'event')} owed again to {webhook}")
