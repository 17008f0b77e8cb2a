"""A list of accounts as a table that a spreadsheet opens, and that an import reads back."""

import csv
from collections.abc import Iterable
from io import StringIO

from healthcheckd.domain.importing import COLUMNS, GUARD, unguarded
from healthcheckd.domain.profile import show_value
from healthcheckd.domain.reports.accounts import ExportRow

_FORMULA = ("=", "+", "-", "@")


def write_table(rows: Iterable[ExportRow]) -> str:
    """CSV with a head. Phones and whatever looks like a formula are guarded, so that no program computes with them."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for row in rows:
        writer.writerow([guarded(show_value(getattr(row, column))) for column in COLUMNS])
    return out.getvalue()


def guarded(cell: str) -> str:
    return GUARD + cell if cell.startswith(_FORMULA) or unguarded(cell) != cell else cell
