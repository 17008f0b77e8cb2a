"""`healthcheck email`: whether mail works, and how it looks."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.errors import ConfigurationError, DaemonUnreachable, Refused
from healthcheckd.settings import Settings

app = command_group(
    "email",
    "Try the mail before it is needed.",
    "healthcheck email verify",
    "healthcheck email test you@example.com",
    "healthcheck email preview offline",
)


@app.command(epilog=examples("healthcheck email verify"))
def verify(ctx: typer.Context) -> None:
    """Log in at the mail server without sending anything. Needs no daemon."""
    call = invocation(ctx)
    try:
        call.out.say(call.daemon.verify_mail())
    except DaemonUnreachable:
        call.out.say(asyncio.run(_verify(_settings(call))))


@app.command(epilog=examples("healthcheck email test you@example.com"))
def test(ctx: typer.Context, address: Annotated[str, typer.Argument(metavar="ADDRESS")]) -> None:
    """Have the daemon send one test mail."""
    call = invocation(ctx)
    call.out.say(f"accepted: {call.daemon.test_mail(address)}")


@app.command(
    epilog=examples(
        "healthcheck email preview offline",
        "healthcheck email preview action_required --out look.html",
        "healthcheck email preview digest --text",
    )
)
def preview(
    ctx: typer.Context,
    kind: Annotated[str, typer.Argument(metavar="KIND", help="offline, action_required, recovered, digest, …")],
    out: Annotated[Path | None, typer.Option("--out", metavar="FILE", help="Else mail-KIND.html, here.")] = None,
    text: Annotated[bool, typer.Option("--text", help="Print the plain-text twin instead.")] = False,
) -> None:
    """Write a sample mail of this kind as HTML. It is about accounts that do not exist."""
    from healthcheckd.notify.samples import preview as sample

    call = invocation(ctx)
    message = sample(kind, _settings_or_defaults(call))
    if text:
        call.out.say(f"Subject: {message.subject}")
        call.out.raw(f"\n{message.text}\n")
        return
    file = out or Path(f"mail-{kind}.html")
    try:
        file.write_text(message.html, encoding="utf-8")
    except OSError as error:
        raise Refused(f"cannot be written: {error.strerror}", where=str(file), hint="--out /tmp/mail.html") from error
    call.out.say(f"{file}: {message.subject}")


async def _verify(settings: Settings) -> str:
    from healthcheckd.daemon.clock import SystemClock
    from healthcheckd.notify.email import EmailChannel

    if not settings.email.enabled:
        raise Refused("mail is off", hint="set EMAIL_SERVICE and SMTP_HOST, or [email] in the configuration")
    return await EmailChannel(settings.email, SystemClock()).verify()


def _settings(call: Invocation) -> Settings:
    from healthcheckd.config import load

    return load(call.located, call.environ).settings


def _settings_or_defaults(call: Invocation) -> Settings:
    """A preview needs no configuration; one that is there says which templates are used."""
    try:
        return _settings(call)
    except ConfigurationError as error:
        if call.located:
            raise
        call.warn(f"without a configuration, by the defaults ({error.hint} writes one)")
        return Settings()
