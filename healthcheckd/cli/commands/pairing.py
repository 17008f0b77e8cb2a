"""`healthcheck pair`: link a number again, by a QR code in the terminal."""

import time
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from healthcheckd.cli.groups import command_group, examples
from healthcheckd.cli.invocation import Invocation, invocation
from healthcheckd.cli.options import Account
from healthcheckd.cli.picture import Picture
from healthcheckd.cli.screens.pairing import done_sentence, draw_pairing
from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.durations import parse_duration
from healthcheckd.domain.observations import Connection
from healthcheckd.errors import ExitCode, HealthcheckError, UsageError
from healthcheckd.ports.control import PairingReport

app = command_group()

_LOOK_AGAIN_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Wanted:
    """`code_for` is a phone number that shall get a code to type, instead of a QR code to scan."""

    code_for: str
    give_up_after: float


@app.command(
    epilog=examples(
        "healthcheck pair eu/shop-12",
        "healthcheck pair eu/shop-12 --code +5511988887777",
        "healthcheck pair eu/shop-12 --png qr.png",
    )
)
def pair(
    ctx: typer.Context,
    account: Account,
    code: Annotated[str, typer.Option("--code", metavar="PHONE", help="A code to type instead of a QR code.")] = "",
    png: Annotated[Path | None, typer.Option("--png", metavar="FILE", help="Also write the QR code there.")] = None,
    timeout: Annotated[str, typer.Option("--timeout", metavar="LENGTH", help="Give up after this long.")] = "5min",
) -> int:
    """Show the QR code of an account until it is linked again. Another number than before is refused.

    Where the gateway has only a picture of the code, that goes to a file which is gone when this ends.
    """
    call = invocation(ctx)
    try:
        patience = parse_duration(timeout).total_seconds()
    except ValueError as error:
        raise UsageError(str(error), where="--timeout", hint="--timeout 5min") from error
    with Picture(png).open() as picture:
        report = _until_linked(call, call.daemon.resolve(account), Wanted(code, patience), picture)
    call.out.say(done_sentence(report))
    return ExitCode.OK


def _until_linked(call: Invocation, account: AccountId, wanted: Wanted, picture: Picture) -> PairingReport:
    """Raises what the daemon raises for another number, and an error when nobody has scanned in time."""
    until = time.monotonic() + wanted.give_up_after
    report = call.daemon.pairing(account, wanted.code_for, begin=True)
    shown: tuple[str, bytes, str] = ("", b"", "")
    while report.connection is not Connection.CONNECTED:
        if time.monotonic() >= until:
            raise HealthcheckError(
                "nobody has linked it in time", where=str(account), hint=f"healthcheck pair {account}"
            )
        if (now := (report.qr_text, report.qr_png, report.code)) != shown:
            shown = now
            _show(call, report, picture)
        time.sleep(_LOOK_AGAIN_SECONDS)
        report = call.daemon.pairing(account, wanted.code_for, begin=False)
    return report


def _show(call: Invocation, report: PairingReport, picture: Picture) -> None:
    picture.keep(report)
    draw_pairing(call.out, report, picture.path)
    call.out.flush()
