"""Who did what."""

import sqlite3

from healthcheckd.domain.reports.operation import AuditRow
from healthcheckd.ports.control import Span
from healthcheckd.store.rows import instant
from healthcheckd.store.views.viewpoint import ask, within


def audit(connection: sqlite3.Connection, span: Span) -> tuple[AuditRow, ...]:
    """Newest first."""
    condition, values, limit = within(span, "at", None)
    rows = ask(connection, f"SELECT * FROM audit WHERE {condition} ORDER BY at DESC, id DESC{limit}", values)
    return tuple(AuditRow(instant(row["at"]), row["who"], row["how"], row["what"], row["outcome"]) for row in rows)
