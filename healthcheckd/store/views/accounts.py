"""Accounts in a list, by the selector grammar."""

import json
import sqlite3
from typing import Any

from healthcheckd.domain.accounts import display_phone
from healthcheckd.domain.observations import Cause, Connection, Health
from healthcheckd.domain.reports.accounts import AccountRow
from healthcheckd.domain.selection import Selection, Sort
from healthcheckd.store.rows import instant_or_none, written
from healthcheckd.store.views.calm import calm
from healthcheckd.store.views.clauses import GRADE, LISTED, NEEDS_PERSON, SINCE, TITLE, UNPROVEN
from healthcheckd.store.views.names import check_selection
from healthcheckd.store.views.viewpoint import Viewpoint, ask, marks

COLUMNS = f"""
    gateway, session, name, gateway_name, coalesce(phone, linked_phone) AS phone, customer, tags, connection, health,
    cause, native, {SINCE} AS since, stale_since, last_connected_at, last_checked_at, active, adopted, muted_until,
    {NEEDS_PERSON} AS needs_person, {UNPROVEN} AS unproven
"""

_TITLE = f"{TITLE} COLLATE NOCASE"
_ORDERS = {
    Sort.WORST: (GRADE, "since IS NULL", "since"),
    Sort.ID: ("gateway",),
    Sort.NAME: (_TITLE,),
    Sort.CUSTOMER: ("customer COLLATE NOCASE",),
    Sort.SINCE: ("since IS NULL", "since"),
    Sort.CHECKED: ("last_checked_at IS NULL", "last_checked_at"),
}


def listed(connection: sqlite3.Connection, selection: Selection, view: Viewpoint) -> tuple[AccountRow, ...]:
    """Raises `UnknownName` for a gateway, customer or tag that nobody has."""
    check_selection(connection, selection)
    condition, values = where(selection)
    limit = f" LIMIT {selection.limit:d}" if selection.limit else ""
    rows = ask(
        connection,
        f"SELECT {COLUMNS} FROM account_states WHERE {condition} ORDER BY {_order(selection)}{limit}",
        values,
    )
    told = calm(connection, view).told
    return tuple(told(account_row(row, view)) for row in rows)


def where(selection: Selection) -> tuple[str, list[Any]]:
    """A condition on `account_states`, and its values."""
    clauses, values = [LISTED], list[Any]()
    for column, given in (
        ("gateway", selection.gateways),
        ("customer", selection.customers),
        ("health", selection.healths),
        ("connection", selection.connections),
        ("cause", selection.causes),
    ):
        if given:
            clauses.append(f"{column} IN ({marks(given)})")
            values.extend(given)
    if selection.tags:
        clauses.append(f"EXISTS (SELECT 1 FROM json_each(tags) WHERE json_each.value IN ({marks(selection.tags)}))")
        values.extend(selection.tags)
    if selection.since is not None:
        clauses.append(f"{SINCE} >= ?")
        values.append(written(selection.since))
    clauses += [NEEDS_PERSON] * selection.needs_person + [UNPROVEN] * selection.unproven
    return " AND ".join(clauses), values


def account_row(row: sqlite3.Row, view: Viewpoint) -> AccountRow:
    """From the columns of `COLUMNS`."""
    since = instant_or_none(row["since"])
    return AccountRow(
        id=f"{row['gateway']}/{row['session']}",
        title=row["name"] or row["gateway_name"] or row["session"],
        gateway=row["gateway"],
        session=row["session"],
        name=row["name"],
        phone=display_phone(row["phone"]),
        customer=row["customer"],
        tags=tuple(json.loads(row["tags"])),
        connection=Connection(row["connection"]),
        health=Health(row["health"]),
        cause=row["cause"] and Cause(row["cause"]),
        native=row["native"],
        since=since,
        down_seconds=view.age(since),
        stale_since=instant_or_none(row["stale_since"]),
        last_connected_at=instant_or_none(row["last_connected_at"]),
        last_checked_at=instant_or_none(row["last_checked_at"]),
        active=bool(row["active"]),
        adopted=bool(row["adopted"]),
        muted_until=instant_or_none(row["muted_until"]),
        needs_person=bool(row["needs_person"]),
        unproven=bool(row["unproven"]),
    )


def _order(selection: Selection) -> str:
    way = " DESC" if selection.descending else ""
    return ", ".join(f"{key}{way}" for key in (*_ORDERS[selection.sort], "gateway", "session"))
