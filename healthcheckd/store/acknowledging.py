"""An operator's "I know": who, when and why, and what need not be told any more because of it."""

import sqlite3
from datetime import datetime

from healthcheckd.domain.accounts import AccountId, parse_id
from healthcheckd.domain.acknowledging import because
from healthcheckd.domain.incidents import Scope
from healthcheckd.domain.notices import GOOD_NEWS
from healthcheckd.errors import Refused, UnknownName
from healthcheckd.ports.store import Event
from healthcheckd.store.core import Core
from healthcheckd.store.rows import written

_NEEDLESS = (
    "incident = ? AND (reminder > 0 OR role = 'operator')"
    f" AND kind NOT IN ({', '.join(repr(kind.value) for kind in sorted(GOOD_NEWS))})"
)


class Incidents:
    """For the commands on incidents."""

    def __init__(self, core: Core) -> None:
        self._core = core

    async def acknowledge(self, incident: int, by: str, comment: str, now: datetime) -> tuple[Event, ...]:
        """Nothing when it was so already. Raises `UnknownName`, `Refused` when it is over."""
        return await self._core.run(lambda connection, _: acknowledge(connection, incident, (by, comment), now))

    async def take_back(self, incident: int, by: str, now: datetime) -> tuple[Event, ...]:
        """Nothing when nobody had. Raises `UnknownName`."""
        return await self._core.run(lambda connection, _: take_back(connection, incident, by, now))


def acknowledge(
    connection: sqlite3.Connection, incident: int, said: tuple[str, str], now: datetime
) -> tuple[Event, ...]:
    """`said` is by whom, and the comment."""
    by, comment = said
    subject, ended_at, before = _found(connection, incident)
    if ended_at is not None:
        raise Refused(f"incident {incident} is over", hint=f"healthcheck incidents show {incident}")
    if before is not None and not comment:
        return ()
    changed = connection.execute(
        "UPDATE incidents SET acknowledged_by = ?1, acknowledged_at = ?2, acknowledgement = ?3 WHERE id = ?4"
        " AND (acknowledged_by IS NULL OR acknowledged_by <> ?1 OR acknowledgement <> ?3)",
        (by, written(now), comment, incident),
    )
    if not changed.rowcount:
        return ()
    connection.execute(
        f"UPDATE notices SET state = 'superseded', last_error = ?, ended_at = ? WHERE state = 'owed' AND {_NEEDLESS}",
        (because(by), written(now), incident),
    )
    return (_event(incident, subject, now, step="acknowledged", by=by, comment=comment),)


def take_back(connection: sqlite3.Connection, incident: int, by: str, now: datetime) -> tuple[Event, ...]:
    """What was not told because of it is owed again, if the outage still lasts."""
    subject, ended_at, before = _found(connection, incident)
    if before is None:
        return ()
    clear(connection, incident)
    if ended_at is None:
        connection.execute(
            "UPDATE notices SET state = 'owed', last_error = '', ended_at = NULL, due_at = max(due_at, ?)"
            f" WHERE state = 'superseded' AND last_error LIKE 'acknowledged by %' AND {_NEEDLESS}",
            (written(now), incident),
        )
    return (_event(incident, subject, now, step="unacknowledged", by=by),)


def clear(connection: sqlite3.Connection, incident: int) -> None:
    """Nobody knows of it any more: also when the account fell anew."""
    connection.execute(
        "UPDATE incidents SET acknowledged_by = NULL, acknowledged_at = NULL, acknowledgement = '' WHERE id = ?",
        (incident,),
    )


def _found(connection: sqlite3.Connection, incident: int) -> tuple[tuple[str, str], str | None, str | None]:
    row = connection.execute(
        "SELECT scope, subject, ended_at, acknowledged_by FROM incidents WHERE id = ?", (incident,)
    ).fetchone()
    if row is None:
        raise UnknownName(f"there is no incident {incident}", hint="healthcheck incidents list")
    return (row[0], row[1]), row[2], row[3]


def _event(incident: int, subject: tuple[str, str], now: datetime, **data: object) -> Event:
    scope, name = subject
    account: AccountId | None = parse_id(name) if scope == Scope.ACCOUNT else None
    return Event("incident", now, account, {"incident": incident, "scope": scope, "subject": name, **data})
