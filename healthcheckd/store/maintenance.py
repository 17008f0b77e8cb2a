"""Maintenance in the database: its time cut out of the ledger, and its next windows written where all can read them."""

import json
import sqlite3
from collections.abc import Iterable, Sequence
from datetime import datetime

from healthcheckd.domain.accounts import AccountId, LedgerKind
from healthcheckd.domain.ledger import Exclusion, Mark, Stretch
from healthcheckd.domain.maintenance import Window, current_or_next, windows
from healthcheckd.domain.matching import as_lists
from healthcheckd.store.core import Core
from healthcheckd.store.ledger import ledger_cause, write_maintenance
from healthcheckd.store.rows import instant, instant_or_none, mapped, written
from healthcheckd.store.terms import Terms
from healthcheckd.store.withholding import release

PREFIX = "maintenance "
"""What a notice says of the window that holds it back, before its name."""

_WHO = "key, gateway, session, customer, tags"
Who = tuple[AccountId, str, Sequence[str]]


class Maintained:
    """For the daemon itself."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def renew(self, now: datetime) -> None:
        """At a start, and after the plans have changed."""
        await self._core.run(lambda connection, terms: renew(connection, terms, now))


def present_windows(terms: Terms, now: datetime) -> tuple[Window, ...]:
    """Those in force."""
    return windows(terms.maintenance, now, now, terms.zone)


def over(connection: sqlite3.Connection, terms: Terms, account: AccountId, now: datetime) -> Window | None:
    """The window in force for an account."""
    found = present_windows(terms, now)
    who = _who(connection, account) if found else None
    return next((window for window in found if who and window.reach.covers(*who)), None)


def stretches(
    connection: sqlite3.Connection, terms: Terms, account: AccountId, since: datetime, now: datetime
) -> list[Stretch]:
    """An account's times of maintenance from `since` on."""
    found = windows(terms.maintenance, since, now, terms.zone)
    who = _who(connection, account) if found else None
    return [] if who is None else _covering(found, who, now)


def turn(connection: sqlite3.Connection, terms: Terms, now: datetime) -> None:
    """Windows that began or ended since the last look. However late it comes, they are cut at their true edges."""
    since = _followed_until(connection)
    if since is None or not terms.maintenance:
        return
    touched = windows(terms.maintenance, since, now, terms.zone)
    if edges := [one for one in touched if one.from_at > since or one.until_at <= now]:
        found = windows(terms.maintenance, min(one.from_at for one in edges), now, terms.zone)
        for key, who, present in _watched(connection, now):
            if any(one.reach.covers(*who) for one in edges):
                write_maintenance(connection, key, _covering(found, who, now), present)
        _write_plan(connection, terms, now)
    connection.execute("UPDATE daemon SET maintained_at = ?", (written(now),))


def renew(connection: sqlite3.Connection, terms: Terms, now: datetime) -> None:
    """Every window since the last look, and those in force, by the plans as they are now; one that is planned no more
    has ended with that look. What windows hold back is weighed anew."""
    since = _followed_until(connection) or now
    found = windows(terms.maintenance, min(since, now), now, terms.zone)
    running = dict(
        connection.execute(
            "SELECT account, from_at FROM ledger WHERE until_at IS NULL AND cause = ?", (Exclusion.MAINTENANCE,)
        ).fetchall()
    )
    for key, who, present in _watched(connection, now) if found or running else ():
        cut = _covering(found, who, now)
        if key in running and instant(running[key]) < since:
            cut.append(Stretch(instant(running[key]), min(since, now)))
        if cut or key in running:
            write_maintenance(connection, key, cut, present)
    _write_plan(connection, terms, now)
    release(connection, f"{PREFIX}%", now)
    connection.execute("UPDATE daemon SET maintained_at = ?", (written(now),))


def _covering(found: Iterable[Window], who: Who, now: datetime) -> list[Stretch]:
    """One that is not over yet has no end, or the ledger would know the future."""
    return [
        Stretch(window.from_at, window.until_at if window.until_at <= now else None)
        for window in found
        if window.reach.covers(*who)
    ]


def _watched(connection: sqlite3.Connection, now: datetime) -> list[tuple[int, Who, Mark]]:
    """Accounts whose time counts, and as what it counts at present."""
    rows = connection.execute(
        f"SELECT {_WHO}, ledger, ledger_cause FROM accounts WHERE ledger <> 'excluded' AND removed_at IS NULL"
    ).fetchall()
    return [
        (
            key,
            (AccountId(gateway, session), customer, json.loads(tags)),
            Mark(LedgerKind(kind), ledger_cause(cause), now),
        )
        for key, gateway, session, customer, tags, kind, cause in rows
    ]


def _who(connection: sqlite3.Connection, account: AccountId) -> Who | None:
    row = connection.execute(
        f"SELECT {_WHO} FROM accounts WHERE gateway = ? AND session = ? AND removed_at IS NULL", account
    ).fetchone()
    return row and (account, row[3], json.loads(row[4]))


def _followed_until(connection: sqlite3.Connection) -> datetime | None:
    return instant_or_none(connection.execute("SELECT maintained_at FROM daemon").fetchone()[0])


def _write_plan(connection: sqlite3.Connection, terms: Terms, now: datetime) -> None:
    connection.execute("DELETE FROM maintenance")
    planned = [(plan, current_or_next(plan, now, terms.zone)) for plan in terms.maintenance]
    connection.executemany(
        "INSERT INTO maintenance (name, reach, comment, cadence, from_at, until_at) VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                *(plan.name, mapped(as_lists(plan.reach)), plan.comment, str(plan.at)),
                *(written(window.from_at), written(window.until_at)),
            )
            for plan, window in planned
        ],
    )
