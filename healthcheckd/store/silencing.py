"""The commands on silences: made by people, and ended by them before their time."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.accounts import AccountId, parse_id
from healthcheckd.domain.matching import Reach, as_lists, is_pattern
from healthcheckd.domain.reports.incidents import SilenceRow
from healthcheckd.domain.silences import Silence
from healthcheckd.errors import UnknownName, UsageError
from healthcheckd.store.core import Core
from healthcheckd.store.rows import mapped, written
from healthcheckd.store.silences import COLUMNS, held_by, silence_of
from healthcheckd.store.views.calm import silence_row
from healthcheckd.store.views.names import account_key, check_names
from healthcheckd.store.withholding import release


class Silences:
    """For the commands on silences."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def add(self, reach: Reach, until: datetime, comment: str, by: str, now: datetime) -> SilenceRow:
        """Raises `UnknownName` for a name that nobody has; a pattern need not fit anything yet."""
        said = Silence(0, reach, by, now, until, comment)
        return await self._core.run(lambda connection, _: _add(connection, said))

    async def end(self, id_: int, by: str, now: datetime) -> bool:
        """False when it was over already. Raises `UnknownName`."""
        return await self._core.run(lambda connection, _: _end(connection, id_, by, now))


def _add(connection: sqlite3.Connection, said: Silence) -> SilenceRow:
    _check(connection, said.reach)
    row = connection.execute(
        f"INSERT INTO silences (reach, by, from_at, until_at, comment) VALUES (?, ?, ?, ?, ?) RETURNING {COLUMNS}",
        (mapped(as_lists(said.reach)), said.by, written(said.from_at), written(said.until_at), said.comment),
    ).fetchone()
    return silence_row(connection, silence_of(row), said.from_at)


def _end(connection: sqlite3.Connection, id_: int, by: str, now: datetime) -> bool:
    """What it held back is due from now on."""
    if connection.execute("SELECT 1 FROM silences WHERE id = ?", (id_,)).fetchone() is None:
        raise UnknownName(f"there is no silence {id_}", hint="healthcheck silence list --all")
    ended = connection.execute(
        "UPDATE silences SET until_at = max(?1, from_at), ended_by = ?2 WHERE id = ?3 AND until_at > ?1",
        (written(now), by, id_),
    )
    release(connection, held_by(id_), now)
    return ended.rowcount == 1


def _check(connection: sqlite3.Connection, reach: Reach) -> None:
    """A misspelt name would silence nothing, silently."""
    for kind, given in (("gateway", reach.gateways), ("customer", reach.customers), ("tag", reach.tags)):
        check_names(connection, kind, [name for name in given if not is_pattern(name)])
    for name in reach.accounts:
        if not is_pattern(name):
            account_key(connection, _id(name))


def _id(text: str) -> AccountId:
    account = parse_id(text)
    if account is None:
        raise UsageError(f"“{text}” is no GATEWAY/SESSION", where="accounts", hint=f"*/{text}")
    return account
