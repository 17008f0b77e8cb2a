"""`healthcheck drill`: whether those who would have to hear of an outage do."""

from typing import Annotated

import typer

from healthcheckd.cli.asking import agree
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.options import Account, AsJson, Yes
from healthcheckd.cli.screens.drill import draw_line, draw_plan, draw_result
from healthcheckd.cli.words import count
from healthcheckd.domain.reports.drills import DrillLine, DrillResult
from healthcheckd.errors import ExitCode, Refused

app = command_group()


@app.command(
    epilog=examples(
        "healthcheck drill eu/shop-12",
        "healthcheck drill eu/shop-12 --kind recovered --yes",
        "healthcheck drill eu/shop-12 --kind action_required --dry-run",
    )
)
def drill(
    ctx: typer.Context,
    account: Account,
    kind: Annotated[
        str, typer.Option("--kind", metavar="KIND", help="offline, action_required or recovered.")
    ] = "offline",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say whom it would reach, and send nothing.")] = False,
    yes: Yes = False,
    json: AsJson = False,
) -> None:
    """Send a test of an outage to those who would hear of one.

    Everything is marked TEST. The session is left alone, and so are uptime, counts and incidents.
    """
    call = invocation(ctx)
    about = call.daemon.resolve(account)
    plan = call.daemon.plan_drill(about, kind)
    if dry_run and json:
        call.out.json(plan)
        return
    draw_plan(call.err if json else call.out, plan)
    if dry_run:
        return
    if not plan.targets:
        raise Refused(f"nobody would be told of {about}", hint="set operator.email, or an owner")
    if not yes:
        agree(f"Send {count(len(plan.targets), 'test')} now?")
    for told in call.daemon.drill(about, kind):
        if isinstance(told, DrillLine):
            draw_line(call.err if json else call.out, told, call.zone)
        else:
            _end(call, told, json)


def _end(call: Invocation, result: DrillResult, json: bool) -> None:
    if json:
        call.out.json(result)
    else:
        draw_result(call.out, result)
    if result.failed:
        raise typer.Exit(ExitCode.FAILED)
