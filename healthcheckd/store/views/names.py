"""Which names exist, and which account one names."""

import sqlite3
from collections.abc import Iterable

from healthcheckd.domain.accounts import AccountId, parse_id
from healthcheckd.domain.naming import Named, check_known, resolve
from healthcheckd.domain.selection import Selection
from healthcheckd.errors import UnknownName
from healthcheckd.store.views.clauses import LISTED
from healthcheckd.store.views.viewpoint import ask

_KNOWN = {
    "gateway": "SELECT name FROM gateways WHERE removed_at IS NULL ORDER BY name",
    "customer": "SELECT DISTINCT customer FROM accounts WHERE customer <> '' ORDER BY 1",
    "tag": "SELECT DISTINCT tag.value FROM accounts, json_each(accounts.tags) AS tag ORDER BY 1",
}


def resolve_account(connection: sqlite3.Connection, text: str) -> AccountId:
    """The account that a person named; its own bytes. A full id written exactly is found by the index."""
    exact = parse_id(text)
    if exact and ask(connection, f"SELECT 1 FROM accounts WHERE gateway = ? AND session = ? AND {LISTED}", exact):
        return exact
    rows = ask(
        connection,
        "SELECT gateway, session, name, gateway_name, coalesce(phone, linked_phone) AS phone"
        f" FROM accounts WHERE {LISTED} ORDER BY gateway, session",
    )
    named = [Named(AccountId(row[0], row[1]), row["name"], row["gateway_name"], row["phone"]) for row in rows]
    return resolve(text, named)


def account_key(connection: sqlite3.Connection, account: AccountId) -> int:
    """Raises `UnknownName`."""
    rows = ask(connection, f"SELECT key FROM accounts WHERE gateway = ? AND session = ? AND {LISTED}", account)
    if not rows:
        raise UnknownName(f"no account “{account}”", hint="healthcheck accounts list")
    return int(rows[0]["key"])


def check_gateway(connection: sqlite3.Connection, name: str) -> None:
    """Raises `UnknownName` with suggestions."""
    check_known("gateway", name, _known(connection, "gateway"))


def check_selection(connection: sqlite3.Connection, selection: Selection) -> None:
    """Refuse gateways, customers and tags that nobody has: a misspelt one would select nothing, silently."""
    for kind, given in (
        ("gateway", selection.gateways),
        ("customer", selection.customers),
        ("tag", selection.tags),
    ):
        check_names(connection, kind, given)


def check_names(connection: sqlite3.Connection, kind: str, names: Iterable[str]) -> None:
    """Raises `UnknownName` with suggestions; `kind` is `gateway`, `customer` or `tag`."""
    for name in names:
        check_known(kind, name, _known(connection, kind))


def _known(connection: sqlite3.Connection, kind: str) -> list[str]:
    return [row[0] for row in ask(connection, _KNOWN[kind])]
