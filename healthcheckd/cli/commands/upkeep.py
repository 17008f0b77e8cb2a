"""`healthcheck reload`, `backup` and `restore`."""

from pathlib import Path
from typing import Annotated

import typer

from healthcheckd.cli.asking import agree
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import Yes
from healthcheckd.cli.words import took

app = command_group()


@app.command(epilog=examples("healthcheck config check && healthcheck reload"))
def reload(ctx: typer.Context) -> None:
    """Have the daemon read its configuration again.

    It is put in force whole, or refused and the old one kept."""
    call = invocation(ctx)
    done = call.daemon.reload()
    for warning in done.warnings:
        call.warn(warning)
    for change in done.changes or ("nothing changed",):
        call.out.say(change)


@app.command(
    epilog=examples("healthcheck backup /var/lib/healthcheckd/backup.db", 'healthcheck backup "$(date +%F).db"')
)
def backup(ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="A new file.")]) -> None:
    """Write a verified copy of the database. The daemon goes on meanwhile."""
    call = invocation(ctx)
    done = call.daemon.backup(str(file.absolute()))
    call.out.say(f"{done.path}: {done.bytes / 1e6:.1f} MB in {took(done.seconds)}")


@app.command(
    epilog=examples("sudo systemctl stop healthcheckd && sudo healthcheck restore /var/lib/healthcheckd/backup.db")
)
def restore(
    ctx: typer.Context, file: Annotated[Path, typer.Argument(metavar="FILE", help="A backup.")], yes: Yes = False
) -> None:
    """Put a backup in the database's place. The daemon has to be stopped.

    It then starts in watch mode, restarting and sending nothing until `healthcheck release`. What was there is kept.
    """
    from healthcheckd.store.backup import restore as put_back

    call = invocation(ctx)
    if not yes:
        agree(f"Replace {call.paths.database} by {file}?")
    kept = put_back(file, call.paths.database, call.now())
    call.out.say(f"{call.paths.database} is restored" + (f"; what was there is {kept}" if kept else ""))
    call.out.say(f"Next: {call.client.start_command()}, look around, then healthcheck release")
