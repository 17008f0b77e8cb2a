"""Rows and values, to and fro: the one place that knows how anything is written in the database."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import lru_cache
from operator import attrgetter
from typing import Any

from healthcheckd.domain.accounts import Account, AccountId, LedgerKind, Pulse, StoppedBy, Vitals
from healthcheckd.domain.observations import Cause, Connection, Health

Row = tuple[Any, ...]

_CONNECTIONS = {member.value: member for member in Connection}
_HEALTHS = {member.value: member for member in Health}
_CAUSES: dict[str | None, Cause | None] = {None: None} | {member.value: member for member in Cause}
_KINDS = {member.value: member for member in LedgerKind}
_STOPPERS: dict[str | None, StoppedBy | None] = {None: None} | {member.value: member for member in StoppedBy}


@lru_cache(maxsize=4096)
def written(at: datetime) -> str:
    """UTC, to the millisecond, always as long: text of mixed precision would sort wrongly."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:23] + "Z"


def written_or_none(at: datetime | None) -> str | None:
    return None if at is None else written(at)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def instant_or_none(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)


def whole(at: datetime) -> datetime:
    """As it will be read back: cut to the millisecond."""
    return at.replace(microsecond=at.microsecond // 1000 * 1000)


def seconds(span: timedelta | None) -> float | None:
    return None if span is None else span.total_seconds()


def span(number: float | None) -> timedelta | None:
    return None if number is None else timedelta(seconds=number)


def listed(values: Sequence[object]) -> str:
    return json.dumps(list(values), ensure_ascii=False, separators=(",", ":"))


def mapped(values: Mapping[str, object]) -> str:
    return json.dumps(dict(values), ensure_ascii=False, separators=(",", ":"))


IDENTITY = (
    "key, gateway, session, name, gateway_name, coalesce(phone, linked_phone), customer, tags, language, time_zone, "
    "active, disabled_at, muted_until, daily_limit"
)
"""Columns of `accounts` that make an `Account`, in its order."""

VITALS = (
    "connection, health, cause, self_healing, linked, adopted, first_bad_at, first_good_at, offline_since, "
    "stale_since, connected_since, last_disconnected_at, recheck_at, proof_failures, restricted_until, "
    "restricted_why, linked_phone, falls, attempt_streak, missing, stopped_by, ledger, ledger_cause, incident, "
    "incident_ended_at"
)
"""Columns of `accounts` that change when something happened."""

READING = "last_checked_at, last_connected_at, proof_at, native, native_since"
"""Columns of `readings`, that change when nothing did."""

STATE = f"{VITALS}, {READING}"
"""Columns of `account_states` that make the `Vitals`, in the order of `vitals_of`."""

PULSE = (
    "health, ledger, first_bad_at, stale_since, offline_since, recheck_at, missing, proof_failures, native, "
    "linked_phone, stopped_by, last_checked_at"
)
"""Columns of `account_states` that make the `Pulse`, in its order."""

IDENTITY_WIDTH = 14


def account_of(row: Row) -> Account:
    """From the columns of `IDENTITY`."""
    key, gateway, session, name, gateway_name, phone, customer, tags, language, time_zone, *rest = row
    active, disabled_at, muted_until, daily_limit = rest
    return Account(
        key=key,
        id=AccountId(gateway, session),
        name=name,
        gateway_name=gateway_name,
        phone=phone,
        customer=customer,
        tags=tuple(json.loads(tags)),
        language=language,
        time_zone=time_zone,
        active=bool(active),
        disabled_at=instant_or_none(disabled_at),
        muted_until=instant_or_none(muted_until),
        daily_limit=daily_limit,
    )


def vitals_of(row: Row) -> Vitals:
    """From the columns of `STATE`. Written out by position: it runs for every account of every sweep."""
    return Vitals(
        _CONNECTIONS[row[0]],
        _HEALTHS[row[1]],
        _CAUSES[row[2]],
        row[28],
        instant_or_none(row[29]),
        row[3] == 1,
        row[4] == 1,
        row[5] == 1,
        instant_or_none(row[6]),
        instant_or_none(row[7]),
        instant_or_none(row[8]),
        instant_or_none(row[9]),
        instant_or_none(row[10]),
        instant_or_none(row[26]),
        instant_or_none(row[11]),
        instant_or_none(row[25]),
        instant_or_none(row[12]),
        instant_or_none(row[27]),
        row[13],
        instant_or_none(row[14]),
        row[15],
        row[16],
        () if row[17] == "[]" else tuple(map(instant, json.loads(row[17]))),
        row[18],
        row[19],
        _STOPPERS[row[20]],
        _KINDS[row[21]],
        _CAUSES[row[22]],
        row[23],
        instant_or_none(row[24]),
    )


def pulse_of(row: Row) -> Pulse:
    """From the columns of `PULSE`."""
    return Pulse(
        _HEALTHS[row[0]],
        _KINDS[row[1]],
        row[2] and instant(row[2]),
        row[3] and instant(row[3]),
        row[4] and instant(row[4]),
        row[5] and instant(row[5]),
        row[6],
        row[7],
        row[8],
        row[9],
        _STOPPERS[row[10]],
        row[11] and instant(row[11]),
    )


VITALS_COLUMNS = tuple(VITALS.split(", "))
READING_COLUMNS = tuple(READING.split(", "))

vitals_state: Callable[[Vitals], tuple[object, ...]] = attrgetter(
    *("phone" if name == "linked_phone" else name for name in VITALS_COLUMNS)
)
"""The attributes behind `VITALS`."""

reading_state: Callable[[Vitals], tuple[object, ...]] = attrgetter(*READING_COLUMNS)
"""The attributes behind `READING`."""


def stored(value: object) -> object:
    """As its column has it."""
    if isinstance(value, datetime):
        return written(value)
    if isinstance(value, tuple):
        return listed([stored(one) for one in value])
    return value.value if isinstance(value, Enum) else value
