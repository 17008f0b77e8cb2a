"""`healthcheck service`: the daemon as a service of this machine."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from healthcheckd.cli.asking import agree
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.options import Yes
from healthcheckd.cli.service import placing, plan
from healthcheckd.cli.service.steps import Step, answer_of
from healthcheckd.config.shipped import shipped
from healthcheckd.errors import Refused

SYSTEMD_RUNS = Path("/run/systemd/system")
"""Stands there while systemd is process 1 (sd_booted(3))."""

app = command_group(
    "service",
    "Have systemd run the daemon.",
    "healthcheck service install --print",
    "sudo healthcheck service install",
)

_Print = Annotated[bool, typer.Option("--print", help="Show the steps as one would type them, and do nothing.")]
_Root = Annotated[Path, typer.Option("--root", metavar="DIR", help="Another tree than /, such as an image.")]


@app.command(
    epilog=examples(
        "healthcheck service install --print",
        "sudo healthcheck service install",
        "sudo healthcheck --config eu.toml service install --yes",
        "sudo healthcheck service install --root /mnt/image",
    )
)
def install(ctx: typer.Context, print_only: _Print = False, root: _Root = Path("/"), yes: Yes = False) -> None:
    """Make this machine run the daemon, step by step.

    The program is placed where the hardened unit sees it; user, folders and unit are made; the daemon is started, and
    waited for until it is ready. A configuration that is in /etc/healthcheckd already is kept. May be repeated, as
    after an upgrade.
    """
    call = invocation(ctx)
    steps = plan.install(_given(call, root.absolute()))
    if _go(call, steps, root, print_only, yes):
        call.out.say("Next: sudo usermod -aG healthcheckd $USER, log in again, then healthcheck status")
        if root == Path("/"):
            call.out.raw(answer_of(str(plan.COMMAND), "status"))


@app.command(
    epilog=examples(
        "healthcheck service uninstall --print",
        "sudo healthcheck service uninstall",
        "sudo healthcheck service uninstall --purge",
    )
)
def uninstall(
    ctx: typer.Context,
    print_only: _Print = False,
    root: _Root = Path("/"),
    purge: Annotated[bool, typer.Option("--purge", help="Also configuration, database, history, user.")] = False,
    yes: Yes = False,
) -> None:
    """Stop the service and take away what install put there. Configuration and history stay, unless --purge."""
    call = invocation(ctx)
    placed = placing.PREFIX if (root.absolute() / "opt/healthcheckd/pyvenv.cfg").exists() else None
    _go(call, plan.uninstall(root.absolute(), placed, purge=purge), root, print_only, yes)


def _given(call: Invocation, root: Path) -> plan.Given:
    configuration, secrets = _configuration(call, root)
    there = placing.installed_program() if root == Path("/") else None
    return plan.Given(
        unit=(shipped("systemd") / plan.UNIT).read_text(encoding="utf-8"),
        sysusers=(shipped("systemd") / plan.SYSUSERS).read_text(encoding="utf-8"),
        configuration=configuration,
        secrets=secrets,
        program=there or placing.PREFIX / "bin" / "healthcheckd",
        root=root,
        place=placing.placing(placing.PREFIX) if root == Path("/") and there is None else (),
    )


def _configuration(call: Invocation, root: Path) -> tuple[str, str]:
    """The one in use and the `.env` beside it, checked whole; one that is in place already is left alone."""
    placed = root / "etc/healthcheckd/healthcheckd.toml"
    if placed.exists():
        return placed.read_text(encoding="utf-8"), ""
    if call.located is None:
        raise Refused("there is no configuration that the service could have", hint="healthcheck init")
    from healthcheckd.config import load

    load(call.located, call.environ)
    beside = call.located.with_name(".env")
    secrets = beside.read_text(encoding="utf-8") if beside.exists() else ""
    return call.located.read_text(encoding="utf-8"), secrets


def _go(call: Invocation, steps: Sequence[Step], root: Path, print_only: bool, yes: bool) -> bool:
    """Shown first, then taken, one after the other; False when they were only to be shown."""
    if print_only:
        for step in steps:
            call.out.say(step.shown())
        return False
    if root == Path("/") and not SYSTEMD_RUNS.exists():
        what = "systemd does not run this machine"
        raise Refused(what, hint="healthcheckd in the foreground, a container, or --root DIR to prepare a tree")
    for step in steps:
        call.err.say(f"  {step.shown()}")
    if not yes:
        agree(f"Take these {len(steps)} steps in {root}?")
    for number, step in enumerate(steps, start=1):
        call.err.say(f"{number}/{len(steps)} {step.shown()}")
        step.take(root)
    return True
