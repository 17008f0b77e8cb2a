"""What people said of an account, read and written; a field that a configuration file owns is left to the file."""

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from healthcheckd.domain.accounts import AccountId
from healthcheckd.domain.incidents import IncidentStep, Step
from healthcheckd.domain.profile import Value, show_value
from healthcheckd.domain.reports.accounts import Change
from healthcheckd.errors import Refused
from healthcheckd.store import withdrawals
from healthcheckd.store.lookup import by_key
from healthcheckd.store.owing import About, follow_step
from healthcheckd.store.rows import listed, seconds, span
from healthcheckd.store.terms import Terms

_COLUMNS = ("name", "phone", "customer", "tags", "language", "time_zone", "daily_limit", "notify_after")
_TELLING = frozenset({"owner_email", "notify_after", "language", "time_zone"})
"""Fields that what is owed depends on."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The fields of one account, by name; `stated` are those that a file owns, and where it says so."""

    key: int
    id: AccountId
    values: Mapping[str, Value]
    stated: Mapping[str, str]


def profile_of(connection: sqlite3.Connection, key: int) -> Profile:
    row = connection.execute(
        f"SELECT gateway, session, stated, active, {', '.join(_COLUMNS)} FROM accounts WHERE key = ?",
        (key,),
    ).fetchone()
    gateway, session, stated, active, name, phone, customer, tags, language, time_zone, limit, after = row
    values: dict[str, Value] = {
        "name": name,
        "phone": phone,
        "owner_email": _owners(connection, key),
        "customer": customer,
        "tags": tuple(json.loads(tags)),
        "language": language,
        "time_zone": time_zone,
        "daily_limit": limit,
        "notify_after": span(after),
        "enabled": bool(active),
    }
    return Profile(key, AccountId(gateway, session), values, json.loads(stated))


def differences(profile: Profile, wanted: Mapping[str, Value]) -> tuple[Change, ...]:
    """What would change. Raises `Refused`, naming file and line, for a field that a file owns."""
    changed = {field: value for field, value in wanted.items() if (value or None) != (profile.values[field] or None)}
    for field in changed:
        refuse_stated(profile, field)
    return tuple(
        Change(str(profile.id), field, show_value(profile.values[field]), show_value(value))
        for field, value in changed.items()
    )


def refuse_stated(profile: Profile, field: str) -> None:
    if place := profile.stated.get(field):
        raise Refused(
            f"{field} of {profile.id} is set in the configuration",
            where=place,
            hint=f"edit {place.rpartition(':')[0] or place}, then healthcheck reload",
        )


def write_profile(
    connection: sqlite3.Connection, terms: Terms, key: int, wanted: Mapping[str, Value], now: datetime
) -> None:
    """Write these fields, and bring what is owed in line with them."""
    for field, value in wanted.items():
        if field in _COLUMNS:
            connection.execute(
                f"UPDATE accounts SET {field} = ? WHERE key = ?",
                (_stored(field, value), key),
            )
    if "owner_email" in wanted and isinstance(owners := wanted["owner_email"], tuple):
        _write_owners(connection, key, owners)
    if "enabled" in wanted:
        switch(connection, key, bool(wanted["enabled"]), now)
    if _TELLING & wanted.keys():
        _owe_anew(connection, terms, key, now)


def switch(connection: sqlite3.Connection, key: int, on: bool, now: datetime) -> bool:
    """False when it already was so."""
    return withdrawals.enable(connection, key) if on else withdrawals.disable(connection, key, now)


def _stored(field: str, value: Value) -> object:
    if isinstance(value, tuple):
        return listed(value)
    if isinstance(value, timedelta):
        return seconds(value) or None
    return value or (None if field in {"phone", "daily_limit", "notify_after"} else "")


def _owners(connection: sqlite3.Connection, key: int) -> tuple[str, ...]:
    rows = connection.execute(
        "SELECT address FROM account_contacts JOIN contacts ON contacts.id = contact"
        " WHERE account = ? AND channel = 'email' ORDER BY contacts.id",
        (key,),
    )
    return tuple(row[0] for row in rows)


def _write_owners(connection: sqlite3.Connection, key: int, addresses: Sequence[str]) -> None:
    """These and no others. A contact that nobody has any more is forgotten: it is somebody's address."""
    connection.execute(
        "DELETE FROM account_contacts WHERE account = ? AND contact IN (SELECT id FROM contacts"
        " WHERE channel = 'email' AND address NOT IN (SELECT value FROM json_each(?)))",
        (key, listed(addresses)),
    )
    for address in addresses:
        connection.execute("INSERT INTO contacts (address) VALUES (?) ON CONFLICT DO NOTHING", (address,))
        connection.execute(
            "INSERT INTO account_contacts (account, contact)"
            " SELECT ?, id FROM contacts WHERE channel = 'email' AND address = ? ON CONFLICT DO NOTHING",
            (key, address),
        )
    connection.execute("DELETE FROM contacts WHERE id NOT IN (SELECT contact FROM account_contacts)")


def _owe_anew(connection: sqlite3.Connection, terms: Terms, key: int, now: datetime) -> None:
    """What is owed for a lasting outage, and is not being sent, is planned again for those who are to hear now."""
    connection.execute(
        "DELETE FROM notices WHERE account = ? AND state = 'owed' AND message_id IS NULL"
        " AND kind IN ('offline', 'action_required')",
        (key,),
    )
    vitals = by_key(connection, key).vitals
    if vitals.in_incident:
        step = IncidentStep(Step.OPEN, vitals.offline_since or now, vitals.cause)
        follow_step(connection, terms, About(vitals.incident, key), step, vitals, now)
