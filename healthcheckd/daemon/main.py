"""The daemon's command line: `healthcheckd`."""

import asyncio
import logging
import os
import sys
import time
from pathlib import Path
from typing import Annotated

import typer

from healthcheckd import __version__
from healthcheckd.config import Loaded, check, load, locate
from healthcheckd.daemon import logs
from healthcheckd.daemon.collecting import collect_less
from healthcheckd.daemon.descriptors import open_more
from healthcheckd.daemon.quick import quicken
from healthcheckd.errors import ExitCode, HealthcheckError
from healthcheckd.settings import LogSettings

logger = logging.getLogger("healthcheckd")

app = typer.Typer(
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ConfigOption = Annotated[
    str | None, typer.Option("--config", "-c", metavar="FILE", help="The configuration to use.", show_default=False)
]
OnceOption = Annotated[
    str | None,
    typer.Option("--once", metavar="JOB", help="Run one job, do what is due, and end.", show_default=False),
]
CheckOption = Annotated[bool, typer.Option("--check-config", help="Check the configuration, and end.")]


def main() -> None:
    """Entry point: every error ends here, with its exit code and the way on."""
    logs.set_up(LogSettings(), os.environ)
    try:
        command = typer.main.get_command(app)
        quicken(command)
        command()
    except HealthcheckError as error:
        _refuse(error)
    except Exception:
        logger.exception("healthcheckd failed", extra={"action": "crashed"})
        sys.exit(ExitCode.BUG)


@app.command(epilog="Examples: healthcheckd --config /etc/healthcheckd/healthcheckd.toml; healthcheckd --check-config")
def run(config: ConfigOption = None, once: OnceOption = None, check_config: CheckOption = False) -> None:
    """Watch WhatsApp sessions until told to stop."""
    environ = dict(os.environ)
    path = locate(Path(config) if config else None, environ)
    loaded = load(path, environ)
    if check_config:
        _report(loaded, path)
        return
    logs.set_up(loaded.settings.log, os.environ)
    for warning in (*loaded.warnings, *check(loaded.settings)):
        logger.warning("%s", warning, extra={"action": "configuration_warning"})
    _run_in_utc()
    from healthcheckd.daemon.starting import run_daemon, run_once  # the heavy part: not for a mere check

    collect_less()
    open_more()
    work = run_once(loaded.settings, once) if once else run_daemon(path, loaded.settings, environ)
    sys.exit(asyncio.run(work))


def _report(loaded: Loaded, path: Path | None) -> None:
    for warning in (*loaded.warnings, *check(loaded.settings)):
        typer.echo(f"warning: {warning}", err=True)
    typer.echo(f"healthcheckd {__version__}: {path or 'the environment'} is fine")


def _run_in_utc() -> None:
    """`schedule` counts in local time, which must know no daylight saving; the user's zone is a setting."""
    os.environ["TZ"] = "UTC"
    time.tzset()


def _refuse(error: HealthcheckError) -> None:
    for line in str(error).splitlines():
        logger.error("%s", line, extra={"action": "refused_to_start"})
    if error.hint:
        logger.error("Try: %s", error.hint, extra={"action": "refused_to_start"})
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main()
