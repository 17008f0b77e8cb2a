"""Accounts that fell together, on the screen people look at most: a line for all of them."""

from datetime import datetime

from healthcheckd.cli.output import Part, Piece, Style
from healthcheckd.cli.screens.terms import phrase
from healthcheckd.cli.words import ago, lasting
from healthcheckd.domain.blast import Level
from healthcheckd.domain.canary import Stage
from healthcheckd.domain.observations import Cause
from healthcheckd.domain.reports.blasts import BlastRow

_STAGES = {
    Stage.CANARY: "one is brought back first",
    Stage.FEW: "a few are brought back",
    Stage.REST: "all are brought back",
    Stage.PAUSED: "restarts are paused",
    Stage.OVER: "over",
}


def how_many(row: BlastRow) -> str:
    return f"{row.down:,} of {row.accounts:,} down"


def how_far(row: BlastRow) -> str:
    return _STAGES[row.stage]


def blast_row(row: BlastRow, at: datetime) -> list[Piece]:
    """In the columns of those that need a person: who, what is done, how bad, why, since when, who was told."""
    shared = {Level.GATEWAY: f"gateway {row.shared}", Level.NETWORK: "everything"}.get(row.level, row.shared)
    told = f"operator told {ago(row.told[0].at, at)}" if row.told else "nobody told"
    told = f"known to {row.acknowledged_by}" if row.acknowledged_by else told
    cause = phrase(row.cause.value) if row.cause and row.cause is not Cause.UNKNOWN else "cause unknown"
    return [
        shared,
        f"fell together; {how_far(row)}",
        Part(how_many(row), Style.BAD),
        cause,
        lasting(row.down_seconds),
        told,
        row.next,
    ]
