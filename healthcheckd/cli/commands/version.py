"""`healthcheck version`: of this program, and of the daemon where one answers."""

import platform

import typer

from healthcheckd import __version__
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import AsJson
from healthcheckd.errors import DaemonUnreachable

app = command_group()


@app.command(epilog=examples("healthcheck version", "healthcheck version --json"))
def version(ctx: typer.Context, json: AsJson = False) -> None:
    """Print the versions of program, daemon and Python."""
    call = invocation(ctx)
    try:
        daemon = call.daemon.info().version
    except DaemonUnreachable:
        daemon = ""
    if json:
        call.out.json({"version": __version__, "daemon": daemon, "python": platform.python_version()})
    else:
        call.out.say(f"healthcheck {__version__}, daemon {daemon or 'not running'}, Python {platform.python_version()}")
