"""`healthcheck token`: what opens the API on TCP."""

import sys
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.options import AsJson
from healthcheckd.errors import Refused, UsageError

if TYPE_CHECKING:
    from healthcheckd.settings import JwtSettings

MANAGE = "system:manage"
_LONGEST = timedelta(days=3653)

app = command_group(
    "token",
    "Issue and verify the tokens that open the API on TCP.",
    "healthcheck token issue --sub grafana --for '90 days'",
    "healthcheck token verify < token",
)


@app.command(
    epilog=examples(
        "healthcheck token issue --sub ana --permission system:manage --for 30d",
        "healthcheck token issue --sub ci --for 1h --key private.pem",
        "sudo healthcheck token issue --sub grafana > token",
    )
)
def issue(
    ctx: typer.Context,
    sub: Annotated[str, typer.Option("--sub", metavar="NAME", help="Whose it is: the name in log and audit.")],
    permission: Annotated[
        list[str], typer.Option("--permission", metavar="WORD", help="What it is good for; may be said several times.")
    ] = [MANAGE],  # noqa: B006 - Typer copies it
    length: Annotated[str, typer.Option("--for", metavar="LENGTH", help="How long it is good.")] = "30d",
    key: Annotated[
        Path | None, typer.Option("--key", metavar="FILE", help="The private key, for RS256 and ES256.")
    ] = None,
) -> None:
    """Print a new token, and nothing else. Needs no daemon, but the right to read the secret."""
    from healthcheckd.api import tokens

    call = invocation(ctx)
    settings = _settings(call)
    now = call.now()
    token = tokens.Token(_subject(sub), frozenset(permission), now + _length(length), now)
    issued = tokens.issue(settings, _signing_key(settings, key), token)
    tokens.Verifier(settings).verify(issued, now)
    call.out.raw(f"{issued}\n")


@app.command(epilog=examples("healthcheck token verify < token", 'healthcheck token verify "$TOKEN" --json'))
def verify(
    ctx: typer.Context,
    token: Annotated[str, typer.Argument(metavar="TOKEN", help="Else it is read from standard input.")] = "",
    json: AsJson = False,
) -> None:
    """Say whose a token is, what it is good for and until when. Ends with 1 where the API would refuse it."""
    from healthcheckd.api.tokens import Verifier

    call = invocation(ctx)
    found = Verifier(_settings(call)).verify((token or sys.stdin.readline()).strip(), call.now())
    if json:
        call.out.json({"sub": found.subject, "permissions": sorted(found.permissions), "expires_at": found.expires_at})
    else:
        words = ", ".join(sorted(found.permissions)) or "nothing"
        call.out.say(f"{found.subject}: {words}, until {call.stamp(found.expires_at)}")
    if not found.manages:
        raise Refused(f"the token lacks the permission {MANAGE}", hint=f"healthcheck token issue --permission {MANAGE}")


def _settings(call: Invocation) -> "JwtSettings":
    from healthcheckd.config import load

    found = load(call.located, call.environ).settings.jwt
    if not found.algorithm:
        what = "no tokens are configured: [jwt] has no algorithm"
        raise Refused(what, where=str(call.located or "the environment"), hint="openssl rand -base64 32 > jwt-secret")
    return found


def _signing_key(settings: "JwtSettings", file: Path | None) -> str:
    if settings.algorithm == "HS256":
        if file is not None:
            raise UsageError("HS256 needs no key of its own: it signs with the secret", where="--key")
        return settings.secret.reveal() if settings.secret else ""
    if file is None:
        what = f"{settings.algorithm} signs with a private key, which the daemon does not have"
        raise UsageError(what, where="--key", hint="healthcheck token issue --sub NAME --key private.pem")
    try:
        return file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "it is not text"
        raise Refused(f"the key cannot be read: {reason.lower()}", where=str(file), hint=f"ls -l {file}") from error


def _subject(name: str) -> str:
    from healthcheckd.api.tokens import LONGEST_SUBJECT

    if not name.strip() or len(name) > LONGEST_SUBJECT or not name.isprintable():
        raise UsageError(f"must be a name of at most {LONGEST_SUBJECT} characters", where="--sub")
    return name


def _length(text: str) -> timedelta:
    from healthcheckd.domain.durations import parse_duration

    try:
        length = parse_duration(text)
    except ValueError as error:
        raise UsageError(str(error), where="--for", hint="--for 30d") from error
    if not timedelta(seconds=1) <= length <= _LONGEST:
        raise UsageError("must be between a second and ten years", where="--for", hint="--for 30d")
    return length
