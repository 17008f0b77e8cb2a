"""All that is kept of an account: the answer to a person who asks."""

import sqlite3

from healthcheckd.domain.accounts import AccountId
from healthcheckd.errors import UnknownName
from healthcheckd.store.views.viewpoint import ask


def everything(connection: sqlite3.Connection, account: AccountId) -> dict[str, list[dict[str, object]]]:
    """Also of an account that was removed; whatever table says of it, those that are added later too."""
    rows = ask(connection, "SELECT * FROM accounts WHERE gateway = ? AND session = ?", account)
    if not rows:
        raise UnknownName(f"there is and was no account {account}", hint="healthcheck accounts list")
    key = rows[0]["key"]
    found = {"accounts": rows, **{table: _of(connection, table, key) for table in tables_about(connection)}}
    found["contacts"] = ask(
        connection, "SELECT contacts.* FROM contacts JOIN account_contacts ON contact = id WHERE account = ?", (key,)
    )
    found["audit"] = ask(connection, "SELECT * FROM audit WHERE instr(what, ?) ORDER BY id", (str(account),))
    return {table: [dict(row) for row in rows] for table, rows in found.items()}


def tables_about(connection: sqlite3.Connection) -> list[str]:
    """Those whose rows belong to an account."""
    rows = ask(
        connection,
        "SELECT tables.name FROM sqlite_master AS tables, pragma_table_info(tables.name) AS columns"
        " WHERE tables.type = 'table' AND columns.name = 'account' ORDER BY 1",
    )
    return [row["name"] for row in rows]


def _of(connection: sqlite3.Connection, table: str, key: int) -> list[sqlite3.Row]:
    return ask(connection, f"SELECT * FROM {table} WHERE account = ? ORDER BY 1", (key,))
