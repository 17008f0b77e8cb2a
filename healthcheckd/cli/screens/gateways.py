"""Gateways: in a table, and one looked at closely."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import NOTHING, clock, count, lasting
from healthcheckd.domain.reports.operation import GatewayRow
from healthcheckd.ports.control import HookInstalled, HookReport
from healthcheckd.ports.gateway import GatewayCheck

if TYPE_CHECKING:
    from healthcheckd.gateways.vocabulary import Word

_COLUMNS = (
    Column("GATEWAY"),
    Column("KIND"),
    Column("VERSION"),
    Column("ACCOUNTS", right=True),
    Column("STATE"),
    Column("ANSWERED"),
    Column("REMARK", cut=True),
)

_WORDS = (
    Column("KIND"),
    Column("IT SAYS", cut=True),
    Column("TAKEN FOR"),
    Column("CAUSE"),
    Column("MENDS ITSELF"),
)
_NOTE = Column("NOTE")

SOME = 10


def draw_gateways(screen: Screen, rows: Sequence[GatewayRow], now: datetime, zone: ZoneInfo) -> None:
    screen.listing(_COLUMNS, [_row(row, now, zone) for row in rows])


def draw_check(screen: Screen, name: str, found: GatewayCheck) -> None:
    facts = {
        "kind": found.kind,
        "version": " ".join(filter(None, (found.version, found.engine))),
        "key": {True: "accepted", False: "refused", None: "not checked by this gateway"}[found.key_ok],
        "sessions": "" if found.sessions is None else count(found.sessions),
        "answered in": "" if found.latency is None else f"{found.latency * 1000:.0f} ms",
        "push": {True: "on", False: "off", None: ""}[found.push],
        "can prove": _yes_or_no(found.proof),
    }
    screen.say(Part(name, Style.STRONG))
    screen.table([Column(""), Column("")], [[f"  {key}", value] for key, value in facts.items() if value])
    for sentence in found.advice:
        screen.paragraph(sentence)


def draw_hook(screen: Screen, report: HookReport, now: datetime, zone: ZoneInfo) -> None:
    state = Part("posting here is on", Style.GOOD) if report.on else Part("posting here is off", Style.BAD)
    heard = f", last heard {clock(report.heard_at, now, zone)}" if report.heard_at else ", nothing heard yet"
    screen.say(Part(report.gateway, Style.STRONG), f" ({report.kind}): ", state, heard if report.on else "")
    for lack in report.lacks:
        screen.paragraph(f"The configuration still needs {lack}.")
    screen.table([Column(""), Column("")], [[f"  {name}", value] for name, value in report.values.items()])
    for note in report.notes:
        screen.paragraph(note)


def draw_installed(screen: Screen, done: HookInstalled) -> None:
    """Of those that could not be set, the first and how many more there are: `--json` has all."""
    facts = (("set", done.set), ("set before", done.kept), ("not set", done.failed))
    told = [f"{count(len(sessions))} {word}" for word, sessions in facts if sessions]
    screen.say(Part(done.gateway, Style.STRONG), f" ({done.kind}): ", ", ".join(told) or "no account to set it for")
    rows = [[f"  {session}", why] for session, why in done.failed.items()]
    screen.table([Column(""), Column("")], rows[:SOME])
    if len(rows) > SOME:
        screen.say(f"  +{count(len(rows) - SOME)} more")


def draw_words(screen: Screen, words: Sequence["Word"]) -> None:
    """Where the notes have no room beside, they go below."""
    rows: list[list[Piece]] = [
        [
            word.kind,
            word.native,
            word.connection,
            phrase(word.cause) if word.cause else NOTHING,
            "yes" if word.self_healing else NOTHING,
        ]
        for word in words
    ]
    noted = [[*row, word.note] for row, word in zip(rows, words, strict=True)]
    if screen.has_room((*_WORDS, _NOTE), noted):
        screen.listing((*_WORDS, _NOTE), noted)
    else:
        screen.listing(_WORDS, rows, [[Part(word.note, Style.DIM)] if word.note else [] for word in words])


def _row(row: GatewayRow, now: datetime, zone: ZoneInfo) -> list[Piece]:
    silent = (
        Part(f"silent {lasting(row.silent_seconds)}", Style.BAD) if row.silent_since else Part("answers", Style.GOOD)
    )
    accounts = f"{row.accounts:,}"
    remark = row.last_error if row.silent_since else f"held: {row.held}" if row.held else ""
    answered = clock(row.last_answer_at, now, zone)
    return [row.name, row.kind or NOTHING, row.version or NOTHING, accounts, silent, answered, remark]


def _yes_or_no(known: bool | None) -> str:
    return "" if known is None else "yes" if known else "no"
