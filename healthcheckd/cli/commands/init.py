"""`healthcheck init`: from a URL and a key to a configuration that works."""

import asyncio
import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Any

import typer

from healthcheckd.cli.asking import ask
from healthcheckd.cli.boundary import tell
from healthcheckd.cli.first_files import CONFIG_NAME, Answers, check_free, write_files
from healthcheckd.cli.grouped import grouped
from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.options import Yes
from healthcheckd.cli.screens.found import draw_found
from healthcheckd.errors import GatewayError, Refused, UsageError
from healthcheckd.settings import KINDS, GatewaySettings, Secret

app = command_group()

_NONE = "-"


@dataclass(frozen=True, slots=True)
class GatewayOptions:
    gateway_url: Annotated[str, typer.Option("--gateway-url", metavar="URL", help="Where the gateway answers.")] = ""
    api_key_file: Annotated[
        Path | None, typer.Option("--api-key-file", metavar="FILE", help="Its key is in there; else it is asked for.")
    ] = None
    no_key: Annotated[bool, typer.Option("--no-key", help="It asks for no key.")] = False
    name: Annotated[str, typer.Option("--name", help="What it is called: GATEWAY in GATEWAY/SESSION.")] = "main"


@dataclass(frozen=True, slots=True)
class TellingOptions:
    operator: Annotated[str, typer.Option("--operator", metavar="ADDRESS", help="Who hears of gateways.")] = ""
    operator_after: Annotated[str, typer.Option("--mail-after", metavar="LENGTH", help="Else it is asked for.")] = ""
    smtp_host: Annotated[str, typer.Option("--smtp-host", metavar="HOST", help="The mail server; - is none.")] = ""
    smtp_user: Annotated[str, typer.Option("--smtp-user", metavar="NAME", help="To log in there.")] = ""
    smtp_password_file: Annotated[Path | None, typer.Option("--smtp-password-file", metavar="FILE")] = None
    mail_from: Annotated[str, typer.Option("--from", metavar="ADDRESS", help="The sender.")] = ""


@app.command(
    epilog=examples(
        "healthcheck init",
        "healthcheck init --gateway-url http://127.0.0.1:3000 --api-key-file key --operator ops@example.com \\",
        "    --smtp-host smtp.example.com --smtp-user ops@example.com --smtp-password-file pass --yes",
    )
)
@grouped
def init(
    ctx: typer.Context,
    gateway: GatewayOptions,
    telling: TellingOptions,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Else /etc/healthcheckd for root, or your own.")
    ] = None,
    yes: Yes = False,
) -> None:
    """Ask a few questions and write a first configuration.

    What is said by options is not asked. Keys and passwords go to .env, which only you can read.
    """
    call = invocation(ctx)
    place = (folder or _place(call)).absolute()
    check_free(place / CONFIG_NAME)
    found, session = _found(call, gateway, yes)
    answers = _answers(found, telling, yes)
    for file in write_files(place, answers):
        call.out.say(f"wrote {file}")
    _say_what_is_next(call, place / CONFIG_NAME, answers, session)


def _place(call: Invocation) -> Path:
    from healthcheckd.config.locating import SYSTEM, user_folder

    return SYSTEM if os.geteuid() == 0 else user_folder(call.environ, "XDG_CONFIG_HOME", ".config")


def _found(call: Invocation, said: GatewayOptions, yes: bool) -> tuple[GatewaySettings, str]:
    """The gateway, of the kind that it is, and one of its sessions. What a person answers may be answered anew until
    the gateway takes it."""
    usual = "http://127.0.0.1:3000"
    while True:
        settings = _gateway(said, yes, usual)
        try:
            return asyncio.run(_look(call, settings))
        except GatewayError as error:
            if said.gateway_url and (yes or said.no_key or said.api_key_file):
                raise
            tell(error, call.err)
            usual = settings.url


def _gateway(said: GatewayOptions, yes: bool, usual: str) -> GatewaySettings:
    from healthcheckd.config.urls import gateway_url
    from healthcheckd.config.values import gateway_name

    called = _checked(gateway_name, said.name, "--name")
    url = _said(said.gateway_url, "The gateway's URL", "--gateway-url", gateway_url, usual)
    key = ""
    if said.api_key_file:
        key = _first_line(said.api_key_file)
    elif not (said.no_key or yes):
        key = ask("Its API key, or NAME:PASSWORD (empty for none)", "--api-key-file", secret=True)
    return GatewaySettings(called, "waha", str(gateway_url(url)), Secret(key) if key else None)


async def _look(call: Invocation, settings: GatewaySettings) -> tuple[GatewaySettings, str]:
    """As the kind that it is, after showing what is there; with the first session, if there is any. Raises
    `GatewayError`, and `Refused` for a kind that has no adapter."""
    from healthcheckd.daemon.clock import SystemClock
    from healthcheckd.gateways import build
    from healthcheckd.gateways.fingerprint import fingerprint

    kind = await fingerprint(settings, SystemClock())
    if kind not in KINDS:
        hint = f"known: {', '.join(KINDS)}"
        raise Refused(f"this is {kind}, which cannot be watched yet", where=settings.url, hint=hint)
    settings = _opened(replace(settings, kind=kind))
    gateway = build(settings, SystemClock())
    try:
        found = await gateway.check()
        sessions = [one async for chunk in gateway.sessions() for one in chunk]
    finally:
        await gateway.close()
    draw_found(call.out, kind, found, sessions)
    return settings, min((one.session for one in sessions), default="")


def _opened(settings: GatewaySettings) -> GatewaySettings:
    """GOWA takes no key: what was said as one is a name and a password."""
    name, colon, password = (settings.api_key.reveal() if settings.api_key else "").partition(":")
    if settings.kind != "gowa" or not colon:
        return settings
    return replace(settings, api_key=None, basic_user=name, basic_password=Secret(password))


def _answers(settings: GatewaySettings, said: TellingOptions, yes: bool) -> Answers:
    from healthcheckd.config.values import address, duration

    usual = "15 minutes"
    operator = _said(said.operator, "Who is to be told of trouble (your mail address)", "--operator", address)
    after = said.operator_after or (usual if yes else "")
    after = _said(after, "Mail you after", "--mail-after", duration(), usual)
    email, password = _mail(said, operator, yes)
    return Answers(
        name=settings.name,
        kind=settings.kind,
        url=settings.url,
        key=secret.reveal() if (secret := settings.api_key or settings.basic_password) else "",
        user=settings.basic_user or "",
        operator=operator,
        operator_after=after,
        email=email,
        mail_password=password,
    )


def _mail(said: TellingOptions, operator: str, yes: bool) -> tuple[dict[str, object], str]:
    """The table `[email]`, empty where there is no mail server yet, and the password."""
    from healthcheckd.config.values import address

    server = said.smtp_host or (_NONE if yes else "")
    server = _said(server, "Mail server, or HOST:PORT (- for later)", "--smtp-host", _server, _NONE)
    if server == _NONE:
        return {}, ""
    user = said.smtp_user or (_NONE if yes else ask("User there (- for none)", "--smtp-user", operator))
    sender = said.mail_from or (user if "@" in user else operator)
    email = _server(server) | {"from": _checked(address, sender, "--from")}
    if user == _NONE:
        return email, ""
    if said.smtp_password_file:
        password = _first_line(said.smtp_password_file)
    else:
        password = ask("Password there (empty: it asks for none)", "--smtp-password-file", secret=True)
    return (email | {"username": user}, password) if password else (email, "")


def _server(text: str) -> dict[str, object]:
    """A host, with its port where one is said. Raises ValueError."""
    from healthcheckd.config.urls import host
    from healthcheckd.config.values import integer

    name, _, port = text.rpartition(":")
    if name and port.isdecimal() and ":" not in name:
        return {"host": host(name), "port": integer(1, 65_535)(int(port))}
    return {} if text == _NONE else {"host": host(text)}


def _said(said: str, question: str, option: str, parse: Callable[[str], Any], usual: str = "") -> str:
    """What the option says, which has to be right; else what a person says, who is asked until it is."""
    return _checked(parse, said, option) if said else ask(question, option, usual, parse=parse)


def _checked(parse: Callable[[str], Any], text: str, option: str) -> str:
    """As the configuration would read it. Raises `UsageError` naming the option."""
    try:
        parse(text)
    except ValueError as error:
        raise UsageError(f"“{text}” {error}", where=option, hint="healthcheck init --help") from error
    return text


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise UsageError(f"cannot be read: {reason}", where=str(file)) from error


def _say_what_is_next(call: Invocation, config: Path, answers: Answers, session: str) -> None:
    """A drill shows more than a test mail: who would be told, and that it arrives. It takes an account."""
    call.out.say()
    call.out.say("Next:")
    call.out.say(f"  healthcheck --config {config} config check")
    call.out.say(f"  healthcheckd --config {config}")
    if answers.email and session:
        call.out.say(f"  healthcheck --config {config} drill {shlex.quote(f'{answers.name}/{session}')}")
    elif answers.email:
        call.out.say(f"  healthcheck --config {config} email test {answers.operator}")
    else:
        call.out.say(f"  no mail server yet: write [email] into {config}, and nobody is told before")
    call.out.say(f"  healthcheck --config {config} status")
