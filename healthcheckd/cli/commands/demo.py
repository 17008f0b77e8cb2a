"""`healthcheck demo`: see it work, with nothing set up."""

import asyncio
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.domain.durations import parse_duration
from healthcheckd.domain.naming import check_known
from healthcheckd.errors import UsageError

app = command_group()

_SHORTEST = 20.0


@app.command(
    epilog=examples("healthcheck demo", "healthcheck demo --gateway evolution", "healthcheck demo --for 60s | cat")
)
def demo(
    ctx: typer.Context,
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help="How long it runs.")] = "60s",
    gateway: Annotated[
        str, typer.Option("--gateway", metavar="KIND", autocompletion=complete.kinds, help="What is watched.")
    ] = "waha",
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Keep everything there; else in a temporary one.")
    ] = None,
) -> int:
    """Watch the real daemon at work on scripted accounts.

    They fall, are reconnected, turn Critical and recover; mail goes to a folder. Nothing leaves this machine.
    """
    from healthcheckd.cli.demo.kinds import SHOWN
    from healthcheckd.cli.demo.pace import Pace
    from healthcheckd.cli.demo.show import show

    call = invocation(ctx)
    check_known("kind of gateway", gateway, tuple(SHOWN))
    place = (folder or Path(tempfile.mkdtemp(prefix="healthcheck-demo-"))).absolute()
    call.out.say(f"Everything is kept in {place}")
    call.out.flush()
    return asyncio.run(show(call, SHOWN[gateway], place, Pace(_seconds(length))))


def _seconds(length: str) -> float:
    try:
        seconds = parse_duration(length).total_seconds()
    except ValueError as error:
        raise UsageError(str(error), where="--for", hint="healthcheck demo --for 60s") from error
    if seconds < _SHORTEST:
        raise UsageError(f"too short to see anything: at least {_SHORTEST:.0f} s", where="--for", hint="--for 60s")
    return seconds
