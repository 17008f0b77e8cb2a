"""Accounts in a table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from healthcheckd.cli.output import Column, Part, Piece, Screen, Style
from healthcheckd.cli.screens import terms
from healthcheckd.cli.words import NOTHING, lasting
from healthcheckd.domain.exporting import table
from healthcheckd.domain.reports.accounts import AccountRow

_COLUMNS = (
    Column("ACCOUNT"),
    Column("NAME", cut=True),
    Column("PHONE"),
    Column("CUSTOMER", cut=True),
    Column("HEALTH"),
    Column("WHY", cut=True),
    Column("FOR"),
)
_CSV = [
    "id",
    "title",
    "phone",
    "customer",
    "tags",
    "health",
    "connection",
    "cause",
    "since",
    "last_checked_at",
    "active",
]


@dataclass(frozen=True, slots=True)
class AccountList:
    rows: Sequence[AccountRow]
    now: datetime

    def draw(self, screen: Screen) -> None:
        screen.listing(_COLUMNS, [self._row(row) for row in self.rows])

    def _row(self, row: AccountRow) -> list[Piece]:
        grade = terms.health(row.health) if row.active else Part("disabled", Style.DIM)
        who = [row.id, row.title, row.phone or NOTHING, row.customer or NOTHING]
        return [*who, grade, self._why(row), lasting(row.down_seconds)]

    def _why(self, row: AccountRow) -> str:
        """The cause, or the connection, and what else one has to know of it."""
        muted = row.muted_until is not None and row.muted_until > self.now
        besides = [
            ("unproven", row.unproven),
            ("muted", muted),
            ("silenced", row.silenced_until),
            ("maintenance", row.maintained_until),
            ("stale", row.stale_since),
            ("held back", not row.adopted),
        ]
        return ", ".join([terms.why(row.cause, row.connection), *(word for word, so in besides if so)])


def as_csv(rows: Sequence[AccountRow]) -> str:
    """With instants in UTC."""
    return table(_CSV, ([_cell(getattr(row, name)) for name in _CSV] for row in rows))


def _cell(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(value)
    return value.isoformat() if isinstance(value, datetime) else str(value or "")
