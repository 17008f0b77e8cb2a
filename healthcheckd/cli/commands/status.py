"""`healthcheck status`: the fleet on one screen, or as one line for a monitoring system."""

import time
from enum import StrEnum
from typing import Annotated

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.standing import gather
from healthcheckd.domain.reports.status import StatusReport
from healthcheckd.errors import ExitCode

app = command_group()

_REFRESH_SECONDS = 2.0


class By(StrEnum):
    GATEWAY = "gateway"
    CUSTOMER = "customer"
    TAG = "tag"


@app.command(
    epilog=examples(
        "healthcheck status",
        "healthcheck status --watch",
        "healthcheck status --by customer",
        "healthcheck status --exit-code || echo somebody is down",
        "healthcheck status --nagios",
        "healthcheck status --json | jq .accounts",
    )
)
def status(
    ctx: typer.Context,
    by: Annotated[By | None, typer.Option("--by", help="Also count by gateway, customer or tag.")] = None,
    watch: Annotated[bool, typer.Option("--watch", "-w", help="Show it again every 2 seconds.")] = False,
    exit_code: Annotated[bool, typer.Option("--exit-code", help="End with 5 unless all is healthy.")] = False,
    nagios: Annotated[bool, typer.Option("--nagios", help="One plugin line; ends with 0, 1, 2 or 3.")] = False,
    json: Annotated[bool, typer.Option("--json", help="The report for programs.")] = False,
) -> int:
    """Show which numbers are down, why, and who has been told.

    Ends with 4 when the daemon is not running; what is last known is shown all the same.
    """
    call, group = invocation(ctx), by.value if by else ""
    if nagios:
        from healthcheckd.cli.nagios import plugin

        return plugin(call)
    if watch and not json:
        return _watch(call, group)
    report = gather(call, group)
    if not report.daemon.alive:
        call.err.say(f"The daemon is not running. Start it: {call.client.start_command()}")
    if json:
        call.out.json(report)
    else:
        _draw(call, report)
    return _code(report, exit_code)


def _draw(call: Invocation, report: StatusReport) -> None:
    from healthcheckd.cli.screens.status import StatusScreen

    StatusScreen(report, call.zone).draw(call.out)


def _watch(call: Invocation, by: str) -> int:
    """Until Ctrl-C, which is how it is meant to end."""
    try:
        if call.out.terminal:
            _watch_live(call, by)
        while True:
            _draw(call, gather(call, by))
            call.out.say()
            call.out.flush()
            time.sleep(_REFRESH_SECONDS)
    except KeyboardInterrupt:
        return ExitCode.OK


def _watch_live(call: Invocation, by: str) -> None:
    from healthcheckd.cli.output import draw
    from healthcheckd.cli.screens.status import StatusScreen

    with call.out.live() as live:
        while True:
            screen, kept = call.out.same()
            StatusScreen(gather(call, by), call.zone).draw(screen)
            draw(live, kept.getvalue())
            time.sleep(_REFRESH_SECONDS)


def _code(report: StatusReport, judged: bool) -> int:
    if not report.daemon.alive:
        return ExitCode.UNREACHABLE
    unwell = report.accounts.warning or report.accounts.critical or any(one.silent_since for one in report.gateways)
    return ExitCode.UNHEALTHY if judged and unwell else ExitCode.OK
