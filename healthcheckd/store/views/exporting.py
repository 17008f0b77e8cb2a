"""Accounts as an import reads them."""

import json
import sqlite3

from healthcheckd.domain.accounts import display_phone
from healthcheckd.domain.reports.accounts import ExportRow
from healthcheckd.domain.routing import Directory
from healthcheckd.domain.selection import Selection
from healthcheckd.store.contacts import audience_of
from healthcheckd.store.rows import span
from healthcheckd.store.views.accounts import where
from healthcheckd.store.views.names import check_selection
from healthcheckd.store.views.viewpoint import ask

_OWNERS = (
    "(SELECT json_group_array(address) FROM (SELECT address FROM account_contacts"
    " JOIN contacts ON contacts.id = contact WHERE account = key AND channel = 'email' ORDER BY contacts.id))"
)


def export(
    connection: sqlite3.Connection, selection: Selection, missing_owner: bool, directory: Directory | None = None
) -> tuple[ExportRow, ...]:
    """What people said of each account; with `missing_owner` only those of which no owner is told, neither of its own
    nor of the configuration's contacts."""
    check_selection(connection, selection)
    condition, values = where(selection)
    if missing_owner:
        condition += " AND active = 1 AND NOT EXISTS (SELECT 1 FROM account_contacts WHERE account = key)"
    rows = ask(
        connection,
        f"SELECT *, {_OWNERS} AS owners FROM account_states WHERE {condition} ORDER BY gateway, session",
        values,
    )
    known = directory or Directory()
    return tuple(_row(row) for row in rows if not (missing_owner and audience_of(connection, known, row["key"]).owners))


def _row(row: sqlite3.Row) -> ExportRow:
    return ExportRow(
        id=f"{row['gateway']}/{row['session']}",
        name=row["name"],
        phone=display_phone(row["phone"]),
        owner_email=tuple(json.loads(row["owners"])),
        customer=row["customer"],
        tags=tuple(json.loads(row["tags"])),
        language=row["language"],
        time_zone=row["time_zone"],
        daily_limit=row["daily_limit"],
        notify_after=span(row["notify_after"]),
        enabled=bool(row["active"]),
    )
