"""`healthcheck config`: what is configured, and whether it can be."""

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import invocation
from healthcheckd.cli.options import AsJson
from healthcheckd.errors import ConfigurationError

app = command_group(
    "config",
    "See and check the configuration.",
    "healthcheck config check",
    "healthcheck config show",
)


@app.command(
    epilog=examples("healthcheck config check", "healthcheck --config new.toml config check && healthcheck reload")
)
def check(ctx: typer.Context, json: AsJson = False) -> None:
    """Name every fault of the configuration at once. Ends with 78 on a fault; what is allowed is worth a word, too."""
    from healthcheckd.config import check as look
    from healthcheckd.config import load

    call = invocation(ctx)
    try:
        loaded = load(call.located, call.environ)
    except ConfigurationError as error:
        raise ConfigurationError(error.faults, hint="") from error
    warnings = [*loaded.warnings, *look(loaded.settings)]
    if json:
        call.out.json({"files": [str(file) for file in loaded.files], "warnings": warnings})
        return
    for warning in warnings:
        call.warn(warning)
    call.out.say(f"{call.located or 'the environment'} is fine")


@app.command(
    epilog=examples(
        "healthcheck config show", "healthcheck config show | grep -v '^#'", "healthcheck config show --json"
    )
)
def show(ctx: typer.Context, json: AsJson = False) -> None:
    """Print the settings in force. Secrets are masked, defaults commented out."""
    from healthcheckd.config import as_data, load
    from healthcheckd.config import show as masked

    call = invocation(ctx)
    settings = load(call.located, call.environ).settings
    if json:
        call.out.json(as_data(settings))
    else:
        call.out.raw(masked(settings))
