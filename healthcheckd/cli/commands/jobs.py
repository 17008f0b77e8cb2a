"""`healthcheck trigger`, `stop` and `start`: the jobs by hand."""

from collections.abc import Mapping
from typing import Annotated, Any

import typer

from healthcheckd.cli import complete
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.options import AsJson
from healthcheckd.cli.screens.jobs import counts_line
from healthcheckd.cli.words import took

app = command_group()

Job = Annotated[
    str,
    typer.Argument(
        metavar="JOB",
        help="whatsapp-health-check, daily-message-counter-reset or inactive-client-cleanup.",
        autocompletion=complete.jobs,
        show_default=False,
    ),
]


@app.command(
    epilog=examples(
        "healthcheck trigger whatsapp-health-check",
        "healthcheck trigger whatsapp-health-check --no-wait",
        "healthcheck trigger inactive-client-cleanup --dry-run",
    )
)
def trigger(
    ctx: typer.Context,
    job: Job,
    wait: Annotated[bool, typer.Option("--wait/--no-wait", help="Wait for its end, and tell the counts.")] = True,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be done, and do nothing.")] = False,
    json: AsJson = False,
) -> None:
    """Run a job now, or join its run in progress. A stopped job may be triggered too."""
    call = invocation(ctx)
    if not wait:
        call.daemon.trigger_and_leave(job, dry_run)
        call.err.say(f"{job} was triggered; healthcheck status tells its result")
        return
    done = _run(call, job, dry_run)
    if json:
        call.out.json(done["data"])
    else:
        _tell(call, job, done)


@app.command(epilog=examples("healthcheck stop inactive-client-cleanup"))
def stop(ctx: typer.Context, job: Job) -> None:
    """Switch a job off, also for after a restart. Stopping the health check stops reconnections too."""
    changed = invocation(ctx).daemon.switch(job, False)
    invocation(ctx).out.say(f"{job} is stopped" if changed else f"{job} was stopped already")


@app.command(epilog=examples("healthcheck start inactive-client-cleanup"))
def start(ctx: typer.Context, job: Job) -> None:
    """Switch a job on again."""
    changed = invocation(ctx).daemon.switch(job, True)
    invocation(ctx).out.say(f"{job} is on" if changed else f"{job} was on already")


def _run(call: Invocation, job: str, dry_run: bool) -> Mapping[str, Any]:
    """The envelope at the end of the run; the way there is shown as a bar on the terminal."""
    done: Mapping[str, Any] = {"data": {}}
    with call.err.progress() as bar:
        for told in call.daemon.trigger(job, dry_run):
            if step := told.get("progress"):
                bar.show(step["phase"], step["done"], step["total"])
            elif "data" in told:
                done = told
    return done


def _tell(call: Invocation, job: str, done: Mapping[str, Any]) -> None:
    run = done.get("run", {})
    joined = " (joined a run in progress)" if run.get("joined") else ""
    call.out.say(f"{job} ended after {took(run.get('seconds'))}{joined}")
    call.out.say(counts_line(done["data"]))
