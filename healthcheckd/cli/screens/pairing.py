"""A QR code drawn in characters, two rows of its squares to a line."""

from collections.abc import Iterator
from itertools import zip_longest
from pathlib import Path

from healthcheckd.cli.output import Part, Screen, Style
from healthcheckd.ports.control import PairingReport

_QUIET_ZONE = 2
_HALVES = {(0, 0): "█", (0, 1): "▀", (1, 0): "▄", (1, 1): " "}
"""Light squares are drawn and dark ones left out, as scanners see it on a dark terminal; colours make it so on any."""


def draw_pairing(screen: Screen, report: PairingReport, picture: Path | None = None) -> None:
    """`picture` is where the code lies as a picture, if it does."""
    screen.clear()
    expected = f" with {report.expected_phone}" if report.expected_phone else ""
    if report.code:
        screen.say(f"{report.account}, on the phone{expected}:")
        screen.say("open WhatsApp, Linked devices, Link with phone number instead, and type")
        screen.say(Part(report.code, Style.STRONG))
    elif report.qr_text:
        screen.say(f"{report.account}, on the phone{expected}:")
        screen.say("open WhatsApp, Linked devices, Link a device, and scan")
        for line in qr_lines(report.qr_text):
            screen.say(Part(line, Style.QR))
        if picture:
            screen.say(f"also in {picture}")
        screen.say(f"It is renewed by itself, this one within {report.lives_seconds:.0f} s. Ctrl-C ends.")
    elif picture and report.qr_png:
        screen.say(f"{report.account}, on the phone{expected}:")
        screen.say("open WhatsApp, Linked devices, Link a device, and scan the picture in")
        screen.say(Part(str(picture), Style.STRONG))
        screen.say(f"It is renewed by itself, this one within {report.lives_seconds:.0f} s. Ctrl-C ends.")
        screen.say(f"No way to open it? A code to type: healthcheck pair {report.account} --code PHONE")
    else:
        screen.say(f"{report.account}: waiting for the gateway to show a QR code. Ctrl-C ends.")


def qr_lines(text: str) -> Iterator[str]:
    import segno

    rows = [tuple(row) for row in segno.make(text, micro=False).matrix_iter(border=_QUIET_ZONE)]
    for upper, lower in zip_longest(rows[::2], rows[1::2], fillvalue=(0,) * len(rows[0])):
        yield "".join(_HALVES[dark, below] for dark, below in zip(upper, lower, strict=True))


def done_sentence(report: PairingReport) -> str:
    return f"{report.account} is linked{f' to {report.phone}' if report.phone else ''}."
