"""A list of accounts as a table that a spreadsheet opens, and that an import reads back."""

import csv
from collections.abc import Iterable, Sequence
from io import StringIO

from healthcheckd.domain.importing import COLUMNS, FORMULA, GUARD
from healthcheckd.domain.profile import show_value
from healthcheckd.domain.reports.accounts import ExportRow


def write_table(rows: Iterable[ExportRow]) -> str:
    """CSV with a head. Phones and whatever looks like a formula are guarded, so that no program computes with them."""
    return table(COLUMNS, ([show_value(getattr(row, column)) for column in COLUMNS] for row in rows))


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """CSV whose cells no spreadsheet takes for a formula."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(head)
    writer.writerows([guarded(cell) for cell in row] for row in rows)
    return out.getvalue()


def guarded(cell: str) -> str:
    """One guard more than it has, so that taking one off gives the cell back."""
    return GUARD + cell if cell.lstrip(GUARD).startswith(FORMULA) else cell
