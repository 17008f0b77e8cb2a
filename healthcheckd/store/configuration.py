"""What the configuration file says of gateways and accounts, brought into the database."""

import json
import sqlite3
from collections.abc import Mapping
from datetime import datetime

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.incidents import Ending, Scope
from healthcheckd.settings import AccountSettings, GatewaySettings, Settings
from healthcheckd.store.deliveries import channel_of, drop_others
from healthcheckd.store.failing import forget_others
from healthcheckd.store.incidents import end_incident, open_one
from healthcheckd.store.lookup import create, same_session
from healthcheckd.store.owing import supersede
from healthcheckd.store.rows import listed, mapped, seconds, written
from healthcheckd.store.withdrawals import disable, enable, withdraw

MAIL = "email"

DEFAULTS: Mapping[str, object] = {
    "name": "",
    "phone": None,
    "customer": "",
    "tags": "[]",
    "language": "",
    "time_zone": "",
    "daily_limit": None,
    "notify_after": None,
}
"""Columns that the file may own, and what they go back to when it no longer does."""


def sync_configuration(connection: sqlite3.Connection, settings: Settings, now: datetime) -> None:
    """Gateways and accounts as the file has them now; what left it is withdrawn, its history kept."""
    connection.execute("UPDATE daemon SET name = ?, mode = ?", (settings.daemon.name, settings.daemon.mode))
    for gateway in settings.gateways:
        _sync_gateway(connection, gateway, now)
    _remove_gateways(connection, [gateway.name for gateway in settings.gateways], now)
    stated = [_sync_account(connection, account, now) for account in settings.accounts]
    _release_unstated(connection, stated)
    drop_others(connection, [webhook.name for webhook in settings.webhooks], now)
    forget_others(connection, _channels(settings), now)


def _channels(settings: Settings) -> list[str]:
    """All that something can be sent by."""
    mail = [MAIL] if settings.email.enabled else []
    webhooks = [channel_of(webhook.name) for webhook in settings.webhooks]
    return [*mail, *(channel.name for channel in settings.channels), *webhooks]


def _sync_gateway(connection: sqlite3.Connection, gateway: GatewaySettings, now: datetime) -> None:
    connection.execute(
        "INSERT INTO gateways (name, kind, discover, ignore, labels, added_at) VALUES (?, ?, ?, ?, ?, ?)"
        " ON CONFLICT (name) DO UPDATE SET kind = excluded.kind, discover = excluded.discover,"
        " ignore = excluded.ignore, labels = excluded.labels",
        (
            *(gateway.name, gateway.kind, gateway.discover, listed(gateway.ignore)),
            *(mapped(dict(gateway.labels)), written(now)),
        ),
    )
    back = connection.execute(
        "UPDATE gateways SET removed_at = NULL WHERE name = ? AND removed_at IS NOT NULL RETURNING removed_at",
        (gateway.name,),
    )
    if back.fetchone() is not None:
        connection.execute("UPDATE accounts SET removed_at = NULL WHERE gateway = ?", (gateway.name,))


def _remove_gateways(connection: sqlite3.Connection, present: list[str], now: datetime) -> None:
    gone = connection.execute(
        "UPDATE gateways SET removed_at = ?, silent_since = NULL, failures = 0 WHERE removed_at IS NULL"
        " AND name NOT IN (SELECT value FROM json_each(?)) RETURNING name",
        (written(now), listed(present)),
    ).fetchall()
    for (name,) in gone:
        why = "the gateway left the configuration"
        if (incident := open_one(connection, Scope.GATEWAY, name)) is not None:
            end_incident(connection, incident, now, Ending.WITHDRAWN)
        supersede(connection, "gateway = ?", (name,), why, now)
        keys = [row[0] for row in connection.execute("SELECT key FROM accounts WHERE gateway = ?", (name,))]
        withdraw(connection, keys, why, now)
        connection.execute("UPDATE accounts SET removed_at = ? WHERE gateway = ?", (written(now), name))


def _sync_account(connection: sqlite3.Connection, account: AccountSettings, now: datetime) -> int:
    """Writes exactly the keys that the file states, and notes where it states them."""
    key = _key_of(connection, account, now)
    owned = {name: str(account.origin) for name in sorted(account.stated - {"id"})}
    before = json.loads(connection.execute("SELECT stated FROM accounts WHERE key = ?", (key,)).fetchone()[0])
    values = _values(account)
    for name in DEFAULTS:
        if name in owned:
            _set(connection, key, name, values[name])
        elif name in before:
            _set(connection, key, name, DEFAULTS[name])
    connection.execute("UPDATE accounts SET stated = ?, removed_at = NULL WHERE key = ?", (mapped(owned), key))
    if "owner_email" in owned or "owner_email" in before:
        _set_owners(connection, key, account.owner_email or (), str(account.origin))
    _switch(connection, key, account, "enabled" in before, now)
    return key


def _key_of(connection: sqlite3.Connection, account: AccountSettings, now: datetime) -> int:
    row = connection.execute(
        "SELECT key FROM accounts WHERE gateway = ? AND session = ?", (account.gateway, account.session)
    ).fetchone()
    known = int(row[0]) if row else same_session(connection, account.gateway, account.session)
    return create(connection, AccountId(account.gateway, account.session), now) if known is None else known


def _values(account: AccountSettings) -> Mapping[str, object]:
    return {
        "name": account.name or "",
        "phone": account.phone,
        "customer": account.customer or "",
        "tags": listed(account.tags or ()),
        "language": account.language or "",
        "time_zone": account.time_zone or "",
        "daily_limit": account.daily_limit,
        "notify_after": seconds(account.notify_after),
    }


def _set(connection: sqlite3.Connection, key: int, column: str, value: object) -> None:
    connection.execute(f"UPDATE accounts SET {column} = ? WHERE key = ?", (value, key))


def _switch(
    connection: sqlite3.Connection, key: int, account: AccountSettings, stated_before: bool, now: datetime
) -> None:
    if account.enabled is False:
        disable(connection, key, now)
    elif account.enabled or stated_before:
        enable(connection, key)


def _set_owners(connection: sqlite3.Connection, key: int, addresses: tuple[str, ...], origin: str) -> None:
    connection.execute("DELETE FROM account_contacts WHERE account = ? AND stated IS NOT NULL", (key,))
    for address in addresses:
        connection.execute("INSERT INTO contacts (address) VALUES (?) ON CONFLICT DO NOTHING", (address,))
        connection.execute(
            "INSERT INTO account_contacts (account, contact, stated) SELECT ?, id, ? FROM contacts"
            " WHERE channel = 'email' AND address = ? ON CONFLICT DO UPDATE SET stated = excluded.stated",
            (key, origin, address),
        )


def _release_unstated(connection: sqlite3.Connection, stated: list[int]) -> None:
    """Accounts whose table left the file: what it owned goes back, the account stays."""
    rows = connection.execute(
        "SELECT key, stated FROM accounts WHERE stated <> '{}' AND key NOT IN (SELECT value FROM json_each(?))",
        (listed(stated),),
    ).fetchall()
    for key, owned in rows:
        for name in json.loads(owned):
            if name in DEFAULTS:
                _set(connection, key, name, DEFAULTS[name])
            elif name == "owner_email":
                _set_owners(connection, key, (), "")
            elif name == "enabled":
                enable(connection, key)
        connection.execute("UPDATE accounts SET stated = '{}' WHERE key = ?", (key,))
